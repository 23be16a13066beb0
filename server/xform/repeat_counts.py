"""How often each repeat was filled in, told from the answers alone: nothing else in them is a list of dictionaries."""

from collections.abc import Iterator, Mapping
from typing import Any


def repeat_counts(answers: Mapping[str, Any] | None) -> dict[str, int]:
    """Rows by the repeat's path (`/home/room`); what is nested counts over all rows that hold it."""
    counts: dict[str, int] = {}
    for path in _rows(answers or {}, ""):
        counts[path] = counts.get(path, 0) + 1
    return counts


def _rows(answers: Mapping[str, Any], within: str) -> Iterator[str]:
    for name, value in answers.items():
        path = f"{within}/{name}"
        if isinstance(value, dict):
            yield from _rows(value, path)
        elif isinstance(value, list):
            for row in value:
                if isinstance(row, dict):
                    yield path
                    yield from _rows(row, path)
