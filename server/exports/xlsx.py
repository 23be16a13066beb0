"""An Excel workbook with one sheet a table, written row by row: memory does not grow with the form."""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from tempfile import NamedTemporaryFile
from typing import Any, Final

from server.db import Database
from server.errors import Problem, unexpected_value
from server.exports.labelled import Cell, LabelledTable, labelled_rows, labelled_tables
from server.exports.plan import ExportPlan
from server.storage import ObjectStore

# What a sheet can hold, as Excel's specification has it.
MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 16_384
_MAX_TEXT: Final = 32_767
_MAX_NAME: Final = 31
# Excel keeps fifteen digits of a number; what has more stays text.
_MAX_WHOLE: Final = 10**15
_FIRST_DAY: Final = date(1900, 3, 1)  # before it Excel's calendar is wrong
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_PIECE: Final = 256 * 1024
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_xlsx(database: Database, _storage: ObjectStore, export: ExportPlan) -> Iterator[bytes]:
    """Raise 400.8 when a table is larger than a sheet. The file is sent when it is whole, as its format needs."""
    with NamedTemporaryFile(suffix=".xlsx") as file:
        with database.read() as session:
            tables = labelled_tables(session, export)
            book = _Book(file.name, tables)
            try:
                for rows in labelled_rows(session, export, tables):
                    for path, cells in rows:
                        book.add(path, cells)
            finally:
                book.close()
        while piece := file.read(_PIECE):
            yield piece


class _Book:
    def __init__(self, file_name: str, tables: Mapping[str, LabelledTable]) -> None:
        # Only whoever exports to Excel pays for it.
        from xlsxwriter import Workbook  # noqa: PLC0415 -- see above

        self._book: Any = Workbook(file_name, _OPTIONS)
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._sheets: dict[str, Any] = {}
        self._next_row = dict.fromkeys(tables, 1)
        self._types = {path: _date_columns(table) for path, table in tables.items()}
        head = self._book.add_format({"bold": True})
        names = sheet_names(tables)
        try:
            for path, table in tables.items():
                self._sheets[path] = self._start_sheet(names[path], table.header(), head)
        except Problem:
            self.close()
            raise

    def _start_sheet(self, name: str, header: list[str], head: Any) -> Any:
        if len(header) > MAX_COLUMNS:
            raise _too_large(name, f"{len(header)} columns, a sheet holds {MAX_COLUMNS}")
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for number, text in enumerate(header):
            sheet.write_string(0, number, text[:_MAX_TEXT], head)
        return sheet

    def add(self, path: str, cells: list[Cell]) -> None:
        sheet, row = self._sheets[path], self._next_row[path]
        if row >= MAX_ROWS:
            raise _too_large(sheet.get_name(), f"more rows than the {MAX_ROWS} of a sheet")
        self._next_row[path] = row + 1
        dates = self._types[path]
        for number, cell in enumerate(cells):
            if cell is None or cell == "":
                continue
            if type(cell) is str:
                day = _day(cell) if number in dates else None
                if day is not None:
                    sheet.write_datetime(row, number, day, self._day)
                else:
                    sheet.write_string(row, number, cell[:_MAX_TEXT])
            elif isinstance(cell, datetime):
                sheet.write_datetime(row, number, cell.astimezone(UTC).replace(tzinfo=None), self._moment)
            elif isinstance(cell, (int, float)):
                self._write_number(sheet, row, number, cell)

    def _write_number(self, sheet: Any, row: int, column: int, value: float) -> None:
        if abs(value) >= _MAX_WHOLE or not math.isfinite(value):
            sheet.write_string(row, column, repr(value))
        else:
            sheet.write_number(row, column, value)

    def close(self) -> None:
        self._book.close()


def _date_columns(table: LabelledTable) -> frozenset[int]:
    """The places of the cells that hold dates."""
    return frozenset(table.places_of("date"))


def _day(text: str) -> datetime | None:
    """None for what is no date that Excel knows."""
    if not _DATE.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime.combine(day, time()) if day >= _FIRST_DAY else None


def sheet_names(tables: Mapping[str, LabelledTable]) -> dict[str, str]:
    """By path: the repeat's name within Excel's rules, each once without regard to case."""
    names: dict[str, str] = {}
    taken: set[str] = {"history"}  # a name that Excel keeps for itself
    for path in tables:
        plain = _NOT_IN_NAMES.sub("_", path.rpartition("/")[2]).strip("'")[:_MAX_NAME] or "Submissions"
        name, number = plain, 1
        while name.casefold() in taken:
            number += 1
            name = f"{plain[: _MAX_NAME - len(str(number)) - 1]}~{number}"
        taken.add(name.casefold())
        names[path] = name
    return names


def _too_large(sheet: str, reason: str) -> Problem:
    return unexpected_value("format", "xlsx", f"the sheet {sheet} would have {reason}; export as csv or excel-csv")
