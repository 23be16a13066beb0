"""`$orderby`, and where a page begins in that order.

The last word is always the submission's number, newest first, so that no two rows stand in the same place: a page
begins behind the place where the one before it ended, whatever has come in or gone since. Null is before everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, literal, or_, true

from server.db import Instant, moment_text
from server.errors import Problem, not_implemented, unexpected_value
from server.exports.answer_names import Names
from server.exports.conditions import SYSTEM_PREFIX, find_name, plain_name
from server.exports.filters import parse_moment

_DIRECTIONS = {"asc": False, "desc": True}
_MOST = 10
_LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class OrderColumn:
    column: ColumnElement[Any]
    is_descending: bool

    @property
    def sorting(self) -> ColumnElement[Any]:
        return self.column.desc().nulls_last() if self.is_descending else self.column.asc().nulls_first()

    @property
    def is_moment(self) -> bool:
        return isinstance(self.column.type, Instant)

    def is_value(self, value: Any) -> bool:
        """Whether a value from outside can be one of this column."""
        if value is None or self.is_moment:
            return value is None or (isinstance(value, str) and parse_moment(value) is not None)
        if issubclass(self.column.type.python_type, str):
            return isinstance(value, str) and "\0" not in value
        return isinstance(value, int | float) and abs(value) < _LARGEST

    def after(self, value: Any) -> ColumnElement[bool]:
        if value is None:
            return false() if self.is_descending else self.column.is_not(None)
        bound = self._bound(value)
        return or_(self.column < bound, self.column.is_(None)) if self.is_descending else self.column > bound

    def same(self, value: Any) -> ColumnElement[bool]:
        return self.column.is_(None) if value is None else self.column == self._bound(value)

    def _bound(self, value: Any) -> Any:
        return literal(parse_moment(value), Instant()) if self.is_moment else literal(value, self.column.type)


def read_order(text: str, answers: Names) -> tuple[OrderColumn, ...]:
    """Raise 400.8 for what cannot be read or is not there, 501.1 for what cannot be asked for."""
    if not text.strip():
        return ()
    parts = text.split(",")
    if len(parts) > _MOST:
        raise unexpected_value("$orderby", text[:200], f"it can have {_MOST} names at most")
    columns, place = [], 0
    for part in parts:
        columns.append(_order_column(text, part.split(), place + 1 + len(part) - len(part.lstrip()), answers))
        place += len(part) + 1
    return tuple(columns)


def _order_column(text: str, words: Sequence[str], position: int, answers: Names) -> OrderColumn:
    direction = words[1].lower() if len(words) > 1 else "asc"
    if not words or len(words) > 2 or direction not in _DIRECTIONS:
        reason = f"at character {position}: a name is expected, and after it asc or desc"
        raise unexpected_value("$orderby", text[:200], reason)
    found = find_name(words[0], answers)
    if found is None:
        raise _unknown(text, plain_name(words[0])[:200], position)
    return OrderColumn(found[1], _DIRECTIONS[direction])


def _unknown(text: str, name: str, position: int) -> Problem:
    if name.startswith(SYSTEM_PREFIX):
        return not_implemented(f"{name} at character {position} of $orderby")
    reason = f"at character {position}: the form has no question {name} outside of repeats"
    return unexpected_value("$orderby", text[:200], reason)


def sortings(order: Sequence[OrderColumn], number: ColumnElement[int]) -> list[ColumnElement[Any]]:
    """`number` is the submission's, in the table by which the rows are found."""
    return [*(column.sorting for column in order), number.desc()]


def from_place(
    order: Sequence[OrderColumn],
    values: Sequence[Any],
    number: ColumnElement[int],
    submission_id: int,
    *,
    included: bool,
) -> ColumnElement[bool]:
    """All that stands behind this submission, and itself when it is `included`."""
    found: ColumnElement[bool] = number <= submission_id if included else number < submission_id
    for column, value in reversed(list(zip(order, values, strict=True))):
        found = or_(column.after(value), and_(column.same(value), found))
    return and_(true(), found)


def plain_values(values: Sequence[Any]) -> list[Any]:
    """Values of order columns as JSON can hold them."""
    return [moment_text(value) if isinstance(value, datetime) else value for value in values]
