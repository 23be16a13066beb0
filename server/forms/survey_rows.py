"""Where in an XLSForm's survey sheet each node of the form was written."""

from collections.abc import Iterable, Mapping
from typing import Any

# Below the header.
_FIRST_ROW = 2
_BEGIN, _END = ("begin ", "begin_"), ("end ", "end_")


def survey_rows(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Row numbers as the spreadsheet shows them, by the path of the node without the root: `/household/age`."""
    found: dict[str, int] = {}
    groups: list[str] = []
    for number, row in enumerate(rows, start=_FIRST_ROW):
        cells = {str(header).strip().lower(): value for header, value in row.items()}
        kind, name = str(cells.get("type") or "").strip().lower(), str(cells.get("name") or "").strip()
        if kind.startswith(_END):
            del groups[-1:]
            continue
        if name:
            found.setdefault("".join(f"/{step}" for step in (*groups, name)), number)
        if kind.startswith(_BEGIN):
            groups.append(name)
    return found


def row_of(rows: Mapping[str, int], path: str) -> int | None:
    """The row of a node by its whole path, or of the nearest group around it that has one."""
    inner = "/" + path.strip("/").partition("/")[2]
    while inner != "/" and inner not in rows:
        inner = inner.rpartition("/")[0] or "/"
    return rows.get(inner)
