"""Read OData `$filter` expressions, as far as ODK Central's API knows them.

They compare what the server knows of a submission, are joined by `and`, `or` and `not`, and have the functions `now`,
`year`, `month`, `day`, `hour`, `minute` and `second`; ours beside them are `contains` and `startswith`. Only the text
is read here; what a name means, and which comparison makes sense, is decided in `conditions`.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, TypeAlias

from server.errors import Problem, not_implemented, unexpected_value

Value: TypeAlias = str | int | float | datetime | None

NOW = "now"
PARTS = ("year", "month", "day", "hour", "minute", "second")
# They take two texts and say yes or no.
CONTAINS, STARTS_WITH = "contains", "startswith"
_CLAIMS = (CONTAINS, STARTS_WITH)
# The others that OData has; what is none of them is a mistake.
_NOT_SUPPORTED = (
    "cast", "ceiling", "concat", "date", "endswith", "floor", "fractionalseconds", "hassubsequence", "hassubset",
    "indexof", "isof", "length", "matchespattern", "maxdatetime", "mindatetime", "round", "substring", "time",
    "tolower", "totaloffsetminutes", "totalseconds", "toupper", "trim", "geo.distance", "geo.intersects", "geo.length",
)  # fmt: skip
# How tightly each word binds; `not` takes the whole comparison that follows it.
_POWERS = {"or": 1, "and": 2, "eq": 4, "ne": 4, "lt": 5, "le": 5, "gt": 5, "ge": 5}
_POWER_OF_NOT = 3
# What both databases take: 64 bits, and in SQLite 1000 levels of an expression.
_MAX_INTEGER = 2**63 - 1
_MAX_COMPARISONS = 200
_MAX_DEPTH = 50
_MAX_LENGTH = 10_000
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Constant:
    """A value as written; `position` counts the characters from 1."""

    value: Value
    position: int


@dataclass(frozen=True, slots=True)
class Name:
    """Something that is known of a submission, by the API's word for it: `__system/submissionDate`."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Function:
    """`argument` is None for `now()` alone."""

    name: str
    argument: "Operand | None"
    position: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`word` is the operator, or the function when it is one that says yes or no."""

    word: str
    left: "Operand"
    right: "Operand"
    position: int


@dataclass(frozen=True, slots=True)
class Not:
    inner: "Filter"


@dataclass(frozen=True, slots=True)
class Joined:
    """All of the parts (`and`) or any of them (`or`)."""

    word: str
    parts: tuple["Filter", ...]


Operand: TypeAlias = Constant | Name | Function
Filter: TypeAlias = Comparison | Not | Joined
_OPERANDS = (Constant, Name, Function)


def read_filter(text: str) -> Filter:
    """What the expression says; raise 400.8 with the place of a fault, 501.1 for a function that is not supported."""
    if len(text) > _MAX_LENGTH:
        raise fault(text, _MAX_LENGTH, f"it is longer than {_MAX_LENGTH} characters")
    return _Parser(text).read()


def operands(expression: Filter) -> Iterator[Operand]:
    """All that is compared, arguments of functions included."""
    match expression:
        case Comparison():
            yield from _with_argument(expression.left)
            yield from _with_argument(expression.right)
        case Not():
            yield from operands(expression.inner)
        case Joined():
            for part in expression.parts:
                yield from operands(part)


def _with_argument(operand: Operand) -> Iterator[Operand]:
    yield operand
    if isinstance(operand, Function) and operand.argument is not None:
        yield from _with_argument(operand.argument)


def fault(text: str, position: int, reason: str) -> Problem:
    """The answer to an expression that is wrong at this character."""
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return unexpected_value("$filter", shown, f"at character {position}: {reason}")


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


_TOKENS = re.compile(
    r"""
    (?P<blank>\s+)
    # A plus sign that was not encoded in the URL has become a blank.
    |(?P<moment>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[-+ ]\d\d:\d\d)?)?)
    |(?P<number>[-+]?\d+(?:\.\d+)?(?:E[-+]?\d+)?)
    |(?P<text>'(?:[^']|'')*')
    |(?P<name>\$?[^\W\d][\w.-]*(?:/[^\W\d][\w.-]*)*)
    |(?P<mark>[(),])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_END = "end"


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    while place < len(text):
        found = _TOKENS.match(text, place)
        if found is None:
            raise fault(text, place + 1, _unreadable(text[place]))
        if found.lastgroup and found.lastgroup != "blank":
            yield _Token(found.lastgroup, found[0], place + 1)
        place = found.end()
    yield _Token(_END, "", len(text) + 1)


def _unreadable(character: str) -> str:
    if character == "'":
        return "this text has no end; close it with ', and write a ' inside it twice"
    return f"{character!r} has no meaning here"


class _Parser:
    """By precedence: a word takes what binds more tightly than itself."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._place = 0
        self._depth = 0
        self._comparisons = 0

    def read(self) -> Filter:
        expression = self._expression(0)
        if self._next.kind != _END:
            raise self._fault(self._next, f"{self._next.text!r} is not expected; join comparisons with and, or")
        return self._condition(expression, 1)

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _take(self) -> _Token:
        token = self._next
        self._place += 1
        return token

    def _fault(self, token: _Token, reason: str) -> Problem:
        return fault(self._text, token.position, reason)

    def _expression(self, power: int) -> Filter | Operand:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._fault(self._next, f"more than {_MAX_DEPTH} levels inside one another")
        left = self._beginning()
        while self._next.kind == "name" and (binding := _POWERS.get(self._next.text.lower(), 0)) > power:
            left = self._joined(left, self._take(), binding)
        self._depth -= 1
        return left

    def _joined(self, left: Filter | Operand, word: _Token, power: int) -> Filter:
        right = self._expression(power)
        name = word.text.lower()
        if name not in ("and", "or"):
            return self._comparison(name, left, right, word)
        parts = [self._condition(left, word.position), self._condition(right, word.position)]
        # A chain of the same word is one level, however long it is.
        flat = [part.parts if isinstance(part, Joined) and part.word == name else (part,) for part in parts]
        return Joined(name, (*flat[0], *flat[1]))

    def _comparison(self, name: str, left: Filter | Operand, right: Filter | Operand, word: _Token) -> Comparison:
        if not isinstance(left, _OPERANDS) or not isinstance(right, _OPERANDS):
            raise self._fault(word, f"{name} compares two values, and one side is a comparison itself")
        self._comparisons += 1
        if self._comparisons > _MAX_COMPARISONS:
            raise self._fault(word, f"more than {_MAX_COMPARISONS} comparisons")
        return Comparison(name, left, right, word.position)

    def _condition(self, expression: Filter | Operand, position: int) -> Filter:
        if isinstance(expression, _OPERANDS):
            place = max(position, expression.position)
            raise fault(self._text, place, "a comparison is expected, such as __system/submitterId eq 5")
        return expression

    def _beginning(self) -> Filter | Operand:
        token = self._take()
        match token.kind:
            case "name" if token.text.lower() == "not":
                return Not(self._condition(self._expression(_POWER_OF_NOT), token.position))
            case "name" if token.text.lower() in _POWERS:
                raise self._fault(token, f"{token.text!r} needs something on its left")
            case "name":
                return self._named(token)
            case "mark" if token.text == "(":
                inner = self._expression(0)
                self._close(token)
                return inner
            case "number" | "moment" | "text":
                return Constant(self._value(token), token.position)
        raise self._fault(
            token, "the expression ends too soon" if token.kind == _END else f"{token.text!r} is not expected"
        )

    def _named(self, token: _Token) -> Filter | Operand:
        if self._next.text == "(":
            return self._claim(token) if token.text.lower() in _CLAIMS else self._function(token)
        if token.text.lower() == "null":
            return Constant(None, token.position)
        return Name(token.text, token.position)

    def _claim(self, token: _Token) -> Comparison:
        opening = self._take()
        left = self._expression(0)
        if self._next.text != ",":
            raise self._fault(self._next, f"{token.text}() takes two texts with a comma between them")
        self._take()
        right = self._expression(0)
        self._close(opening)
        return self._comparison(token.text.lower(), left, right, token)

    def _function(self, token: _Token) -> Function:
        name, opening = token.text.lower(), self._take()
        if name in _NOT_SUPPORTED:
            raise not_implemented(f"{token.text}() at character {token.position} of $filter")
        if name != NOW and name not in PARTS:
            known = ", ".join((NOW, *PARTS, *_CLAIMS))
            raise self._fault(token, f"there is no function {token.text}(); known are {known}")
        argument = None
        if name in PARTS:
            inner = self._expression(0)
            if not isinstance(inner, _OPERANDS):
                raise self._fault(opening, f"{name}() takes a date, not a comparison")
            argument = inner
        self._close(opening)
        return Function(name, argument, token.position)

    def _close(self, opening: _Token) -> None:
        token = self._take()
        if token.text != ")":
            raise self._fault(token, f"the parenthesis that opens at character {opening.position} must be closed here")

    def _value(self, token: _Token) -> Value:
        match token.kind:
            case "text":
                return token.text[1:-1].replace("''", "'")
            case "moment":
                moment = parse_moment(token.text)
                if moment is None:
                    raise self._fault(token, f"{token.text} is not a date")
                return moment
        number = float(token.text) if re.search("[.eE]", token.text) else int(token.text)
        if not math.isfinite(number) or abs(number) > _MAX_INTEGER:
            raise self._fault(token, f"the number {token.text[:_SHOWN]} is too large")
        return number


def parse_moment(text: str) -> datetime | None:
    """A date (its first moment) or a date and time, in UTC where it names no zone; None when there is no such day."""
    try:
        moment = datetime.fromisoformat(text.upper().replace(" ", "+"))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
