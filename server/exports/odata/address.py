"""What an address below `.svc/` names: a table, one row of it, or the rows of a repeat inside a row.

`Submissions`, `Submissions.home.room`, `Submissions('uuid:…')`, and behind it the links that the feed itself writes:
`Submissions('uuid:…')/home/room`, `Submissions('uuid:…')/home/room('…')/window`.
"""

import re
from dataclasses import dataclass

from server.errors import not_found
from server.exports.odata.entity_model import ROOT, EntityTable

_STEP = re.compile(r"([^/()']+)(?:\('((?:[^']|'')*)'\))?(?:/|$)")


@dataclass(frozen=True, slots=True)
class Address:
    """`instance_id`: only this submission. `row_id`: this row of a repeat. `parent_id`: rows that hang on this one."""

    table: EntityTable
    instance_id: str | None = None
    row_id: str | None = None
    parent_id: str | None = None

    @property
    def is_one(self) -> bool:
        """Whether it names a single row, which must be there."""
        return self.row_id is not None or (self.instance_id is not None and self.table.parent is None)


def read_address(text: str, root: EntityTable) -> Address:
    """Raise 404.1 for what the form does not have."""
    steps = _steps(text)
    tables = {table.name: table for table in root.tables()}
    (first, instance_id), *inner = steps
    if instance_id is None:
        if inner or first not in tables:
            raise not_found()
        return Address(tables[first])
    if first != ROOT:
        raise not_found()
    return _inside(instance_id, inner, tables)


def _inside(instance_id: str, steps: list[tuple[str, str | None]], tables: dict[str, EntityTable]) -> Address:
    name, row_id, parent_id = ROOT, None, None
    for number, (step, step_id) in enumerate(steps, start=1):
        name = f"{name}.{step}"
        if step_id is None:
            continue
        if name not in tables:
            raise not_found()
        if number == len(steps):
            row_id = step_id
        else:
            parent_id = step_id
    if name not in tables:
        raise not_found()
    return Address(tables[name], instance_id, row_id, parent_id)


def _steps(text: str) -> list[tuple[str, str | None]]:
    found, place = [], 0
    while place < len(text):
        step = _STEP.match(text, place)
        if step is None:
            raise not_found()
        found.append((step[1], None if step[2] is None else step[2].replace("''", "'")))
        place = step.end()
    if not found:
        raise not_found()
    return found
