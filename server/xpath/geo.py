"""Points, lines and areas on the earth, with JavaRosa's formulas.

A point is `latitude longitude [altitude [accuracy]]`, a line or an area is points joined by `;`. Distances follow the
spherical law of cosines; areas come from a flat projection around the first point, which is good for plots and
villages but not for countries.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

EARTH_RADIUS: Final = 6_378_100  # metres, at the equator
CIRCUMFERENCE: Final = 2 * EARTH_RADIUS * math.pi
MAX_PARTS: Final = 4

_NUMBER: Final = r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[dDfF]?"
_DECIMAL: Final = re.compile(_NUMBER)
_POINT: Final = re.compile(rf"\s*{_NUMBER}(?:\s+{_NUMBER})?(?:\s+{_NUMBER})?(?:\s+{_NUMBER})?\s*")

Point = tuple[float, float]  # latitude, longitude


def parse_decimal(text: str) -> float | None:
    """A number as Java's parser takes it; None for anything else (`NaN` and `Infinity` are no measurements)."""
    found = _DECIMAL.fullmatch(text.strip())
    return float(found[1]) if found else None


def parse_numbers(text: str) -> list[float] | None:
    """As many as there are of latitude, longitude, altitude and accuracy; None if the text is no point."""
    found = _POINT.fullmatch(text)
    return None if found is None else [float(number) for number in found.groups() if number is not None]


def parse_point(text: str) -> tuple[float, float, float, float] | None:
    """Latitude, longitude, altitude, accuracy, 0 for what is missing; None if the text is no point."""
    numbers = parse_numbers(text)
    if numbers is None:
        return None
    latitude, longitude, altitude, accuracy = [*numbers, *[0.0] * (4 - len(numbers))]
    return latitude, longitude, altitude, accuracy


def parse_points(text: str) -> list[Point] | None:
    """The points of a line or an area; None if one of them is no point.

    As in JavaRosa a blank between two `;` is the point 0 0, but blanks at the end do not count.
    """
    points: list[Point] = []
    for part in text.rstrip("; ").split(";") if text.strip("; ") else ():
        point = parse_point(part if part.strip() else "0")
        if point is None:
            return None
        points.append(point[:2])
    return points


def distance(points: Sequence[Point]) -> float:
    """Length of the line through the points, in metres."""
    return sum(map(_between, points, points[1:]), 0.0)


def _between(start: Point, end: Point) -> float:
    turn = math.radians(start[1] - end[1])
    first, second = math.radians(start[0]), math.radians(end[0])
    cosine = math.sin(first) * math.sin(second) + math.cos(first) * math.cos(second) * math.cos(turn)
    return math.acos(cosine) * EARTH_RADIUS if -1 <= cosine <= 1 else math.nan


def area(points: Sequence[Point]) -> float:
    """Area within the points, in square metres; 0 for fewer than three."""
    if len(points) < 3:
        return 0.0
    latitude, longitude = points[0]
    flat = [
        (
            (point[1] - longitude) * CIRCUMFERENCE * math.cos(math.radians(point[0])) / 360.0,
            (point[0] - latitude) * CIRCUMFERENCE / 360.0,
        )
        for point in points[1:]
    ]
    triangles = ((y1 * x2 - x1 * y2) / 2 for (x1, y1), (x2, y2) in pairwise(flat))
    return abs(sum(triangles, 0.0))


def contains(fence: Sequence[Point], point: Point) -> bool:
    """Whether the point lies inside the closed fence: a ray from it crosses the border an odd number of times."""
    inside = False
    latitude, longitude = point
    for before, after in pairwise(fence):
        if (after[0] > latitude) == (before[0] > latitude):
            continue
        crossing = (before[1] - after[1]) * (latitude - after[0]) / (before[0] - after[0]) + after[1]
        if longitude < crossing:
            inside = not inside
    return inside


def crosses_itself(points: Sequence[Point]) -> bool:
    """Whether two parts of the line, other than neighbours, touch."""
    last = len(points) - 1
    is_closed = last > 2 and points[0] == points[last]
    for i in range(last):
        for j in range(i + 2, last):
            joins_ends = is_closed and i == 0 and j == last - 1
            if not joins_ends and _cross(points[i], points[i + 1], points[j], points[j + 1]):
                return True
    return False


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _side(a, b, c) * _side(a, b, d) <= 0 and _side(c, d, a) * _side(c, d, b) <= 0


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[1] - a[1]) * (c[0] - a[0]) - (b[0] - a[0]) * (c[1] - a[1])
