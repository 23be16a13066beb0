"""CSV that Excel opens by a double click: a UTF-8 mark, and on request nothing that it would take for a formula."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from server.db import Database, moment_text
from server.exports.archive import Archive
from server.exports.csv_tables import open_spools, read_back
from server.exports.csv_text import CsvLines
from server.exports.file_names import table_file
from server.exports.labelled import Cell, labelled_rows, labelled_tables
from server.exports.plan import ExportPlan
from server.storage import ObjectStore

_MARK: Final = b"\xef\xbb\xbf"
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "%", "\t", "\r", "\n")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def write_excel_csv(database: Database, _storage: ObjectStore, export: ExportPlan) -> Iterator[bytes]:
    """A zip with one file a table."""
    archive = Archive()
    with database.read() as session, open_spools(export.root) as spools:
        tables = labelled_tables(session, export)
        lines = {path: CsvLines() for path in tables}
        guards = export.choice.guards_formulas
        for path, table in tables.items():
            lines[path].add(_line(table.header(), guards=guards))

        def own_pieces() -> Iterator[bytes]:
            for spool in spools.values():
                spool.write(_MARK)
            yield _MARK
            for rows in labelled_rows(session, export, tables):
                for path, cells in rows:
                    lines[path].add(_line(cells, guards=guards))
                for path, spool in spools.items():
                    spool.write(lines[path].take())
                yield lines[""].take()
            for path, spool in spools.items():
                spool.write(lines[path].take())
            yield lines[""].take()

        yield from archive.add(table_file(export, "", "csv"), own_pieces())
        for path, spool in spools.items():
            yield from archive.add(table_file(export, path, "csv"), read_back(spool))
        yield from archive.end()


def guarded(text: str) -> str:
    """The text so that no spreadsheet calculates it; numbers stay numbers."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text) else text


def _line(cells: "list[Cell] | list[str]", *, guards: bool) -> list[str]:
    return [_text(cell, guards=guards) for cell in cells]


def _text(cell: Cell, *, guards: bool) -> str:
    match cell:
        case None:
            return ""
        case str():
            return guarded(cell) if guards else cell
        case datetime():
            return moment_text(cell)
    return repr(cell)
