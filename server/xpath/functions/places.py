"""Functions of points, lines and areas; the formulas are in `geo`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from server.xpath import geo
from server.xpath.code import Code, as_text
from server.xpath.errors import BudgetExceededError, EvaluationError
from server.xpath.functions.definition import Site, guarded, plain, special
from server.xpath.state import State
from server.xpath.tree import Node
from server.xpath.values import Kind, Value, to_text

MAX_CROSSING_POINTS: Final = 2_000  # every pair of segments is compared


def _points(name: str, text: str) -> list[geo.Point]:
    points = geo.parse_points(text)
    if points is None:
        raise EvaluationError(f"{name}() needs points such as `10.5 106.7`, joined by `;`.")
    return points


def _points_of(name: str, found: Sequence[Node]) -> list[geo.Point]:
    """One node holds a line or an area, several hold one point each."""
    if len(found) == 1:
        return _points(name, to_text(found[0].value()))
    return [_point(name, to_text(node.value())) for node in found]


def _point(name: str, text: str) -> geo.Point:
    """The point in a text; a blank is the point 0 0, as in JavaRosa."""
    point = geo.parse_point(text if text.strip() else "0")
    if point is None:
        raise EvaluationError(f"{name}() needs points such as `10.5 106.7`.")
    return point[:2]


def _distance(site: Site) -> Code:
    """Along the points of one path or text, or along all arguments as points."""
    arguments = site.arguments
    if len(arguments) > 1:
        texts = [as_text(argument) for argument in arguments]

        def along(node: Node, state: State) -> Value:
            return geo.distance([_point("distance", text(node, state)) for text in texts])

        return Code(guarded(along, site.call.offset), Kind.NUMBER)
    nodes_of, text_of = arguments[0].nodes, as_text(arguments[0])

    def value(node: Node, state: State) -> Value:
        found = nodes_of(node, state) if nodes_of else None
        if found is None:
            return geo.distance(_points("distance", text_of(node, state)))
        return geo.distance(_points_of("distance", found))

    return Code(guarded(value, site.call.offset), Kind.NUMBER)


def _area(site: Site) -> Code:
    nodes_of = site.nodes(0)

    def value(node: Node, state: State) -> Value:
        found = nodes_of(node, state)
        if found is None:
            raise EvaluationError(f"{site.call.name}() needs a path.")
        return geo.area(_points_of(site.call.name, found))

    return Code(guarded(value, site.call.offset), Kind.NUMBER)


def _geofence(site: Site) -> Code:
    point_of, fence_of = as_text(site.arguments[0]), site.nodes(1)

    def value(node: Node, state: State) -> Value:
        found = fence_of(node, state)
        if found is None:
            raise EvaluationError("The fence of geofence() has to be a path.")
        return geo.contains(_points_of("geofence", found), _point("geofence", point_of(node, state)))

    return Code(guarded(value, site.call.offset), Kind.BOOLEAN)


def _intersects(text: str) -> bool:
    points = _points("intersects", text)
    if len(points) > MAX_CROSSING_POINTS:
        raise BudgetExceededError(f"intersects() compares at most {MAX_CROSSING_POINTS} points.")
    return geo.crosses_itself(points)


FUNCTIONS: Final = (
    special("distance", 1, None, _distance),
    special("area", 1, 1, _area),
    special("enclosed-area", 1, 1, _area),
    special("geofence", 2, 2, _geofence),
    plain("intersects", _intersects, "text", Kind.BOOLEAN),
)
