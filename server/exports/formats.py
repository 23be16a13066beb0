"""The files that an export can be, by name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from server.db import Database
from server.errors import Problem, unexpected_value
from server.exports.codebook.page import write_codebook_page
from server.exports.codebook.workbook import write_codebook_workbook
from server.exports.csv_export import CsvExport, stream_csv, stream_zip
from server.exports.excel_csv import write_excel_csv
from server.exports.geojson_places import write_geojson
from server.exports.geopackage import write_geopackage
from server.exports.places import check_places
from server.exports.plan import ExportPlan, prepare_export
from server.exports.statistics.archive import write_spss, write_stata
from server.exports.xlsx import write_xlsx
from server.storage import ObjectStore

__all__ = ["FORMATS", "ExportPlan", "Format", "find_format", "prepare_export"]


@dataclass(frozen=True, slots=True)
class Format:
    """`write` gives the file in pieces; what makes the export impossible it raises before the first of them.

    `check` raises what can be known without a look at the submissions: a job is refused for it at once.
    """

    name: str
    extension: str
    content_type: str
    write: Callable[[Database, ObjectStore, ExportPlan], Iterator[bytes]]
    check: Callable[[ExportPlan], None] = lambda _export: None


def find_format(name: str) -> Format:
    """Raise 400.8 that names the formats there are."""
    if name not in FORMATS:
        raise unknown_format(name)
    return FORMATS[name]


def unknown_format(name: str) -> Problem:
    return unexpected_value("format", name, f"known are {', '.join(FORMATS)}")


def _write_csv(database: Database, _storage: ObjectStore, export: ExportPlan) -> Iterator[bytes]:
    return stream_csv(database, _as_csv(export))


def _write_csv_zip(database: Database, storage: ObjectStore, export: ExportPlan) -> Iterator[bytes]:
    return stream_zip(database, storage, _as_csv(export), with_attachments=export.choice.attachments)


def _as_csv(export: ExportPlan) -> CsvExport:
    return CsvExport(
        form_id=export.form_id,
        selection=export.selection,
        root=export.root,
        has_group_paths=export.choice.group_paths,
        split=export.declared if export.choice.split_select_multiples else None,
        has_audits=export.has_audits,
        on_records=export.on_records,
    )


def _write_parquet(database: Database, storage: ObjectStore, export: ExportPlan) -> Iterator[bytes]:
    # Only whoever exports to it pays for its library, which takes 30 MiB.
    from server.exports.parquet import write_parquet  # noqa: PLC0415 -- see above

    return write_parquet(database, storage, export)


_GEOJSON: Final = "application/geo+json"
_GEOPACKAGE: Final = "application/geopackage+sqlite3"
_ZIP: Final = "application/zip"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Final[Mapping[str, Format]] = {
    item.name: item
    for item in (
        Format("csv", "csv", "text/csv; charset=utf-8", _write_csv),
        Format("csv.zip", "csv.zip", _ZIP, _write_csv_zip),
        Format("excel-csv", "excel.zip", _ZIP, write_excel_csv),
        Format("xlsx", "xlsx", _XLSX, write_xlsx),
        Format("parquet", "parquet.zip", _ZIP, _write_parquet),
        Format("stata", "stata.zip", _ZIP, write_stata),
        Format("spss", "spss.zip", _ZIP, write_spss),
        Format("geojson", "geojson", _GEOJSON, write_geojson, check_places),
        Format("gpkg", "gpkg", _GEOPACKAGE, write_geopackage, check_places),
        Format("codebook", "codebook.html", "text/html; charset=utf-8", write_codebook_page),
        Format("codebook.xlsx", "codebook.xlsx", _XLSX, write_codebook_workbook),
    )
}
