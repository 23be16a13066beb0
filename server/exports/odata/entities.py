"""Rows as OData entities: dictionaries in the order of the form, every property present, null where nothing was said.

What has to be done for each property is worked out once for a document, so that a row costs little.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson

from server.exports.odata.entity_model import ID, ROOT, SYSTEM, EntityTable, Property
from server.exports.odata.selected import Selected
from server.exports.odata.system_values import SYSTEM_TYPES, system_values
from server.exports.odata.values import conversion
from server.exports.records import Record

Entity = dict[str, Any]
_ALL = Selected(None)
_NOTHING: Mapping[str, Any] = {}
# Of most rows, where `quote` would spend its time on finding nothing to quote.
_PLAIN_ID = re.compile(r"[\w.:-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Layout:
    """`with_rows`: repeats are written out inside the row that holds them, not as links."""

    selected: Selected = _ALL
    with_rows: bool = False
    as_wkt: bool = False


class RowKey:
    """What names a row for good, as in the CSV export; `id` is the same in a form that fits into an address."""

    __slots__ = ("_around", "_link", "_step", "id", "key")

    def __init__(self, key: str, row_id: str, step: str, around: "RowKey | None" = None) -> None:
        self.key = key
        self.id = row_id
        self._step = step
        self._around = around
        self._link: str | None = None

    @property
    def link(self) -> str:
        """The address of the row, from that of the service."""
        if self._link is None:
            self._link = self._address()
        return self._link

    def _address(self) -> str:
        name = self.id if _PLAIN_ID.fullmatch(self.id) else quote(self.id.replace("'", "''"), safe=":")
        step = f"{self._step}('{name.replace(':', '%3A')}')"
        return step if self._around is None else f"{self._around.link}/{step}"


def root_key(instance_id: str) -> RowKey:
    return RowKey(instance_id, instance_id, ROOT)


class RepeatRow(NamedTuple):
    """One time that a repeat was filled in; `parent` names the row that it hangs on."""

    answers: Mapping[str, Any]
    key: RowKey
    parent: RowKey


_Write = Callable[[Entity, Mapping[str, Any], RowKey], None]


class Entities:
    """Writes the rows of one table."""

    def __init__(self, table: EntityTable, layout: Layout) -> None:
        selected = layout.selected
        self._has_id = selected.wants(ID)
        self._system = [name for name in SYSTEM_TYPES if selected.wants(f"{SYSTEM}/{name}")]
        self._has_all_of_system = len(self._system) == len(SYSTEM_TYPES)
        self._parent_key = table.parent.key_name if table.parent is not None else ""
        self._has_parent_key = selected.wants(self._parent_key)
        self._write = _writer(table.properties, layout, "", ())

    def submission(self, record: Record) -> Entity:
        entity: Entity = {ID: record.instance_id} if self._has_id else {}
        if self._system:
            values = system_values(record)
            entity[SYSTEM] = values if self._has_all_of_system else {name: values[name] for name in self._system}
        self._write(entity, record.answers(), root_key(record.instance_id))
        return entity

    def row(self, row: RepeatRow) -> Entity:
        entity: Entity = {ID: row.key.id} if self._has_id else {}
        if self._has_parent_key:
            entity[self._parent_key] = row.parent.id
        self._write(entity, row.answers, row.key)
        return entity


def _writer(properties: Iterable[Property], layout: Layout, within: str, groups: tuple[Property, ...]) -> _Write:
    """`within` is the OData path to these properties from their row, `groups` are those around them."""
    selected = [item for item in properties if layout.selected.wants(f"{within}{item.name}")]
    writes: list[_Write] = []
    for are_questions, run in groupby(selected, key=_is_question):
        if are_questions:
            writes.append(_questions(run, layout))
        else:
            writes += [_holder(item, layout, f"{within}{item.name}", groups) for item in run]
    if len(writes) == 1:
        return writes[0]

    def write(entity: Entity, answers: Mapping[str, Any], key: RowKey) -> None:
        for part in writes:
            part(entity, answers, key)

    return write


def _is_question(item: Property) -> bool:
    return item.table is None and not item.field.has_children


def _questions(items: Iterable[Property], layout: Layout) -> _Write:
    """All of a run in one loop: this is where a feed spends its time."""
    columns = [(item.name, item.field.name, *conversion(item.field, as_wkt=layout.as_wkt)) for item in items]

    def write(entity: Entity, answers: Mapping[str, Any], _key: RowKey) -> None:
        answer = answers.get
        for name, source, fits, convert in columns:
            value = answer(source)
            entity[name] = value if type(value) in fits else convert(value)

    return write


def _holder(item: Property, layout: Layout, path: str, groups: tuple[Property, ...]) -> _Write:
    if item.table is None:
        return _group(item, _writer(item.properties, layout, f"{path}/", (*groups, item)))
    return _rows(item, item.table, layout, groups) if layout.with_rows else _link(item, path)


def _group(item: Property, inner: _Write) -> _Write:
    name, source = item.name, item.field.name

    def write(entity: Entity, answers: Mapping[str, Any], key: RowKey) -> None:
        found = answers.get(source)
        group: Entity = {}
        inner(group, found if type(found) is dict else _NOTHING, key)
        entity[name] = group

    return write


def _link(item: Property, path: str) -> _Write:
    name = f"{item.name}@odata.navigationLink"

    def write(entity: Entity, _answers: Mapping[str, Any], key: RowKey) -> None:
        entity[name] = f"{key.link}/{path}"

    return write


def _rows(item: Property, table: EntityTable, layout: Layout, groups: tuple[Property, ...]) -> _Write:
    rows, name, source, place = Entities(table, layout), item.name, item.field.name, _Place.of(item, groups)

    def write(entity: Entity, answers: Mapping[str, Any], key: RowKey) -> None:
        entity[name] = [rows.row(row) for row in place.rows(answers.get(source), key)]

    return write


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a repeat is, seen from the row around it: by the form's names, and by OData's."""

    steps: tuple[str, ...]
    form_path: str
    odata_path: str

    @classmethod
    def of(cls, item: Property, groups: tuple[Property, ...]) -> "_Place":
        around = (*groups, item)
        names, odata_names = [step.field.name for step in around], [step.name for step in around]
        return cls(tuple(names), "/".join(names), "/".join(odata_names))

    def rows(self, found: Any, around: RowKey) -> Iterator[RepeatRow]:
        for position, row in enumerate(found if type(found) is list else [found], start=1):
            if type(row) is dict:
                key = f"{around.key}/{self.form_path}[{position}]"
                name = hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()
                yield RepeatRow(row, RowKey(key, name, self.odata_path, around), around)


class TableRows:
    """All rows of a repeat's table in one submission."""

    def __init__(self, table: EntityTable) -> None:
        self._places = _places_to(table)

    def read(self, instance_id: str, answers_json: str | None) -> Iterator[RepeatRow]:
        answers = orjson.loads(answers_json) if answers_json else _NOTHING
        yield from self._below(answers, root_key(instance_id), 0)

    def _below(self, answers: Mapping[str, Any], around: RowKey, depth: int) -> Iterator[RepeatRow]:
        place = self._places[depth]
        found: Any = answers
        for step in place.steps:
            found = found.get(step) if type(found) is dict else None
        if depth + 1 == len(self._places):
            yield from place.rows(found, around)
            return
        for row in place.rows(found, around):
            yield from self._below(row.answers, row.key, depth + 1)


def _places_to(table: EntityTable) -> list[_Place]:
    """From the form's own table to this one."""
    if table.parent is None:
        return []
    groups = _groups_to(table.parent.properties, table)
    return [*_places_to(table.parent), _Place.of(groups[-1], groups[:-1])]


def _groups_to(properties: Iterable[Property], table: EntityTable) -> tuple[Property, ...]:
    for item in properties:
        if item.table is table:
            return (item,)
        if below := _groups_to(item.properties, table):
            return (item, *below)
    return ()
