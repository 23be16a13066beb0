"""Tables as JSON lines that any supported database can give and take: first the columns' names, then the rows.

JSON columns are written as the text that they hold, so that nothing is lost on the way between the databases.
"""

import base64
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    DateTime,
    LargeBinary,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    insert,
    select,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator, TypeEngine

from server.blobs import Blob, mentioned
from server.db import Base

_AT_ONCE = 500
_Converter = Callable[[Any], Any]


def all_tables() -> list[Table]:
    """Every table, those first that others point at."""
    return list(Base.metadata.sorted_tables)


def write_rows(session: Session, table: Table) -> Iterator[bytes]:
    """The table's lines, some hundreds at a time."""
    columns = list(table.columns)
    yield orjson.dumps([column.name for column in columns], option=orjson.OPT_APPEND_NEWLINE)
    converters = [(place, _to_json(column)) for place, column in enumerate(columns)]
    conversions = [(place, convert) for place, convert in converters if convert is not None]
    rows = session.execute(_rows(table), execution_options={"yield_per": _AT_ONCE})
    for part in rows.partitions():
        yield b"".join(_line(list(row), conversions) for row in part)


def read_rows(lines: Iterable[bytes], table: Table) -> Iterator[dict[str, Any]]:
    """The rows in what `write_rows` has written."""
    rows = (orjson.loads(line) for line in lines)
    names = next(rows)
    conversions = [(name, convert) for name in names if (convert := _from_json(table.columns[name])) is not None]
    for values in rows:
        row = dict(zip(names, values, strict=True))
        for name, convert in conversions:
            if row[name] is not None:
                row[name] = convert(row[name])
        yield row


def load_rows(session: Session, table: Table, rows: Iterable[dict[str, Any]]) -> int:
    """Insert rows as `read_rows` gives them; returns how many."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    statement = insert(table).values({column.name: _parameter(column, is_postgres) for column in table.columns})
    parameters = ({f"new_{name}": value for name, value in row.items()} for row in rows)
    count = 0
    while part := list(islice(parameters, _AT_ONCE)):
        session.execute(statement, part)
        count += len(part)
    return count


def _line(values: list[Any], conversions: list[tuple[int, _Converter]]) -> bytes:
    for place, convert in conversions:
        if values[place] is not None:
            values[place] = convert(values[place])
    return orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE)


def _rows(table: Table) -> Select[Any]:
    statement = select(*(_as_text(column) for column in table.columns)).order_by(*table.primary_key.columns)
    if table is not Blob.__table__:
        return statement
    # An object that nothing points at may be swept away at any time, and a backup must not ask for it then.
    return statement.where(table.columns.sha256.in_(mentioned()))


def _as_text(column: Column[Any]) -> ColumnElement[Any]:
    return cast(column, Text) if isinstance(_plain(column.type), JSON) else column


def _parameter(column: Column[Any], is_postgres: bool) -> ColumnElement[Any]:
    name = f"new_{column.name}"
    if not isinstance(_plain(column.type), JSON):
        return bindparam(name, type_=column.type)
    as_text = bindparam(name, type_=Text())
    # SQLite's JSON is text, and its CAST would make a number of it.
    return cast(as_text, column.type) if is_postgres else as_text


def _to_json(column: Column[Any]) -> _Converter | None:
    if isinstance(column.type, LargeBinary):
        return lambda value: base64.b64encode(value).decode()
    return datetime.isoformat if isinstance(_plain(column.type), DateTime) else None


def _from_json(column: Column[Any]) -> _Converter | None:
    if isinstance(column.type, LargeBinary):
        return base64.b64decode
    return datetime.fromisoformat if isinstance(_plain(column.type), DateTime) else None


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind
