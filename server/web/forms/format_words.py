"""What files are called on the data page and what each is good for, in English, as keys of the other words."""

from collections.abc import Mapping
from typing import Final

from server.web.words import N_

# By the format's name: title, use. In the order in which they are offered.
FORMAT_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "xlsx": (N_("Excel"), N_("One sheet a table; numbers and dates are such.")),
    "excel-csv": (N_("CSV for Excel"), N_("Opens with a double click, also with accents.")),
    "csv.zip": (N_("CSV"), N_("One file a table, as ODK Central writes it; for scripts.")),
    "csv": (N_("CSV, one table"), N_("The form's own table, without repeats; for scripts.")),
    "parquet": (N_("Parquet"), N_("Typed columns for pandas, R and DuckDB.")),
    "stata": (N_("Stata"), N_("One .dta file a table, with labels.")),
    "spss": (N_("SPSS"), N_("One .sav file a table, with labels.")),
    "geojson": (N_("GeoJSON"), N_("Places for QGIS and web maps.")),
    "gpkg": (N_("GeoPackage"), N_("Places with their answers, for QGIS.")),
    "codebook": (N_("Codebook"), N_("What every column and code means, to read and print.")),
    "codebook.xlsx": (N_("Codebook for Excel"), N_("What every column and code means, as a workbook.")),
    "media.zip": (N_("Photos and files"), N_("All files of the chosen submissions, in one zip.")),
}


def format_words(name: str) -> tuple[str, str]:
    """A format that nobody has described yet goes by its name."""
    return FORMAT_WORDS.get(name, (name, ""))
