"""Split a form's fields into tables: one for the form itself and one for every repeat, each with its columns.

Which values stand in a row is decided here, by where the form has its fields; how a value is written is left to the
writer of each format.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from server.xform.fields import REPEAT, Field

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Column:
    """One question; `steps` are the names that lead to it from the table's row."""

    field: Field
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One row for each submission (`path` is ''), or for each time that the repeat at `path` was filled in.

    `steps` lead to the repeat from the row of the table around it; `repeats` are the tables directly inside.
    `runs` are the columns again, as neighbours in one group: the steps to the group, and the names in it.
    """

    path: str
    steps: tuple[str, ...]
    columns: tuple[Column, ...]
    repeats: tuple["Table", ...]
    runs: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]

    def values(self, answers: Mapping[str, Any]) -> list[Any]:
        """The row's answers in the order of the columns, as `read_answers` typed them; None for what is not there."""
        row: list[Any] = []
        for steps, names in self.runs:
            group = inside(answers, steps) if steps else answers
            row += map(group.get, names)
        return row

    def walk(self) -> Iterator["Table"]:
        """The table and those inside it, in the order of the form."""
        yield self
        for table in self.repeats:
            yield from table.walk()


def inside(answers: Mapping[str, Any], steps: Iterable[str]) -> Mapping[str, Any]:
    """The group at the end of the steps; empty when nothing in it was answered."""
    for step in steps:
        group = answers.get(step)
        if not isinstance(group, dict):
            return _NOTHING
        answers = group
    return answers


def build_tables(fields: Iterable[Field]) -> Table:
    """The root's table, with those of the repeats inside."""
    children: dict[str | None, list[Field]] = {}
    for field in fields:
        children.setdefault(field.parent, []).append(field)
    return _build_table("", (), children)


def _build_table(path: str, steps: tuple[str, ...], children: Mapping[str | None, Sequence[Field]]) -> Table:
    columns: list[Column] = []
    repeats: list[Table] = []
    for field, field_steps in _reach(path, (), children):
        if field.type == REPEAT:
            repeats.append(_build_table(field.path, field_steps, children))
        else:
            columns.append(Column(field, field_steps))
    return Table(path, steps, tuple(columns), tuple(repeats), _runs(columns))


def _reach(
    path: str, steps: tuple[str, ...], children: Mapping[str | None, Sequence[Field]]
) -> Iterator[tuple[Field, tuple[str, ...]]]:
    """The questions and repeats below a path, through its groups but not into its repeats."""
    for field in children.get(path or None, ()):
        field_steps = (*steps, field.name)
        if field.has_children and field.type != REPEAT:
            yield from _reach(field.path, field_steps, children)
        else:
            yield field, field_steps


def _runs(columns: Iterable[Column]) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    return tuple(
        (steps, tuple(column.field.name for column in run))
        for steps, run in groupby(columns, key=lambda column: column.steps[:-1])
    )


def merged_fields(versions: Sequence[Sequence[Field]]) -> tuple[Field, ...]:
    """All fields of these versions, newest first: those of the first, and after them in each group what others had.

    A path that several versions have is the newest one's; a group that became a question has nothing inside.
    """
    merged: dict[str | None, dict[str, Field]] = {}
    for fields in versions:
        for field in fields:
            merged.setdefault(field.parent, {}).setdefault(field.path, field)
    return tuple(replace(field, order=order) for order, field in enumerate(_depth_first(None, merged)))


def _depth_first(parent: str | None, merged: Mapping[str | None, Mapping[str, Field]]) -> Iterator[Field]:
    for field in merged.get(parent, {}).values():
        yield field
        if field.has_children:
            yield from _depth_first(field.path, merged)
