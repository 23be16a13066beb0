"""Removing rows with everything that belongs to them, whatever tables there are.

A column that must not be empty says that its row belongs to the other one and goes with it. One that may be empty
only points, and is emptied.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Table, delete, select, update
from sqlalchemy.orm import Session

from server.db import Base

AT_ONCE = 500


def remove_rows(session: Session, table: Table, ids: Sequence[int]) -> None:
    """Remove the rows with these ids from a table whose key is one column."""
    for start in range(0, len(ids), AT_ONCE):
        _remove_some(session, table, ids[start : start + AT_ONCE])


def _remove_some(session: Session, table: Table, ids: Sequence[int]) -> None:
    for child, column in _pointing_at(table):
        points_here = column.in_(ids)
        if column.nullable:
            session.execute(update(child).where(points_here).values({column.name: None}))
        elif next(_pointing_at(child), None) is None:
            session.execute(delete(child).where(points_here))
        else:
            remove_rows(session, child, session.scalars(select(_key(child)).where(points_here)).all())
    session.execute(delete(table).where(_key(table).in_(ids)))


def _pointing_at(table: Table) -> Iterator[tuple[Table, Column[Any]]]:
    key = _key(table)
    for child in Base.metadata.sorted_tables:
        for column in child.columns:
            if column.references(key):
                yield child, column


def _key(table: Table) -> Column[Any]:
    """The first column of the key; tables with more have none that point at them."""
    return next(iter(table.primary_key.columns))
