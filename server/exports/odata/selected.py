"""`$select`: which properties of a table are wanted. A name of a group stands for all that is in it."""

from collections.abc import Iterator

from server.errors import unexpected_value
from server.exports.odata.entity_model import ID, SYSTEM, EntityTable, Property
from server.exports.odata.system_values import SYSTEM_TYPES


class Selected:
    """All, or what was named; `wants` takes the path of a property from its table's row."""

    def __init__(self, names: frozenset[str] | None) -> None:
        self._names = names

    def wants(self, path: str) -> bool:
        """Whether it is wanted itself, with a group around it, or for something inside it."""
        names = self._names
        if names is None or path in names:
            return True
        steps = path.split("/")
        around = any("/".join(steps[:number]) in names for number in range(1, len(steps)))
        return around or any(name.startswith(f"{path}/") for name in names)


def read_select(text: str, table: EntityTable) -> Selected:
    """Raise 400.8 for a name that the table does not have, or that is inside of a repeat."""
    names = [name.strip() for name in text.split(",")] if text.strip() else ["*"]
    if "*" in names:
        return Selected(None)
    known = {ID, *_known(table.properties, "")}
    known |= {SYSTEM, *(f"{SYSTEM}/{name}" for name in SYSTEM_TYPES)} if table.parent is None else set()
    known |= {table.parent.key_name} if table.parent is not None else set()
    for name in names:
        if name not in known:
            place = text.find(name) + 1
            raise unexpected_value("$select", name[:200], f"at character {place}: {table.name} has no such property")
    return Selected(frozenset(names))


def _known(properties: tuple[Property, ...], within: str) -> Iterator[str]:
    for item in properties:
        yield within + item.name
        yield from _known(item.properties, f"{within}{item.name}/")
