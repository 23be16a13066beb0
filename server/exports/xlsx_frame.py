"""What stands around the rows of a workbook's sheets: headers, styles and all the other parts of the file.

xlsxwriter makes a workbook of headers alone, and knows what Excel wants of it; the rows, which are nearly all of a
file, are put between by `xlsx`. Workbooks of a few rows it makes whole.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zipfile import ZipFile

_OPTIONS: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_SHEET: Final = re.compile(r"xl/worksheets/sheet([0-9]+)\.xml")
# Says how many rows there are, which nobody knows yet; the element may be left out.
_DIMENSION: Final = re.compile(rb'<dimension ref="[^"]*"/>')
_MAX_TEXT: Final = 32_767
_SAMPLES: Final = re.compile(rb'<row r="2".*?<c r="A2" s="([0-9]+)".*?<c r="B2" s="([0-9]+)".*?</row>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class SheetFrame:
    """The part's name in the file, and its XML up to the end of the header and from the end of the rows on."""

    part: str
    head: bytes
    tail: bytes


@dataclass(frozen=True, slots=True)
class Frame:
    """`sheets` in their order, `parts` are the others by name; `day` and `moment` are numbers of cell styles."""

    sheets: tuple[SheetFrame, ...]
    parts: Mapping[str, bytes]
    day: int
    moment: int


def make_frame(headers: Mapping[str, Sequence[str]]) -> Frame:
    """The frame of a workbook with one sheet for each header, by names that Excel takes."""
    with ZipFile(_workbook(headers)) as package:
        contents = {name: package.read(name) for name in package.namelist()}
    names = sorted(filter(_SHEET.fullmatch, contents), key=_number)
    samples = _SAMPLES.search(contents[names[0]])
    assert samples is not None, "xlsxwriter writes rows and cells otherwise"
    sheets = tuple(_sheet_frame(name, contents.pop(name)) for name in names)
    return Frame(sheets, contents, day=int(samples[1]), moment=int(samples[2]))


def small_workbook(sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[str | float | None]]]]) -> bytes:
    """A workbook of these sheets, each a header and rows; longer texts than a cell holds are cut."""
    # Only whoever exports to Excel pays for it.
    from xlsxwriter import Workbook  # noqa: PLC0415 -- see above

    content = io.BytesIO()
    book: Any = Workbook(content, _OPTIONS)
    bold = book.add_format({"bold": True})
    for name, (header, rows) in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        sheet.write_row(0, 0, header, bold)
        for number, cells in enumerate(rows, start=1):
            for place, cell in enumerate(cells):
                _write_cell(sheet, number, place, cell)
    book.close()
    return content.getvalue()


def _write_cell(sheet: Any, row: int, column: int, cell: str | float | None) -> None:
    if isinstance(cell, str):
        if cell:
            sheet.write_string(row, column, cell[:_MAX_TEXT])
    elif cell is not None:
        sheet.write_number(row, column, cell)


def _workbook(headers: Mapping[str, Sequence[str]]) -> io.BytesIO:
    # Only whoever exports to Excel pays for it.
    from xlsxwriter import Workbook  # noqa: PLC0415 -- see above

    content = io.BytesIO()
    book: Any = Workbook(content, _OPTIONS)
    bold = book.add_format({"bold": True})
    styles = [book.add_format({"num_format": code}) for code in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss")]
    for name, header in headers.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, text in enumerate(header):
            sheet.write_string(0, place, text, bold)
        # Samples, to see by which number a cell asks for a style; the true rows take their place.
        for place, style in enumerate(styles):
            sheet.write_number(1, place, 0, style)
    book.close()
    return content


def _number(part: str) -> int:
    found = _SHEET.fullmatch(part)
    assert found is not None
    return int(found[1])


def _sheet_frame(part: str, xml: bytes) -> SheetFrame:
    head, _, tail = _DIMENSION.sub(b"", xml).partition(b'<row r="2"')
    return SheetFrame(part, head, tail[tail.index(b"</sheetData>") :])
