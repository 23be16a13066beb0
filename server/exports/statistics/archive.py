"""A zip for Stata or SPSS: one file a table, what its variables are, and a script that opens them in R."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from server.db import Database
from server.exports.archive import Archive
from server.exports.csv_text import csv_pieces
from server.exports.file_names import table_file
from server.exports.labelled import split_choices
from server.exports.not_typed import NotTyped
from server.exports.plan import ExportPlan
from server.exports.statistics.codes import choice_codes, read_versions
from server.exports.statistics.names import variable_names
from server.exports.statistics.spss import MAX_TEXT, spss_file
from server.exports.statistics.stata import check_size, stata_file
from server.exports.statistics.table import StatisticsTable
from server.exports.statistics.variables import variables_of
from server.exports.typed import typed_rows
from server.storage import ObjectStore

_HEADER: Final = ("file", "variable", "path", "choice", "type", "label")


@dataclass(frozen=True, slots=True)
class _Program:
    """`reads` is the function of R's haven; `max_text` is in bytes; `check` raises Problem for a table too large."""

    extension: str
    reads: str
    write: Callable[[StatisticsTable], Iterator[bytes]]
    max_text: int | None = None
    check: Callable[[StatisticsTable], None] = lambda _table: None


_STATA: Final = _Program("dta", "read_dta", stata_file, check=check_size)
_SPSS: Final = _Program("sav", "read_sav", spss_file, max_text=MAX_TEXT)


def write_stata(database: Database, _storage: ObjectStore, export: ExportPlan) -> Iterator[bytes]:
    """Raise 400.8 when a table has more variables than Stata takes."""
    return _write(database, export, _STATA)


def write_spss(database: Database, _storage: ObjectStore, export: ExportPlan) -> Iterator[bytes]:
    return _write(database, export, _SPSS)


def _write(database: Database, export: ExportPlan, program: _Program) -> Iterator[bytes]:
    """All rows are read first: how wide a text is stands in front of them."""
    archive = Archive()
    with database.read() as session, ExitStack() as stack:
        not_typed = stack.enter_context(NotTyped())
        codes = choice_codes(read_versions(session, export.selection.form_id))
        variables = variables_of(export, split_choices(session, export), codes)
        tables: dict[str, StatisticsTable] = {}
        for path, (typed, own) in variables.items():
            name = table_file(export, path, program.extension)
            tables[path] = stack.enter_context(StatisticsTable(name, typed, own, not_typed, program.max_text))
            program.check(tables[path])
        for rows in typed_rows(session, export):
            for path, added in rows.items():
                tables[path].add(added)
        for table in tables.values():
            # That there is no room must be said before the first byte.
            table.flush()
        for table in tables.values():
            yield from archive.add(table.name, program.write(table))
        yield from archive.add("variables.csv", csv_pieces(_listed(tables)))
        yield from archive.add("load.R", [_script(tables, program).encode()])
        yield from not_typed.into(archive)
        yield from archive.end()


def _listed(tables: dict[str, StatisticsTable]) -> Iterator[tuple[str, ...]]:
    yield _HEADER
    for table in tables.values():
        for item in table.variables:
            column = item.column
            path = column.field.path if column.field else ""
            yield table.name, item.name, path, column.choice or "", item.measure, item.label


def _script(tables: dict[str, StatisticsTable], program: _Program) -> str:
    lines = [
        "# Reads every table into a data frame. Where this file is: source('load.R', encoding = 'UTF-8')",
        "# A row of a repeat belongs to the row whose KEY is its PARENT_KEY.",
        "# Labels of categories: haven::as_factor(table$variable)",
        'if (!requireNamespace("haven", quietly = TRUE)) install.packages("haven")',
        "library(haven)",
        "",
    ]
    names = variable_names(((table.name.rpartition(".")[0],), 1) for table in tables.values())
    for name, table in zip(names, tables.values(), strict=True):
        lines.append(f'{name} <- {program.reads}("{table.name}")')
    return "\n".join(lines) + "\n"
