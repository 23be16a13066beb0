"""Answers to questions for places as GeoJSON geometries (RFC 7946)."""

import math
from typing import Any

from server.xpath.geo import parse_numbers

# By the type of a field: how many positions make one.
_LEAST = {"geopoint": 1, "geotrace": 2, "geoshape": 4}
GEO_TYPES = frozenset(_LEAST)
_WITH_ALTITUDE = 3


def geometry(field_type: str, text: str) -> dict[str, Any] | None:
    """A Point, LineString or Polygon with longitude, latitude and, where it was sent, altitude in metres.

    The accuracy has no place in GeoJSON. None for what is no place, such as a line of a single point.
    """
    text = text.rstrip("; \n")
    if field_type == "geopoint":
        position = _position(text)
        return None if position is None else {"type": "Point", "coordinates": position}
    positions = [_position(part) for part in text.split(";")]
    if None in positions:
        return None
    if field_type == "geoshape" and positions[0] != positions[-1]:
        positions.append(positions[0])
    if len(positions) < _LEAST[field_type]:
        return None
    if field_type == "geotrace":
        return {"type": "LineString", "coordinates": positions}
    return {"type": "Polygon", "coordinates": [positions]}


def _position(text: str) -> list[float] | None:
    """GeoJSON puts the longitude first, ODK the latitude."""
    numbers = parse_numbers(text)
    if numbers is None or len(numbers) < 2 or not all(map(math.isfinite, numbers)):
        return None
    latitude, longitude, *others = numbers
    return [longitude, latitude, *others[:1]]


def well_known_text(shape: dict[str, Any]) -> str:
    """A geometry as `geometry` gives it in the well-known text of OGC; with `Z` when every position has an altitude."""
    kind, coordinates = shape["type"].upper(), shape["coordinates"]
    positions = coordinates[0] if kind == "POLYGON" else [coordinates] if kind == "POINT" else coordinates
    size = min(map(len, positions))
    inner = ", ".join(" ".join(repr(number) for number in position[:size]) for position in positions)
    mark = " Z" if size == _WITH_ALTITUDE else ""
    return f"{kind}{mark} (({inner}))" if kind == "POLYGON" else f"{kind}{mark} ({inner})"
