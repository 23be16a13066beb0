"""Answers as OData values, by the type that the metadata gives a question.

A client stops at the first value that is not of its column's type. So a number, a date or a place that was sent as
something else is null here; the CSV export has it as it was sent.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from server.xform.fields import Field
from server.xform.geometry import GEO_TYPES, geometry
from server.xform.instance import answer_text

Convert = Callable[[Any], Any]

EDM_TYPES: Final[Mapping[str, str]] = {
    "int": "Edm.Int64", "decimal": "Edm.Decimal", "boolean": "Edm.Boolean", "date": "Edm.Date",
    "dateTime": "Edm.DateTimeOffset", "geopoint": "Edm.GeographyPoint", "geotrace": "Edm.GeographyLineString",
    "geoshape": "Edm.GeographyPolygon",
}  # fmt: skip
_LARGEST = 2**63
_ZONE = re.compile(r"(Z|[-+]\d\d:?\d\d)$", re.IGNORECASE)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def edm_type(field: Field) -> str:
    return EDM_TYPES.get(field.type, "Edm.String")


def converter(field: Field, *, as_wkt: bool) -> Convert:
    """What makes a value of an answer; None stays None."""
    if field.type in GEO_TYPES:
        write = _wkt if as_wkt else _as_it_is
        return lambda value: _place(field.type, value, write)
    return _CONVERTERS.get(field.type, _text)


def _text(value: Any) -> str | None:
    return value if value is None or type(value) is str else answer_text(value)


def _integer(value: Any) -> int | None:
    if type(value) is not int:
        try:
            value = int(answer_text(value)) if value is not None else None
        except ValueError:
            return None
    return value if value is not None and -_LARGEST <= value < _LARGEST else None


def _decimal(value: Any) -> float | int | None:
    if value is None:
        return None
    try:
        number = value if type(value) in (int, float) else float(answer_text(value))
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) < _LARGEST else None


def _boolean(value: Any) -> bool | None:
    return None if value is None else _BOOLEANS.get(answer_text(value))


def _day(value: Any) -> str | None:
    try:
        return None if value is None else date.fromisoformat(answer_text(value)[:10]).isoformat()
    except ValueError:
        return None


def _moment(value: Any) -> str | None:
    """As it was sent; one without a zone is taken to be in UTC, as in `$filter`."""
    if value is None:
        return None
    text = answer_text(value)
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return text if _ZONE.search(text) else f"{text}Z" if "T" in text else f"{text}T00:00:00Z"


def _place(kind: str, value: Any, write: Callable[[dict[str, Any]], Any]) -> Any:
    shape = None if value is None else geometry(kind, answer_text(value))
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


_CONVERTERS: Mapping[str, Convert] = {
    "int": _integer, "decimal": _decimal, "boolean": _boolean, "date": _day, "dateTime": _moment,
}  # fmt: skip
