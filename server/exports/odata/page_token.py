"""`$skiptoken`: the place where a page ended. It says nothing that its reader has not seen, so it is not sealed."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.errors import Problem, unexpected_value
from server.exports.odata.order import OrderColumn

_LONGEST = 4000
_MAX_NUMBER = 2**62


@dataclass(frozen=True, slots=True)
class PageEnd:
    """`rows` of this submission have been given out; `values` are those of the order's columns."""

    submission_id: int
    rows: int
    values: list[Any] = field(default_factory=list)


def write_token(end: PageEnd, table: str) -> str:
    """`table` is the name of the table whose page it was."""
    content = orjson.dumps([table, end.submission_id, end.rows, end.values])
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def read_token(text: str, table: str, order: Sequence[OrderColumn]) -> PageEnd:
    """Raise 400.8 for what this server has not written, or has written for another table or `$orderby`."""
    if len(text) > _LONGEST or not text.isascii():
        raise _refused(text)
    try:
        content = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise _refused(text) from None
    match content:
        case [str(name), int(number), int(rows), [*values]] if 0 <= number < _MAX_NUMBER and 0 <= rows < _MAX_NUMBER:
            if name == table and len(values) == len(order) and all(map(OrderColumn.is_value, order, values)):
                return PageEnd(number, rows, values)
    raise _refused(text)


def _refused(text: str) -> Problem:
    reason = "it must come from an @odata.nextLink of the same table and $orderby; begin again without it"
    return unexpected_value("$skiptoken", text[:200], reason)
