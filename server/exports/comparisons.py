"""Which comparisons of a `$filter` make sense, whoever makes them: the database, or Python for the rows of a repeat.

Nothing equals null but null, and nothing is before or after it. Moments are in UTC.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Generic, TypeVar

from server.exports.filters import (
    CONTAINS,
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
    parse_moment,
)

TEXT: Final = "a text"
NUMBER: Final = "a number"
DAY: Final = "a day"
MOMENT: Final = "a date"
NULL: Final = "null"

Source = TypeVar("Source")
Condition = TypeVar("Condition")


@dataclass(frozen=True, slots=True)
class Term(Generic[Source]):
    """One side of a comparison: a value that is known now, or what gives one for each row."""

    kind: str
    value: Value = None
    source: Source | None = None


class Translation(ABC, Generic[Source, Condition]):
    """Turns an expression into conditions of one sort; raises 400.8, with the place, for what cannot be compared."""

    def __init__(self, text: str, now: datetime) -> None:
        self.text = text
        self.now = now

    def condition(self, expression: Filter) -> Condition:
        match expression:
            case Comparison():
                return self._comparison(expression)
            case Not():
                return self.opposite(self.condition(expression.inner))
            case Joined():
                return self.joined(expression.word, [self.condition(part) for part in expression.parts])

    @abstractmethod
    def named(self, name: Name) -> Term[Source]:
        """What a name stands for; raise a Problem for one that is not known."""

    @abstractmethod
    def part(self, name: str, moment: Source) -> Source:
        """The year, month, day, hour, minute or whole second of a moment."""

    @abstractmethod
    def compared(self, word: str, left: Term[Source], right: Term[Source]) -> Condition:
        """`word` is `eq`, `lt`, `le`, `gt`, `ge`, `contains` or `startswith`."""

    @abstractmethod
    def opposite(self, condition: Condition) -> Condition: ...

    @abstractmethod
    def joined(self, word: str, conditions: Sequence[Condition]) -> Condition: ...

    def _comparison(self, comparison: Comparison) -> Condition:
        left, right = self._term(comparison.left), self._term(comparison.right)
        if comparison.word in (CONTAINS, STARTS_WITH):
            self._check_texts(comparison, left, right)
            return self.compared(comparison.word, left, right)
        left, right = self._same_kind(left, right, comparison)
        if comparison.word == "ne":
            return self.opposite(self.compared("eq", left, right))
        return self.compared(comparison.word, left, right)

    def _check_texts(self, comparison: Comparison, *terms: Term[Source]) -> None:
        for term in terms:
            if term.kind not in (TEXT, NULL):
                raise fault(self.text, comparison.position, f"{comparison.word}() takes texts, not {term.kind}")

    def _same_kind(
        self, left: Term[Source], right: Term[Source], comparison: Comparison
    ) -> tuple[Term[Source], Term[Source]]:
        left, right = _as_moment(left, right), _as_moment(right, left)
        left, right = _as_day(left, right), _as_day(right, left)
        if left.kind == right.kind or NULL in (left.kind, right.kind):
            return left, right
        raise fault(
            self.text, comparison.position, f"{left.kind} and {right.kind} cannot be compared; give both of one kind"
        )

    def _term(self, operand: Operand) -> Term[Source]:
        match operand:
            case Constant():
                return Term(_kind(operand.value), operand.value)
            case Name():
                return self.named(operand)
            case Function(argument=argument):
                return Term(MOMENT, self.now) if argument is None else self._part(operand, self._term(argument))

    def _part(self, function: Function, of: Term[Source]) -> Term[Source]:
        if of.kind == NULL:
            return of
        if of.kind != MOMENT:
            raise fault(self.text, function.position, f"{function.name}() takes a date, not {of.kind}")
        if of.source is None:
            return Term(NUMBER, getattr(of.value, function.name))
        return Term(NUMBER, source=self.part(function.name, of.source))


def _kind(value: Value) -> str:
    match value:
        case None:
            return NULL
        case str():
            return TEXT
        case datetime():
            return MOMENT
    return NUMBER


def _as_moment(term: Term[Source], other: Term[Source]) -> Term[Source]:
    """A date in quotation marks beside a date is meant as one."""
    if other.kind != MOMENT or not isinstance(term.value, str):
        return term
    moment = parse_moment(term.value)
    return term if moment is None else Term(MOMENT, moment)


def _as_day(term: Term[Source], other: Term[Source]) -> Term[Source]:
    """Days are kept as they were sent, `2026-05-15`, which has their order."""
    if other.kind != DAY:
        return term
    if isinstance(term.value, datetime):
        return Term(DAY, term.value.astimezone(UTC).date().isoformat())
    return Term(DAY, term.value) if isinstance(term.value, str) else term
