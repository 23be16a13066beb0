"""What files are called on the data page and what each is good for, in English, as keys of the other words."""

from collections.abc import Mapping
from typing import Final

# By the format's name: title, use. In the order in which they are offered.
FORMAT_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "xlsx": ("Excel", "One sheet a table; numbers and dates are such."),
    "excel-csv": ("CSV for Excel", "Opens with a double click, also with accents."),
    "csv.zip": ("CSV", "One file a table, as ODK Central writes it; for scripts."),
    "csv": ("CSV, one table", "The form's own table, without repeats; for scripts."),
    "parquet": ("Parquet", "Typed columns for pandas, R and DuckDB."),
    "stata": ("Stata", "One .dta file a table, with labels."),
    "spss": ("SPSS", "One .sav file a table, with labels."),
    "geojson": ("GeoJSON", "Places for QGIS and web maps."),
    "gpkg": ("GeoPackage", "Places with their answers, for QGIS."),
    "codebook": ("Codebook", "What every column and code means, to read and print."),
    "codebook.xlsx": ("Codebook for Excel", "What every column and code means, as a workbook."),
    "media.zip": ("Photos and files", "All files of the chosen submissions, in one zip."),
}


def format_words(name: str) -> tuple[str, str]:
    """A format that nobody has described yet goes by its name."""
    return FORMAT_WORDS.get(name, (name, ""))
