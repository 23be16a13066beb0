"""A form as OData sees it: tables of rows, groups as complex properties, and names that OData allows.

Two fields of one group whose names become the same are told apart by a number: none is lost behind the other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from server.forms.odata_names import odata_name
from server.xform.fields import REPEAT, Field

ROOT: Final = "Submissions"
ID, SYSTEM = "__id", "__system"


@dataclass(frozen=True, slots=True)
class Property:
    """A question, a group (with `properties`) or a repeat (with `table`), by its name in OData."""

    name: str
    field: Field
    properties: tuple["Property", ...] = ()
    table: "EntityTable | None" = None


@dataclass(frozen=True, slots=True)
class EntityTable:
    """`steps` are the names that lead to it from the form's own table, its own last; `path` is the repeat's."""

    path: str
    steps: tuple[str, ...]
    properties: tuple[Property, ...]
    parent: "EntityTable | None" = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        return ".".join((ROOT, *self.steps))

    @property
    def key_name(self) -> str:
        """What rows of the tables inside call the id of this table's row."""
        return f"__{'-'.join((ROOT, *self.steps))}-id"

    def tables(self) -> Iterator["EntityTable"]:
        """The table and those inside it, in the order of the form."""
        yield self
        for repeat in repeats_in(self.properties):
            if repeat.table is not None:
                yield from repeat.table.tables()


def repeats_in(properties: Iterable[Property]) -> Iterator[Property]:
    """The repeats directly inside, through groups."""
    for item in properties:
        if item.table is not None:
            yield item
        yield from repeats_in(item.properties)


def build_model(fields: Iterable[Field]) -> EntityTable:
    children: dict[str, list[Field]] = {}
    for item in fields:
        children.setdefault(item.parent or "", []).append(item)
    return _table("", (), None, children)


def _table(
    path: str, steps: tuple[str, ...], parent: EntityTable | None, children: dict[str, list[Field]]
) -> EntityTable:
    table = EntityTable(path, steps, (), parent)
    # A group's type is named as its path, so that none may be called as the form's own table.
    taken = {ID, SYSTEM, ROOT} if parent is None else {ID, parent.key_name}
    # Tables inside point back at this one, so it must be there before them.
    object.__setattr__(table, "properties", _properties(path, steps, table, children, taken))
    return table


def _properties(
    path: str, steps: tuple[str, ...], table: EntityTable, children: dict[str, list[Field]], taken: set[str]
) -> tuple[Property, ...]:
    found = []
    for item in children.get(path, ()):
        name = _free_name(odata_name(item.name), taken)
        taken.add(name)
        below = (*steps, name)
        if item.type == REPEAT:
            found.append(Property(name, item, table=_table(item.path, below, table, children)))
        elif item.has_children:
            found.append(Property(name, item, _properties(item.path, below, table, children, set())))
        else:
            found.append(Property(name, item))
    return tuple(found)


def _free_name(name: str, taken: set[str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
