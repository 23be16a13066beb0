"""The map's page: a map for whose browser runs scripts, and beside it the list of places, which needs none."""

from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from flask import Response

from server.desk.boxes import point_questions
from server.desk.filters import Desk
from server.desk.labels import Labels
from server.desk.lines import Line, count_lines, lines_of
from server.desk.places import (
    Placed,
    PlacePage,
    Sight,
    colour_questions,
    list_places,
    place_questions,
    read_places,
    several_questions,
)
from server.http.access import needs
from server.http.call import Call
from server.permissions import require
from server.web.fill.bundles import bundle_address, why_not_built
from server.web.frame import language_of
from server.web.ground import shown_ground
from server.web.map.address import MAP, MOST_NAMED, named_numbers, read_map_address, sight_of
from server.web.pages import routes
from server.web.review.address import Address, read_key
from server.web.review.desk import open_desk
from server.web.shell import show
from server.xform.fields import Field

_LINES: Final = 40
# Of a question, to colour by.
_MOST_CHOICES: Final = 60


@dataclass(frozen=True, slots=True)
class PlaceList:
    """Submissions with their places; `next_key` leads to those that follow, None at the end."""

    lines: list[tuple[Line, Placed]]
    next_key: int | None


@routes.route("GET", MAP, needs("submission.read"))
def show_map(call: Call) -> Response:
    """Show where a form's submissions were filled in; with `part=list` only the list of those in `ids`."""
    require(call.actor, "submission.list", *call.chain)
    address = read_map_address(call.request.args)
    desk = open_desk(call, address, language_of(call.request))
    sight = sight_of(desk.labels.definition, address)
    places = _list_places(call, desk, sight)
    if call.request.args.get("part") == "list":
        return show(call, "map/list.html", places=places, address=address)
    return _show_page(call, desk, sight, address, places)


def _show_page(call: Call, desk: Desk, sight: Sight, address: Address, places: PlaceList) -> Response:
    labels = desk.labels
    points, shown_places = point_questions(labels.fields), sight.places
    values: dict[str, Any] = {
        "places": places,
        "tells_boxes": bool(points) and all(field in points for field in shown_places),
        "has_points": bool(points),
        "address": address,
        "counts": count_lines(desk),
        "place_questions": [(field.path, labels.question(field)) for field in place_questions(labels.fields)],
        "colour_questions": [(field.path, labels.question(field)) for field in colour_questions(labels.fields)],
        "ground": shown_ground(call.session),
        "several_questions": [_with_choices(labels, field) for field in several_questions(labels.fields)],
        "script": bundle_address("map.js"),
        "reason": why_not_built(),
        "most": MOST_NAMED,
        "is_encrypted": desk.form.current_version is not None and desk.form.current_version.key_id is not None,
    }
    return show(call, "map/page.html", tab="map", **values)


def _with_choices(labels: Labels, field: Field) -> tuple[str, list[tuple[str, str]]]:
    """The question's label, and of each choice what an address says to colour by it, and its label."""
    choices = islice(labels.choices(field), _MOST_CHOICES)
    return labels.question(field), [(f"{field.path}={value}", label) for value, label in choices]


def _list_places(call: Call, desk: Desk, sight: Sight) -> PlaceList:
    args = call.request.args
    named = named_numbers(args.get("ids"))
    if named is None:
        page = list_places(desk, sight, after=read_key(args.get("after")), limit=_LINES)
    else:
        page = PlacePage(read_places(desk, sight, limit=MOST_NAMED, among=named), None)
    lines = lines_of(desk, [placed.number for placed in page.placed])
    return PlaceList(list(zip(lines, page.placed, strict=True)), page.next_key)
