"""Answers to questions for places as GeoJSON geometries (RFC 7946)."""

import math
from typing import Any

from server.xpath.geo import parse_point

# By the type of a field: how many positions make one.
_LEAST = {"geopoint": 1, "geotrace": 2, "geoshape": 4}
GEO_TYPES = frozenset(_LEAST)
_WITH_ALTITUDE = 3


def geometry(field_type: str, text: str) -> dict[str, Any] | None:
    """A Point, LineString or Polygon with longitude, latitude and, where it was sent, altitude in metres.

    The accuracy has no place in GeoJSON. None for what is no place, such as a line of a single point.
    """
    positions = [_position(part) for part in text.rstrip("; \n").split(";")]
    if None in positions:
        return None
    if field_type == "geoshape" and positions[0] != positions[-1]:
        positions.append(positions[0])
    if len(positions) < _LEAST[field_type]:
        return None
    match field_type:
        case "geopoint":
            return {"type": "Point", "coordinates": positions[0]} if len(positions) == 1 else None
        case "geotrace":
            return {"type": "LineString", "coordinates": positions}
    return {"type": "Polygon", "coordinates": [positions]}


def _position(text: str) -> list[float] | None:
    """GeoJSON puts the longitude first, ODK the latitude."""
    point, count = parse_point(text), len(text.split())
    if point is None or count < 2 or not all(map(math.isfinite, point)):
        return None
    latitude, longitude, altitude, _ = point
    return [longitude, latitude, altitude] if count >= _WITH_ALTITUDE else [longitude, latitude]


def well_known_text(shape: dict[str, Any]) -> str:
    """A geometry as `geometry` gives it in the well-known text of OGC; with `Z` when every position has an altitude."""
    kind, coordinates = shape["type"].upper(), shape["coordinates"]
    positions = coordinates[0] if kind == "POLYGON" else [coordinates] if kind == "POINT" else coordinates
    size = min(map(len, positions))
    inner = ", ".join(" ".join(repr(number) for number in position[:size]) for position in positions)
    mark = " Z" if size == _WITH_ALTITUDE else ""
    return f"{kind}{mark} (({inner}))" if kind == "POLYGON" else f"{kind}{mark} ({inner})"
