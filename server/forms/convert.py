"""From an XLSForm workbook to an XForm: the only door to pyxform, and the guard in front of it.

What kind of file it is, its bytes say; names and content types are often wrong. Whatever pyxform makes of a bad
workbook, the caller gets a ConversionError with a sentence for the form's author. What the XForm says is read
elsewhere (`server.xform.definition`).
"""

import io
import threading
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from server.forms.survey_rows import survey_rows

Kind: TypeAlias = Literal["xlsx", "xls"]

CONTENT_TYPES: dict[Kind, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
}
# A form with all villages of a province fits; a workbook that unpacks to more is a trap or belongs into a CSV file.
MAX_UNPACKED = 64 * 1024 * 1024
MAX_PARTS = 2_000
# The reader makes an object of each tag, so that a small file could take all memory. 50,000 rows of ten cells have
# 2,000,000; styles have some thousands, and their objects are the largest.
MAX_CELL_TAGS = 2_500_000
MAX_OTHER_TAGS = 300_000
# In an old workbook every sheet is as large as its farthest cell makes it.
MAX_OLD_CELLS = 5_000_000
# pyxform takes up to 0.1 ms a row, and nobody waits for minutes.
MAX_ROWS = 50_000
ID_WITHOUT_NAME = "data"

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")
_SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
_CHUNK = 1024 * 1024
_TOO_MUCH = (
    "Remove pictures, unused sheets and formatted empty rows, and put long lists of choices into a CSV file "
    "(select_one_from_file)."
)
_HAS_PASSWORD = "The workbook is protected by a password. Save it without one and send it again."  # noqa: S105 -- a message
# One conversion at a time: they would only take turns on the interpreter, and each may need much memory.
_turn = threading.Lock()


class ConversionError(Exception):
    """The workbook is not an XLSForm that can be used; the message says why, and where when pyxform knows."""


@dataclass(frozen=True, slots=True)
class Converted:
    """The XForm and what its author should know; `itemsets` is the CSV file that external choices turn into.

    `rows` says where in the survey sheet each node was written, as `survey_rows` does.
    """

    xml: bytes
    warnings: tuple[str, ...]
    itemsets: bytes | None
    rows: Mapping[str, int]


def workbook_kind(content: bytes) -> Kind | None:
    """Tell a workbook by its first bytes; None for anything else, such as XML."""
    if content.startswith(_ZIP):
        return "xlsx"
    return "xls" if content.startswith(_OLE) else None


def convert(content: bytes, kind: Kind, fallback_id: str | None) -> Converted:
    """Convert a workbook; `fallback_id` becomes the form's id when its settings sheet has none.

    Raises ConversionError. Takes some 0.1 ms a row.
    """
    _guard(content, kind)
    with _turn, warnings.catch_warnings():
        # openpyxl warns of styles and document properties that it does not know, which is nothing to anybody.
        warnings.simplefilter("ignore")
        try:
            return _run_pyxform(content, kind, fallback_id)
        except ConversionError:
            raise
        except Exception as error:
            # pyxform lets through whatever its readers raise.
            raise ConversionError(_in_plain_words(error)) from error


def _guard(content: bytes, kind: Kind) -> None:
    """Refuse what must not even be opened."""
    if kind == "xls":
        if _ENCRYPTED_PART in content:
            raise ConversionError(_HAS_PASSWORD)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _guard_parts(archive)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, OSError):
        raise ConversionError("The workbook is damaged or incomplete. Save it again and send it again.") from None


def _guard_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise ConversionError(
            f"The workbook unpacks to more than {MAX_UNPACKED // 1024 // 1024} MB in {MAX_PARTS:,} parts. {_TOO_MUCH}"
        )
    if "xl/vbaProject.bin" in names:
        raise ConversionError("The workbook contains macros. Save it as .xlsx, without macros, and send it again.")
    if "xl/workbook.xml" not in names:
        raise ConversionError("The file is a ZIP archive but not an Excel workbook. Send an .xlsx or .xls file.")
    cell_tags = sum(_count_tags(archive, name) for name in names if _holds_cells(name))
    other_tags = sum(_count_tags(archive, name) for name in names if not _holds_cells(name))
    if cell_tags > MAX_CELL_TAGS or other_tags > MAX_OTHER_TAGS:
        raise ConversionError(f"The workbook holds too many cells or styles. {_TOO_MUCH}")


def _holds_cells(part: str) -> bool:
    return part.startswith("xl/worksheets/") or part == "xl/sharedStrings.xml"


def _count_tags(archive: zipfile.ZipFile, name: str) -> int:
    """Whatever the part is called, since a workbook may give any of its parts to the reader; pictures have few."""
    with archive.open(name) as part:
        return sum(chunk.count(b"<") for chunk in iter(lambda: part.read(_CHUNK), b""))


def _run_pyxform(content: bytes, kind: Kind, fallback_id: str | None) -> Converted:
    # Imported at the first conversion: most processes never convert, and pyxform needs 30 MB.
    from pyxform.builder import create_survey_element_from_dict  # noqa: PLC0415 -- as above
    from pyxform.utils import external_choices_to_csv, has_external_choices  # noqa: PLC0415 -- as above
    from pyxform.xls2json import workbook_to_json  # noqa: PLC0415 -- as above
    from pyxform.xls2json_backends import get_xlsform  # noqa: PLC0415 -- as above

    if kind == "xls":
        _guard_extent(content)
    said: list[str] = []
    workbook = get_xlsform(content, file_type=f".{kind}")
    _check_size(workbook)
    # pyxform changes the rows while it reads them.
    rows = survey_rows(workbook.survey)
    survey_dict = workbook_to_json(workbook, fallback_form_name=fallback_id, warnings=said)
    if fallback_id is None and survey_dict["id_string"] == ID_WITHOUT_NAME:
        said.append(
            "The settings sheet has no form_id, and the upload gave none (X-XlsForm-FormId-Fallback): "
            f"the form gets the id “{ID_WITHOUT_NAME}”."
        )
    itemsets = external_choices_to_csv(workbook) if has_external_choices(survey_dict) else None
    xml = create_survey_element_from_dict(survey_dict).to_xml(validate=False, pretty_print=False, warnings=said)
    return Converted(
        xml=xml.encode(),
        warnings=tuple(_tidy(text) for text in said),
        itemsets=itemsets.encode() if itemsets is not None else None,
        rows=rows,
    )


def _guard_extent(content: bytes) -> None:
    """Refuse sheets with cells far out, looking at one sheet at a time and without filling the rows between."""
    from xlrd import open_workbook  # noqa: PLC0415 -- as above

    cells = 0
    with open_workbook(file_contents=content, on_demand=True, ragged_rows=True) as book:
        for number in range(book.nsheets):
            sheet = book.sheet_by_index(number)
            cells += sheet.nrows * sheet.ncols
            book.unload_sheet(number)
    if cells > MAX_OLD_CELLS:
        raise ConversionError(f"The workbook has cells too far out. {_TOO_MUCH}")


def _check_size(workbook: Any) -> None:
    rows = {name: len(getattr(workbook, name) or ()) for name in _SHEETS}
    if not rows["survey"]:
        raise ConversionError("The workbook has no questions: its sheet “survey” is missing or empty.")
    if sum(rows.values()) > MAX_ROWS:
        sheet = max(rows, key=lambda name: rows[name])
        raise ConversionError(
            f"The workbook is too long: its sheet “{sheet}” has {rows[sheet]:,} rows, and all sheets together may have "
            f"{MAX_ROWS:,}. Put long lists of choices into a CSV file (select_one_from_file)."
        )


def _in_plain_words(error: Exception) -> str:
    from pyxform.errors import PyXFormError  # noqa: PLC0415 -- see _run_pyxform

    text = _tidy(str(error))
    if "encrypted" in text.lower():
        return _HAS_PASSWORD
    if isinstance(error, PyXFormError) and text:
        return text
    if isinstance(error, RecursionError):
        return "The groups of the form are nested too deeply."
    return (
        "The workbook has something in it that the converter cannot read "
        f"({type(error).__name__}: {text[:200]}). Look at the cells that were changed last."
    )


def _tidy(text: str) -> str:
    return " ".join(text.split())
