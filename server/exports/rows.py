"""One submission as rows: values as they were typed at intake, with keys that tie a repeat's row to the row around it.

Rows come one by one and in the order of the form; nothing is kept of them.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from server.exports.tables import Table, inside


class Row(NamedTuple):
    """`key` names the row for good: the submission's instanceID, and behind it `/group/repeat[2]` for each repeat."""

    table: Table
    key: str
    parent_key: str
    values: list[Any]


def repeat_rows(table: Table, answers: Mapping[str, Any], key: str) -> Iterator[Row]:
    """The rows of all repeats inside a row of `table`; what is nested comes behind the row that holds it."""
    for repeat in table.repeats:
        *groups, name = repeat.steps
        found = inside(answers, groups).get(name)
        if not found:
            continue
        prefix = f"{key}/{'/'.join(repeat.steps)}["
        for position, filled in enumerate(found if isinstance(found, list) else [found], start=1):
            if not isinstance(filled, dict):
                continue
            row_key = f"{prefix}{position}]"
            yield Row(repeat, row_key, key, repeat.values(filled))
            if repeat.repeats:
                yield from repeat_rows(repeat, filled, row_key)
