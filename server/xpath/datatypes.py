"""Read the text of an answer by the type of its bind.

Texts that do not fit their type read as blank everywhere in the logic of a form, as in JavaRosa, and are reported by
whoever checks types. An unknown type is text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, tzinfo
from types import MappingProxyType
from typing import Final

from server.xpath import geo, moments
from server.xpath.values import INT_MAX, INT_MIN, LONG_MAX, Kind, Value, double_to_text

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,19}")
_EPOCH_DAY: Final = date(1970, 1, 1)

Reader = Callable[[str, tzinfo, date], Value | None]


def read_answer(text: str, datatype: str, zone: tzinfo, today: date = _EPOCH_DAY) -> Value | None:
    """The typed value of a trimmed, non-empty answer; None if the text does not fit the type.

    `today` is the day that a bare time is taken to be on.
    """
    reader = reader_of(datatype)
    return text if reader is None else reader(text, zone, today)


def reader_of(datatype: str) -> Reader | None:
    """What reads the answers of a type; None where they are texts."""
    return _READERS.get(datatype)


def read_calculated(text: str, kind: Kind, zone: tzinfo) -> Value:
    """A calculated value that was stored without a type, by the kind that it had; a text that is of no such kind stays.

    As long as a form is open JavaRosa keeps the value itself: a 0 is then no answer to a condition, though the text
    `0` is one.
    """
    value: Value | None = None
    if kind is Kind.NUMBER:
        value = geo.parse_decimal(text)
    elif kind is Kind.BOOLEAN:
        value = _TRUTHS.get(text)
    elif kind is Kind.MOMENT:
        value = moments.parse_moment(text, zone)
    return text if value is None else value


def knows(datatype: str) -> bool:
    """Whether the type is one that forms may use."""
    return datatype in _READERS or datatype in _TEXT_TYPES


def _whole(minimum: int, maximum: int) -> Reader:
    def read(text: str, _zone: tzinfo, _today: date) -> Value | None:
        if not _WHOLE.fullmatch(text) or not minimum <= int(text) <= maximum:
            return None
        return float(int(text))

    return read


def _decimal(text: str, _zone: tzinfo, _today: date) -> Value | None:
    return geo.parse_decimal(text)


def _boolean(text: str, _zone: tzinfo, _today: date) -> Value | None:
    return text in ("1", "t", "T")


def _date(text: str, zone: tzinfo, _today: date) -> Value | None:
    return moments.parse_date(text, zone)


def _moment(text: str, zone: tzinfo, _today: date) -> Value | None:
    return moments.parse_moment(text, zone)


def _time(text: str, zone: tzinfo, today: date) -> Value | None:
    return moments.parse_time(text, today, zone)


def _point(text: str, _zone: tzinfo, _today: date) -> Value | None:
    point = geo.parse_point(text)
    return None if point is None else " ".join(map(double_to_text, point))


def _points(text: str, zone: tzinfo, today: date) -> Value | None:
    points = [_point(part, zone, today) for part in text.split(";") if part.strip()]
    known = [point for point in points if isinstance(point, str)]
    return "; ".join(known) if len(known) == len(points) else None


_TRUTHS: Final = MappingProxyType({"1": True, "true": True, "0": False, "false": False})
_READERS: Final = MappingProxyType(
    {
        "int": _whole(INT_MIN, INT_MAX),
        "integer": _whole(INT_MIN, INT_MAX),
        "long": _whole(-LONG_MAX - 1, LONG_MAX),
        "decimal": _decimal,
        "boolean": _boolean,
        "date": _date,
        "dateTime": _moment,
        "time": _time,
        "geopoint": _point,
        "geotrace": _points,
        "geoshape": _points,
    }
)
_TEXT_TYPES: Final = frozenset(("", "string", "select", "select1", "odk:rank", "rank", "barcode", "binary", "intent"))
