"""Parquet: a zip with one file a table, every column with its type, labels in the metadata of the columns.

Rows become columns some at a time, and leave memory as a row group whenever they have grown to so many bytes.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import IO, Any, Final

import orjson
import pyarrow as pa
from pyarrow.parquet import ParquetWriter

from server.db import Database
from server.exports.archive import Archive
from server.exports.csv_tables import open_spools, read_back
from server.exports.file_names import table_file
from server.exports.labelled import split_choices
from server.exports.not_typed import NotTyped
from server.exports.piped import Pipe
from server.exports.plan import ExportPlan
from server.exports.typed import TypedColumn, TypedTable, column_names, typed_rows, typed_tables
from server.exports.typed_values import (
    Kind,
    Reader,
    read_day,
    read_decimal,
    read_moment,
    read_text,
    read_texts,
    read_whole,
)
from server.exports.unique_names import unique_names
from server.exports.wording import Wording
from server.storage import ObjectStore

_ROWS_AT_ONCE: Final = 1_000
_GROUP_BYTES: Final = 4 * 2**20
_TEXT: Final = pa.string()
_TYPES: Final = {
    Kind.TEXT: _TEXT,
    Kind.WHOLE: pa.int64(),
    Kind.DECIMAL: pa.float64(),
    Kind.DAY: pa.date32(),
    Kind.MOMENT: pa.timestamp("us", "UTC"),
    Kind.TEXTS: pa.list_(_TEXT),
    Kind.FLAG: pa.bool_(),
}


def write_parquet(database: Database, _storage: ObjectStore, export: ExportPlan) -> Iterator[bytes]:
    """The submissions' file is sent while it is written, those of the repeats come behind it."""
    archive = Archive()
    with database.read() as session, open_spools(export.root) as spools, ExitStack() as stack:
        not_typed = stack.enter_context(NotTyped())
        split = split_choices(session, export) if export.choice.split_select_multiples else {}
        tables = typed_tables(export, Wording.of(export), split)
        pipe = Pipe()
        writers = {
            path: stack.enter_context(_TableWriter(spools.get(path, pipe), table, export, not_typed))
            for path, table in tables.items()
        }

        def own_pieces() -> Iterator[bytes]:
            for rows in typed_rows(session, export):
                for path, added in rows.items():
                    writers[path].add(added)
                yield pipe.take()
            for writer in writers.values():
                writer.finish()
            yield pipe.take()

        yield from archive.add(table_file(export, "", "parquet"), own_pieces())
        for path, spool in spools.items():
            yield from archive.add(table_file(export, path, "parquet"), read_back(spool), stored_size=spool.tell())
        yield from not_typed.into(archive)
        yield from archive.end()


class _TableWriter(ExitStack):
    def __init__(self, file: IO[bytes] | Pipe, table: TypedTable, export: ExportPlan, not_typed: NotTyped) -> None:
        super().__init__()
        self._table, self._not_typed = table, not_typed
        # What the rows have in each place.
        self._answers: list[list[Any]] = [[] for _ in range(1 + max(column.place for column in table.columns))]
        self._batches: list[pa.RecordBatch] = []
        self._size = 0  # of the batches, in bytes
        self._schema = _schema(table, export)
        self._writer = self.enter_context(ParquetWriter(file, self._schema, compression="zstd"))

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        for answers, added in zip(self._answers, zip(*rows, strict=True), strict=True) if rows else ():
            answers.extend(added)
        if len(self._answers[0]) >= _ROWS_AT_ONCE:
            self._flush_rows()
            if self._size >= _GROUP_BYTES:
                self._flush_group()

    def finish(self) -> None:
        self._flush_rows()
        self._flush_group()
        self.close()

    def _flush_rows(self) -> None:
        if self._answers[0]:
            arrays = [self._array(column) for column in self._table.columns]
            self._batches.append(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
            self._size += self._batches[-1].nbytes
            for answers in self._answers:
                answers.clear()

    def _flush_group(self) -> None:
        if self._batches:
            group = pa.Table.from_batches(self._batches)
            self._writer.write_table(group, row_group_size=len(group))
            self._batches, self._size = [], 0

    def _array(self, column: TypedColumn) -> pa.Array:
        answers, fast = self._answers[column.place], _FAST.get(column.read)
        if fast is not None:
            try:
                return fast(answers)
            except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
                # One of the answers is not as most are: it is found among them, one by one.
                pass
        read = column.read
        try:
            cells = [None if answer is None else read(answer) for answer in answers]
        except ValueError:
            cells = list(self._cells(column, answers))
        return pa.array(cells, _TYPES[column.kind])

    def _cells(self, column: TypedColumn, answers: Sequence[Any]) -> Iterator[Any]:
        for number, answer in enumerate(answers):
            try:
                yield None if answer is None else column.read(answer)
            except ValueError:
                key = str(self._answers[self._table.key_place][number])
                self._not_typed.add(self._table, column, key, answer)
                yield None


def _moments(answers: Sequence[Any]) -> pa.Array:
    try:
        return pa.array(answers, _TEXT).cast(_TYPES[Kind.MOMENT])
    except pa.ArrowTypeError:
        return pa.array(answers, _TYPES[Kind.MOMENT])


def _lists(answers: Sequence[Any]) -> pa.Array:
    # Arrow would take a text for the list of its letters.
    if any(type(answer) is str for answer in answers):
        raise pa.ArrowTypeError("not a list")
    return pa.array(answers, _TYPES[Kind.TEXTS])


# What reads many answers at once as the reader would read each of them, or raises.
_FAST: Final[dict[Reader, Callable[[Sequence[Any]], pa.Array]]] = {
    read_text: lambda answers: pa.array(answers, _TEXT),
    read_whole: lambda answers: pa.array(answers, _TYPES[Kind.WHOLE]),
    read_decimal: lambda answers: pa.array(answers, _TYPES[Kind.DECIMAL]),
    read_day: lambda answers: pa.array(answers, _TEXT).cast(_TYPES[Kind.DAY]),
    read_moment: _moments,
    read_texts: _lists,
}


def _schema(table: TypedTable, export: ExportPlan) -> pa.Schema:
    names = column_names(table.columns, lambda columns: unique_names(column.name for column in columns))
    fields = [
        pa.field(name, _TYPES[column.kind], metadata=_metadata(column, export))
        for name, column in zip(names, table.columns, strict=True)
    ]
    return pa.schema(fields, metadata={"form_id": export.form_id, "table": table.table.path})


def _metadata(column: TypedColumn, export: ExportPlan) -> dict[str, bytes]:
    """`label` is in the chosen language; `labels` and `choices` are JSON with all languages."""
    field, found = column.field, {"label": column.label.encode()}
    if field is not None:
        found |= {"path": field.path.encode(), "type": field.type.encode(), "labels": orjson.dumps(dict(field.labels))}
        choices = export.choice_texts(field.path)
        if choices and column.choice is None:
            found["choices"] = orjson.dumps(choices)
    return found
