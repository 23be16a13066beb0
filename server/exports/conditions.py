"""Make a condition on submissions of a `$filter` expression, with OData's meaning on both databases.

Nothing equals null but null, and nothing is before or after it. Moments are in UTC.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Float, Text, and_, extract, false, func, literal, not_, or_, true

from server.db import Instant
from server.errors import not_implemented
from server.exports.answer_names import DAY, NUMBER, TEXT, Named, Names
from server.exports.filters import (
    CONTAINS,
    NOW,
    STARTS_WITH,
    Comparison,
    Constant,
    Filter,
    Function,
    Joined,
    Name,
    Not,
    Operand,
    Value,
    fault,
    operands,
    parse_moment,
    read_filter,
)
from server.submissions.models import Submission

# How a repeat's table speaks of the submission around the row.
_ROOT_PREFIX = "$root/Submissions/"
_DELETED_AT = "__system/deletedAt"
_MOMENT, _NUMBER, _TEXT, _NULL = "a date", NUMBER, TEXT, "null"
SYSTEM_NAMES: Names = {
    "__id": (_TEXT, Submission.instance_id.expression),
    "__system/submissionDate": (_MOMENT, Submission.created_at.expression),
    "__system/updatedAt": (_MOMENT, Submission.updated_at.expression),
    _DELETED_AT: (_MOMENT, Submission.deleted_at.expression),
    "__system/submitterId": (_NUMBER, Submission.submitter_id.expression),
    "__system/reviewState": (_TEXT, Submission.review_state.expression),
}
_ORDERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SubmissionFilter:
    """`asks_for_deleted`: what is in the trash is not left out. `changes_with_time`: `now()` is in it."""

    condition: ColumnElement[bool]
    asks_for_deleted: bool
    changes_with_time: bool


def submission_filter(text: str, now: datetime, answers: Names | None = None) -> SubmissionFilter:
    """Raise 400.8 for what cannot be read or compared, 501.1 for names and functions that are not supported.

    `answers` are what it may name beside what the server knows of every submission; see `answer_names`.
    """
    expression = read_filter(text)
    condition = _Translation(text, now, answers or {}).condition(expression)
    found = list(operands(expression))
    return SubmissionFilter(
        condition,
        asks_for_deleted=any(isinstance(item, Name) and _plain_name(item) == _DELETED_AT for item in found),
        changes_with_time=any(isinstance(item, Function) and item.name == NOW for item in found),
    )


def _plain_name(name: Name) -> str:
    return plain_name(name.name)


def plain_name(name: str) -> str:
    """A name as a form's own table has it, wherever it stands."""
    return name.removeprefix(_ROOT_PREFIX)


def find_name(name: str, answers: Names) -> Named | None:
    """What the server knows of every submission under this name, or else the answer to a question."""
    plain = plain_name(name)
    return SYSTEM_NAMES.get(plain) or answers.get(plain)


@dataclass(frozen=True, slots=True)
class _Term:
    """One side of a comparison: a value that is known now, or a column."""

    kind: str
    value: Value = None
    column: ColumnElement[Any] | None = None

    @property
    def expression(self) -> ColumnElement[Any]:
        if self.column is not None:
            return self.column
        match self.value:
            case datetime():
                return literal(self.value, Instant())
            case float():
                return literal(self.value, Float())
            case int():
                return literal(self.value, BigInteger())
        return literal(self.value, Text())


class _Translation:
    def __init__(self, text: str, now: datetime, answers: Names) -> None:
        self._text = text
        self._now = now
        self._answers = answers

    def condition(self, expression: Filter) -> ColumnElement[bool]:
        match expression:
            case Comparison():
                return self._comparison(expression)
            case Not():
                return not_(self.condition(expression.inner))
            case Joined():
                parts = [self.condition(part) for part in expression.parts]
                return and_(*parts) if expression.word == "and" else or_(*parts)

    def _comparison(self, comparison: Comparison) -> ColumnElement[bool]:
        left, right = self._term(comparison.left), self._term(comparison.right)
        if comparison.word in (CONTAINS, STARTS_WITH):
            return self._claim(comparison, left, right)
        left, right = self._same_kind(left, right, comparison)
        if comparison.word in _ORDERS:
            return self._in_order(_ORDERS[comparison.word], left, right)
        equal = _equal(left, right)
        return equal if comparison.word == "eq" else not_(equal)

    def _claim(self, comparison: Comparison, whole: _Term, part: _Term) -> ColumnElement[bool]:
        """Capital and small letters differ. Written so that both databases understand the same, whatever the text."""
        for term in (whole, part):
            if term.kind not in (_TEXT, _NULL):
                raise fault(self._text, comparison.position, f"{comparison.word}() takes texts, not {term.kind}")
        text, wanted = whole.expression, part.expression
        if comparison.word == CONTAINS:
            found = or_(wanted == "", func.replace(text, wanted, "") != text)
        else:
            found = func.substr(text, 1, func.length(wanted)) == wanted
        return func.coalesce(and_(text.is_not(None), found), false())

    def _in_order(self, compare: Callable[[Any, Any], Any], left: _Term, right: _Term) -> ColumnElement[bool]:
        if _NULL in (left.kind, right.kind):
            return false()
        if left.column is None and right.column is None:
            return _known(bool(compare(left.value, right.value)))
        # Not null, so that `not` in front of it means the opposite.
        return func.coalesce(compare(left.expression, right.expression), false())

    def _same_kind(self, left: _Term, right: _Term, comparison: Comparison) -> tuple[_Term, _Term]:
        left, right = _as_moment(left, right), _as_moment(right, left)
        left, right = _as_day(left, right), _as_day(right, left)
        if left.kind == right.kind or _NULL in (left.kind, right.kind):
            return left, right
        raise fault(
            self._text, comparison.position, f"{left.kind} and {right.kind} cannot be compared; give both of one kind"
        )

    def _term(self, operand: Operand) -> _Term:
        match operand:
            case Constant():
                return _Term(_kind(operand.value), operand.value)
            case Function(argument=None):
                return _Term(_MOMENT, self._now)
            case Function(argument=argument) if argument is not None:
                return self._part(operand, self._term(argument))
            case Name() if found := find_name(operand.name, self._answers):
                kind, column = found
                return _Term(kind, column=column)
        raise not_implemented(
            f"{operand.name} at character {operand.position} of $filter (known are {', '.join(SYSTEM_NAMES)})"
        )

    def _part(self, function: Function, of: _Term) -> _Term:
        if of.kind == _NULL:
            return of
        if of.kind != _MOMENT:
            raise fault(self._text, function.position, f"{function.name}() takes a date, not {of.kind}")
        if of.column is None:
            return _Term(_NUMBER, getattr(of.value, function.name))
        part: ColumnElement[Any] = extract(function.name, of.column)
        # Postgres gives seconds with a fraction.
        return _Term(_NUMBER, column=part - part % 1 if function.name == "second" else part)


def _equal(left: _Term, right: _Term) -> ColumnElement[bool]:
    if left.column is None and right.column is None:
        return _known(left.value == right.value)
    if right.kind == _NULL:
        return left.expression.is_(None)
    if left.kind == _NULL:
        return right.expression.is_(None)
    return left.expression.is_not_distinct_from(right.expression)


def _kind(value: Value) -> str:
    match value:
        case None:
            return _NULL
        case str():
            return _TEXT
        case datetime():
            return _MOMENT
    return _NUMBER


def _as_moment(term: _Term, other: _Term) -> _Term:
    """A date in quotation marks beside a date is meant as one."""
    if other.kind != _MOMENT or not isinstance(term.value, str):
        return term
    moment = parse_moment(term.value)
    return term if moment is None else _Term(_MOMENT, moment)


def _as_day(term: _Term, other: _Term) -> _Term:
    """Days are kept as they were sent, `2026-05-15`, which has their order."""
    if other.kind != DAY:
        return term
    if isinstance(term.value, datetime):
        return _Term(DAY, term.value.astimezone(UTC).date().isoformat())
    return _Term(DAY, term.value) if isinstance(term.value, str) else term


def _known(answer: bool) -> ColumnElement[bool]:
    return true() if answer else false()
