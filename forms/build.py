"""Build the shipped XLSX forms and their media folders from `forms/source`: `python -m forms.build`.

Decides how rows become sheets, and that the same sources always give the same bytes. What a source may say
is decided in `source_files`; what the form then means is left to the converter that publishes it.
"""

import io
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from forms.source_files import LANGUAGES, PLAIN, TRANSLATED, FormSource, Row, read_form

FOLDER = Path(__file__).parent
SOURCES = FOLDER / "source"

# The earliest moment that a zip archive can hold: a form's age is told by its version.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
STAMP = datetime(*ZIP_EPOCH)  # noqa: DTZ001 -- Excel's stamps have no zone
SURVEY_COLUMNS = (
    *PLAIN[:2],
    *(f"{key}::{language}" for key in TRANSLATED for language in LANGUAGES.values()),
    *PLAIN[2:],
)
STRUCTURE = PatternFill("solid", fgColor="DDEBF7")
WIDTHS = {"label": 42, "hint": 32, "type": 30, "calculation": 50, "constraint": 40, "choice_filter": 40}


def build(target: Path) -> list[Path]:
    """Write every form and its media folder into `target`; return the XLSX files."""
    return [_ship(read_form(path), target) for path in form_sources()]


def form_sources() -> list[Path]:
    return sorted(SOURCES.glob("vn_*.yaml"))


def workbook_bytes(form: FormSource) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    _write_sheet(workbook.create_sheet("survey"), SURVEY_COLUMNS, form.survey)
    _write_sheet(workbook.create_sheet("choices"), _columns(form.choices), form.choices)
    _write_sheet(workbook.create_sheet("settings"), tuple(form.settings), [form.settings])
    workbook.properties.creator = form.form_id
    workbook.properties.created = workbook.properties.modified = STAMP
    return _timeless(workbook)


def _ship(form: FormSource, target: Path) -> Path:
    media = target / f"{form.form_id}-media"
    shutil.rmtree(media, ignore_errors=True)
    media.mkdir(parents=True)
    for name in form.media:
        shutil.copyfile(SOURCES / "media" / name, media / name)
    path = target / f"{form.form_id}.xlsx"
    path.write_bytes(workbook_bytes(form))
    return path


def _columns(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column for row in rows for column in row))


def _write_sheet(sheet: Worksheet, columns: Sequence[str], rows: Sequence[Row]) -> None:
    sheet.append(list(columns))
    for row in rows:
        sheet.append([row.get(column) for column in columns])
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            # Codes such as 01 and versions stay text when somebody edits the sheet.
            cell.number_format = "@"
            if str(cells[0].value).startswith(("begin_", "end_")):
                cell.fill = STRUCTURE
    for number, column in enumerate(columns, 1):
        sheet.cell(1, number).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(column.split("::")[0], 20)
    sheet.freeze_panes = "C2" if "type" in columns else "A2"


def _timeless(workbook: Workbook) -> bytes:
    """Save as `Workbook.save` does, but without the time of saving in the properties and in the archive."""
    dated, timeless = io.BytesIO(), io.BytesIO()
    ExcelWriter(workbook, ZipFile(dated, "w")).save()
    with ZipFile(dated) as source, ZipFile(timeless, "w") as archive:
        for name in source.namelist():
            archive.writestr(ZipInfo(name, ZIP_EPOCH), source.read(name), ZIP_DEFLATED)
    return timeless.getvalue()


if __name__ == "__main__":
    for shipped in build(FOLDER):
        print(shipped)
