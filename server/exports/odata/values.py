"""Answers as OData values, by the type that the metadata gives a question.

A client stops at the first value that is not of its column's type. So a number, a date or a place that was sent as
something else is null here; the CSV export has it as it was sent.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from server.exports.answer_values import INTEGER, NUMBER
from server.xform.fields import Field
from server.xform.geometry import GEO_TYPES, geometry
from server.xform.instance import answer_text


class Conversion(NamedTuple):
    """An answer whose class is one of `fits` is a value as it is; `convert` makes one of any other, or None."""

    fits: frozenset[type]
    convert: Callable[[Any], Any]


EDM_TYPES: Final[Mapping[str, str]] = {
    "int": "Edm.Int64", "decimal": "Edm.Decimal", "boolean": "Edm.Boolean", "date": "Edm.Date",
    "dateTime": "Edm.DateTimeOffset", "geopoint": "Edm.GeographyPoint", "geotrace": "Edm.GeographyLineString",
    "geoshape": "Edm.GeographyPolygon",
}  # fmt: skip
_INTEGER, _NUMBER = re.compile(INTEGER, re.ASCII), re.compile(NUMBER, re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[-+]\d\d:\d\d)", re.ASCII)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def edm_type(field: Field) -> str:
    return EDM_TYPES.get(field.type, "Edm.String")


def conversion(field: Field, *, as_wkt: bool) -> Conversion:
    if field.type in GEO_TYPES:
        write = _wkt if as_wkt else _as_it_is
        return Conversion(_NOTHING, lambda value: _place(field.type, value, write))
    return _CONVERSIONS.get(field.type, _TEXT)


def _text(value: Any) -> str:
    try:
        # Nearly always the names of choices.
        return " ".join(value) if type(value) is list else answer_text(value)
    except TypeError:
        return answer_text(value)


def _integer(value: Any) -> int | None:
    text = answer_text(value)
    return int(text) if _INTEGER.fullmatch(text) else None


def _decimal(value: Any) -> float | None:
    text = answer_text(value)
    return float(text) if _NUMBER.fullmatch(text) else None


def _boolean(value: Any) -> bool | None:
    return _BOOLEANS.get(answer_text(value))


def _day(value: Any) -> str | None:
    return _day_in(answer_text(value)[:10])


# Many submissions tell of the same days.
@lru_cache(maxsize=4096)
def _day_in(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _moment(value: Any) -> str | None:
    """As it was sent where OData writes it so; one without a zone is taken to be in UTC, as in `$filter`."""
    text = answer_text(value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return text if _MOMENT.fullmatch(text) else (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def _place(kind: str, value: Any, write: Callable[[dict[str, Any]], Any]) -> Any:
    shape = geometry(kind, answer_text(value))
    return None if shape is None else write(shape)


def _as_it_is(shape: dict[str, Any]) -> dict[str, Any]:
    return shape


def _wkt(shape: dict[str, Any]) -> str:
    kind, coordinates = shape["type"], shape["coordinates"]
    if kind == "Point":
        return f"POINT ({_position(coordinates)})"
    if kind == "LineString":
        return f"LINESTRING {_line(coordinates)}"
    return f"POLYGON ({','.join(map(_line, coordinates))})"


def _line(positions: list[list[float]]) -> str:
    return f"({','.join(map(_position, positions))})"


def _position(numbers: list[float]) -> str:
    return " ".join(f"{number:.12g}" for number in numbers)


_NOTHING = frozenset({type(None)})
_TEXT = Conversion(_NOTHING | {str}, _text)
# Answers are numbers only where these are small enough for any reader.
_CONVERSIONS: Mapping[str, Conversion] = {
    "int": Conversion(_NOTHING | {int}, _integer),
    "decimal": Conversion(_NOTHING | {int, float}, _decimal),
    "boolean": Conversion(_NOTHING, _boolean),
    "date": Conversion(_NOTHING, _day),
    "dateTime": Conversion(_NOTHING, _moment),
}
