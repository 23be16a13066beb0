"""One answer as a value of one type: what files need that have a type for each column.

Each reader takes an answer as `read_answers` gave it and raises ValueError for what its type cannot hold.
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from server.xform.geometry import geometry, well_known_text
from server.xform.instance import answer_text
from server.xpath.geo import parse_decimal

TypedValue = str | int | float | bool | date | datetime | list[str]
Reader = Callable[[Any], TypedValue | None]


class Kind(StrEnum):
    """`DAY` is a date, `MOMENT` a date-time with its zone, `TEXTS` a list of texts, `FLAG` a yes or no."""

    TEXT = "text"
    WHOLE = "whole number"
    DECIMAL = "decimal number"
    DAY = "date"
    MOMENT = "time"
    TEXTS = "list of texts"
    FLAG = "yes or no"


_WHOLE: Final = re.compile(r"\s*([+-]?[0-9]+)(\.0*)?\s*")
_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T.*)?")
_NUMBER_LETTERS: Final = "0123456789.-+eE"
_MAX_WHOLE: Final = 2**63 - 1
_POINT_PARTS: Final = 4
# The four parts of a point are read one after the other, each of them for many rows at once.
_POINTS_KEPT: Final = 4096


def read_whole(answer: Any) -> int:
    """Within 64 bits."""
    if type(answer) is int:
        return answer
    match = _WHOLE.fullmatch(answer_text(answer))
    if match is None or abs(number := int(match[1])) > _MAX_WHOLE:
        raise ValueError("no whole number of 64 bits")
    return number


def read_decimal(answer: Any) -> float:
    if type(answer) is float:
        return answer
    text = answer if type(answer) is str else answer_text(answer)
    # Nearly all texts are of these, which Python reads as Java does.
    number = parse_decimal(text) if text.strip(_NUMBER_LETTERS) else float(text)
    if number is None or not math.isfinite(number):
        raise ValueError("no number")
    return number


def read_day(answer: Any) -> date:
    match = _DAY.fullmatch(answer_text(answer).strip())
    if match is None:
        raise ValueError("no date")
    return date.fromisoformat(match[1])


def read_moment(answer: Any) -> datetime:
    """In UTC, which a text without a zone is taken for."""
    moment = answer if isinstance(answer, datetime) else datetime.fromisoformat(answer_text(answer).strip())
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("no time that has a year") from error


def read_text(answer: Any) -> str:
    return answer_text(answer)


def read_texts(answer: Any) -> list[str]:
    """The names of the chosen ones."""
    if isinstance(answer, str):
        return answer.split()
    if not isinstance(answer, list) or not all(isinstance(name, str) for name in answer):
        raise ValueError("no choices")
    return answer


def point_reader(part: int) -> Reader:
    """Reads one of latitude, longitude, altitude and accuracy; None for what was not measured."""

    def read(answer: Any) -> float | None:
        return _point(answer_text(answer))[part]

    return read


@lru_cache(_POINTS_KEPT)
def _point(text: str) -> tuple[float | None, ...]:
    numbers = [read_decimal(part) for part in text.split()]
    if not 1 < len(numbers) <= _POINT_PARTS:
        raise ValueError("no point")
    return (*numbers, *[None] * (_POINT_PARTS - len(numbers)))


def shape_reader(field_type: str) -> Reader:
    """Reads a line or an area as well-known text."""

    def read(answer: Any) -> str:
        shape = geometry(field_type, answer_text(answer))
        if shape is None:
            raise ValueError(f"no {field_type}")
        return well_known_text(shape)

    return read


def flag_reader(choice: str) -> Reader:
    """Reads whether the choice is among those of the answer."""
    return lambda answer: choice in (answer if type(answer) is list else read_texts(answer))


# By the type of a field; all others are text.
READERS: Final[dict[str, tuple[Kind, Reader]]] = {
    "int": (Kind.WHOLE, read_whole),
    "decimal": (Kind.DECIMAL, read_decimal),
    "date": (Kind.DAY, read_day),
    "dateTime": (Kind.MOMENT, read_moment),
    "geotrace": (Kind.TEXT, shape_reader("geotrace")),
    "geoshape": (Kind.TEXT, shape_reader("geoshape")),
}
