"""Make a condition on submissions of a `$filter` expression, with the same meaning on both databases."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Float, Text, and_, extract, false, func, literal, not_, or_, true

from server.db import Instant
from server.errors import not_implemented
from server.exports.answer_names import Named, Names
from server.exports.comparisons import MOMENT, NULL, NUMBER, TEXT, Term, Translation
from server.exports.filters import CONTAINS, NOW, STARTS_WITH, Filter, Function, Name, fault, operands, read_filter
from server.submissions.models import Submission

# How a repeat's table speaks of the submission around the row.
ROOT_PREFIX = "$root/Submissions/"
SYSTEM_PREFIX = "__system/"
_DELETED_AT = "__system/deletedAt"
SYSTEM_NAMES: Names = {
    "__id": (TEXT, Submission.instance_id.expression),
    "__system/submissionDate": (MOMENT, Submission.created_at.expression),
    "__system/updatedAt": (MOMENT, Submission.updated_at.expression),
    _DELETED_AT: (MOMENT, Submission.deleted_at.expression),
    "__system/submitterId": (NUMBER, Submission.submitter_id.expression),
    "__system/reviewState": (TEXT, Submission.review_state.expression),
}
_ORDERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
}  # fmt: skip

_Column = ColumnElement[Any]
_Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class SubmissionFilter:
    """`asks_for_deleted`: what is in the trash is not left out. `changes_with_time`: `now()` is in it."""

    condition: ColumnElement[bool]
    asks_for_deleted: bool
    changes_with_time: bool


def submission_filter(text: str, now: datetime, answers: Names) -> SubmissionFilter:
    """Raise 400.8 for what cannot be read, found or compared, 501.1 for what is not supported."""
    return filter_of(read_filter(text), text, now, answers)


def filter_of(expression: Filter, text: str, now: datetime, answers: Names) -> SubmissionFilter:
    """What was read from `text`, or a part of it; it may name `answers`, and what the server knows of submissions."""
    found = list(operands(expression))
    return SubmissionFilter(
        _Submissions(text, now, answers).condition(expression),
        asks_for_deleted=any(isinstance(item, Name) and plain_name(item.name) == _DELETED_AT for item in found),
        changes_with_time=any(isinstance(item, Function) and item.name == NOW for item in found),
    )


def plain_name(name: str) -> str:
    """A name as a form's own table has it, wherever it stands."""
    return name.removeprefix(ROOT_PREFIX)


def find_name(name: str, answers: Names) -> Named | None:
    """What the server knows of every submission under this name, or else the answer to a question."""
    plain = plain_name(name)
    return SYSTEM_NAMES.get(plain) or answers.get(plain)


class _Submissions(Translation[_Column, _Condition]):
    def __init__(self, text: str, now: datetime, answers: Names) -> None:
        super().__init__(text, now)
        self._answers = answers

    def named(self, name: Name) -> Term[_Column]:
        if found := find_name(name.name, self._answers):
            kind, column = found
            return Term(kind, source=column)
        if plain_name(name.name).startswith(SYSTEM_PREFIX):
            known = f"(known are {', '.join(SYSTEM_NAMES)})"
            raise not_implemented(f"{name.name} at character {name.position} of $filter {known}")
        raise fault(self.text, name.position, f"the form has no question {name.name} outside of repeats")

    def part(self, name: str, moment: _Column) -> _Column:
        part: _Column = extract(name, moment)
        # Postgres gives seconds with a fraction.
        return part - part % 1 if name == "second" else part

    def compared(self, word: str, left: Term[_Column], right: Term[_Column]) -> _Condition:
        if word in (CONTAINS, STARTS_WITH):
            return _claim(word, _expression(left), _expression(right))
        return _in_order(_ORDERS[word], left, right) if word in _ORDERS else _equal(left, right)

    def opposite(self, condition: _Condition) -> _Condition:
        return not_(condition)

    def joined(self, word: str, conditions: Sequence[_Condition]) -> _Condition:
        return and_(*conditions) if word == "and" else or_(*conditions)


def _expression(term: Term[_Column]) -> _Column:
    if term.source is not None:
        return term.source
    match term.value:
        case datetime():
            return literal(term.value, Instant())
        case float():
            return literal(term.value, Float())
        case int():
            return literal(term.value, BigInteger())
    return literal(term.value, Text())


def _claim(word: str, text: _Column, wanted: _Column) -> _Condition:
    """Capital and small letters differ. Written so that both databases understand the same, whatever the text."""
    if word == CONTAINS:
        found = or_(wanted == "", func.replace(text, wanted, "") != text)
    else:
        found = func.substr(text, 1, func.length(wanted)) == wanted
    return func.coalesce(and_(text.is_not(None), found), false())


def _in_order(compare: Callable[[Any, Any], Any], left: Term[_Column], right: Term[_Column]) -> _Condition:
    if NULL in (left.kind, right.kind):
        return false()
    if left.source is None and right.source is None:
        return _known(bool(compare(left.value, right.value)))
    # Not null, so that `not` in front of it means the opposite.
    return func.coalesce(compare(_expression(left), _expression(right)), false())


def _equal(left: Term[_Column], right: Term[_Column]) -> _Condition:
    if left.source is None and right.source is None:
        return _known(left.value == right.value)
    if right.kind == NULL:
        return _expression(left).is_(None)
    if left.kind == NULL:
        return _expression(right).is_(None)
    return _expression(left).is_not_distinct_from(_expression(right))


def _known(answer: bool) -> _Condition:
    return true() if answer else false()
