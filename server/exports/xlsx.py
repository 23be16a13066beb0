"""An Excel workbook with one sheet a table, written row by row: memory does not grow with the form.

Whether every table fits into a sheet, and which texts do not fit into a cell, is known only when the last row is
there: so the rows wait on disk, and the first byte comes when all is written.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import tzinfo
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import IO, Final
from zipfile import ZIP64_LIMIT, ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

from server.db import Database
from server.errors import Problem, unexpected_value
from server.exports.csv_text import GEOPOINT, SUBMISSION_CELLS
from server.exports.labelled import Cell, LabelledTable, labelled_rows, labelled_tables
from server.exports.plan import ExportPlan
from server.exports.xlsx_frame import SheetFrame, make_frame
from server.exports.xlsx_rows import MAX_TEXT, RowWriter
from server.storage import ObjectStore

# What a sheet can hold, as Excel's specification has it.
MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 16_384
CUTS_SHEET: Final = "Cut texts"
_CUTS_HEADER: Final = ("Sheet", "KEY", "Column", f"Characters (a cell holds {MAX_TEXT:,})")
_MAX_NAME: Final = 31
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NUMBERS: Final = ("int", "decimal", GEOPOINT)
_DATES: Final = ("date", "dateTime")
_PIECE: Final = 256 * 1024
# In bytes, of each sheet's rows.
_IN_MEMORY: Final = 1_000_000
# Well below the limit, since the file must be told before how it is written.
_LARGE: Final = ZIP64_LIMIT // 2
# The fastest, as for CSV.
_LEVEL: Final = 1


def write_xlsx(database: Database, _storage: ObjectStore, export: ExportPlan) -> Iterator[bytes]:
    """Raise 400.8 when a table is larger than a sheet. What a cell cannot hold is named in a sheet of its own."""
    with TemporaryFile() as file:
        with database.read() as session, ExitStack() as stack:
            tables = labelled_tables(session, export)
            book = _Book(tables, stack, ZoneInfo(export.choice.time_zone))
            for rows in labelled_rows(session, export, tables):
                for path, cells in rows:
                    book.add(path, cells)
                book.flush()
            for _ in book.save(file):
                export.on_records(0)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


class _Sheet:
    """The rows of one sheet, waiting. `key_place` is where in a row its KEY stands."""

    def __init__(self, name: str, header: Sequence[str], key_place: int, writer: RowWriter, spool: IO[bytes]) -> None:
        self.name, self.header = name, header
        self._key_place, self._writer, self._spool = key_place, writer, spool
        self._lines: list[str] = []
        self._last_row = 1

    def add(self, cells: Sequence[Cell]) -> list[tuple[Cell, ...]]:
        """Gives a row of the sheet of cut texts for each text that is too long for a cell."""
        if self._last_row >= MAX_ROWS:
            raise _too_large(self.name, f"more rows than the {MAX_ROWS} of a sheet")
        self._last_row += 1
        self._lines.append(self._writer.row(self._last_row, cells))
        if not self._writer.cuts:
            return []
        cuts, self._writer.cuts = self._writer.cuts, []
        return [(self.name, cells[self._key_place], self.header[place], length) for place, length in cuts]

    def flush(self) -> None:
        self._spool.write("".join(self._lines).encode())
        self._lines.clear()

    def save(self, package: ZipFile, frame: SheetFrame) -> Iterator[None]:
        """Put the sheet into the file; comes back after each piece."""
        self.flush()
        is_large = self._spool.tell() > _LARGE
        self._spool.seek(0)
        with package.open(frame.part, "w", force_zip64=is_large) as part:
            part.write(frame.head)
            while piece := self._spool.read(_PIECE):
                part.write(piece)
                yield
            part.write(frame.tail)


class _Book:
    """The sheets by the paths of their tables, and one more for what was cut, if anything was."""

    def __init__(self, tables: Mapping[str, LabelledTable], stack: ExitStack, zone: tzinfo) -> None:
        self._stack, self._zone = stack, zone
        names, headers = sheet_names(tables), {path: table.header() for path, table in tables.items()}
        for path, header in headers.items():
            if len(header) > MAX_COLUMNS:
                raise _too_large(names[path], f"{len(header)} columns, a sheet holds {MAX_COLUMNS}")
        self._frame = make_frame({names[path]: header for path, header in headers.items()})
        self._sheets = {
            path: self._sheet(
                names[path],
                headers[path],
                key_place=-1 if path else -len(SUBMISSION_CELLS),
                numbers=table.places_of(*_NUMBERS),
                dates=table.places_of(*_DATES),
            )
            for path, table in tables.items()
        }
        self._cuts = self._sheet(CUTS_SHEET, _CUTS_HEADER, key_place=1)
        self._has_cuts = False

    def _sheet(
        self,
        name: str,
        header: Sequence[str],
        *,
        key_place: int,
        numbers: Iterable[int] = (),
        dates: Iterable[int] = (),
    ) -> _Sheet:
        styles = {"day_style": self._frame.day, "moment_style": self._frame.moment}
        writer = RowWriter(len(header), numbers=numbers, dates=dates, zone=self._zone, **styles)
        return _Sheet(name, header, key_place, writer, self._stack.enter_context(_spool()))

    def add(self, path: str, cells: Sequence[Cell]) -> None:
        for cut in self._sheets[path].add(cells):
            self._cuts.add(cut)
            self._has_cuts = True

    def flush(self) -> None:
        for sheet in self._sheets.values():
            sheet.flush()

    def save(self, file: IO[bytes]) -> Iterator[None]:
        """Write the file; comes back after each piece."""
        sheets, frame = list(self._sheets.values()), self._frame
        if self._has_cuts:
            sheets.append(self._cuts)
            frame = make_frame({sheet.name: sheet.header for sheet in sheets})
        with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as package:
            for name, content in frame.parts.items():
                package.writestr(name, content)
            for sheet, sheet_frame in zip(sheets, frame.sheets, strict=True):
                yield from sheet.save(package, sheet_frame)


def _spool() -> SpooledTemporaryFile[bytes]:
    return SpooledTemporaryFile(max_size=_IN_MEMORY)


def sheet_names(tables: Mapping[str, LabelledTable]) -> dict[str, str]:
    """By path: the repeat's name within Excel's rules, each once without regard to case."""
    names: dict[str, str] = {}
    # The first is a name that Excel keeps for itself.
    taken = {"history", CUTS_SHEET.casefold()}
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
    return unexpected_value("format", "xlsx", f"the sheet {sheet} would have {reason}; export as csv.zip or excel-csv")
