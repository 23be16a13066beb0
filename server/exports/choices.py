"""The choices of each question that takes several, for exports that give every choice a column of its own.

First those that the form declares, in its order; then those that only the data knows: choices of earlier versions,
of files and of other lists that are made while the form is filled in.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from server.exports.records import Record
from server.exports.rows import repeat_rows
from server.exports.tables import Table
from server.xform.definition import FormDefinition

# Found in the data alone. Who fills in a public form must not be able to make a table of a million columns.
MAX_FOUND = 1000

Choices = dict[str, list[str]]


def declared_choices(definitions: Iterable[FormDefinition]) -> Choices:
    """By the path of the question; the first definition's come first."""
    declared: dict[str, dict[str, None]] = {}
    for definition in definitions:
        for field in definition.fields:
            if field.is_select_multiple and field.choice_list is not None:
                listed = definition.choice_lists.get(field.choice_list, ())
                declared.setdefault(field.path, {}).update((choice.value, None) for choice in listed)
    return {path: list(values) for path, values in declared.items()}


def all_choices(pages: Iterable[Iterable[Record]], root: Table, declared: Mapping[str, Sequence[str]]) -> Choices:
    """For each question of the tables: the declared choices, then by alphabet what else was answered."""
    places = {table.path: list(_places(table)) for table in root.walk()}
    found: dict[str, set[str]] = {path: set() for table in places.values() for _, path in table}
    if found:
        for page in pages:
            for record in page:
                answers = record.answers()
                _collect(found, places[root.path], root.values(answers))
                for row in repeat_rows(root, answers, ""):
                    _collect(found, places[row.table.path], row.values)
    return {path: _ordered(declared.get(path, ()), values) for path, values in found.items()}


def _places(table: Table) -> Iterator[tuple[int, str]]:
    for number, column in enumerate(table.columns):
        if column.field.is_select_multiple:
            yield number, column.field.path


def _collect(found: Mapping[str, set[str]], places: Iterable[tuple[int, str]], values: Sequence[Any]) -> None:
    for number, path in places:
        value = values[number]
        if value is not None and len(found[path]) < MAX_FOUND:
            found[path].update(selected(value))


def selected(value: Any) -> list[str]:
    """The choices in an answer, also where it was kept as text because of blanks that its list would not keep."""
    items = value if isinstance(value, list) else [value]
    return [name for item in items if isinstance(item, str) for name in item.split()]


def _ordered(declared: Sequence[str], found: set[str]) -> list[str]:
    return [*declared, *sorted(found.difference(declared))[:MAX_FOUND]]
