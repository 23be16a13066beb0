"""The points of a map, as compact as JSON can say them: 50,000 are half a megabyte on the wire."""

import zlib
from collections.abc import Iterator
from typing import Final

import orjson
from flask import Response
from sqlalchemy.orm import Session

from server.desk.filters import Desk
from server.desk.labels import Labels
from server.desk.places import CHOSEN, NOT_CHOSEN, Placed, Sight, stream_places
from server.errors import not_found
from server.forms.models import Form
from server.http.access import needs
from server.http.call import Call, Services
from server.http.json import JSON
from server.permissions import require
from server.web.frame import language_of
from server.web.map.address import MAP, read_map_address, sight_of
from server.web.pages import routes
from server.web.review.address import Address
from server.web.words import gettext

# By review state: its place in the legend.
_STATES: Final = {None: 0, "edited": 0, "hasIssues": 1, "approved": 2, "rejected": 3}
_GZIP: Final = 31
_LEVEL: Final = 4


@routes.route("GET", f"{MAP}/points", needs("submission.read"), transaction="own")
def send_points(call: Call) -> Response:
    """Send every point of the submissions that the address's filter lets through.

    `points` are `[number, longitude, latitude, state, value]`: `state` counts from 0 through to review, has issues,
    approved and rejected, `value` is a place in `values`, the answers with their labels, or -1.
    """
    require(call.actor, "submission.list", *call.chain)
    services, form_id = call.services, call.form.id
    address, language = read_map_address(call.request.args), language_of(call.request)
    with services.database.read() as session:
        # What is wrong with the address is said before the first byte of the answer.
        desk = _open_desk(services, session, form_id, address, language)
        choice_titles = _choice_titles(desk.labels, sight_of(desk.labels.definition, address))
        desk.conditions()
    chunks = _stream(services, form_id, address, language, choice_titles)
    takes_gzip = call.request.accept_encodings.quality("gzip") > 0
    response = Response(_packed(chunks) if takes_gzip else chunks, content_type=JSON)
    if takes_gzip:
        response.content_encoding = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "no-store"
    return response


def _open_desk(services: Services, session: Session, form_id: int, address: Address, language: str) -> Desk:
    form = session.get_one(Form, form_id)
    version = form.current_version
    if version is None:
        raise not_found()
    labels = Labels(services.database, services.storage, session, version, language)
    return Desk(session, form, address.filter, labels)


def _choice_titles(labels: Labels, sight: Sight) -> list[str]:
    """What the legend calls that a choice was made, and that it was not; nothing where the map asks about none."""
    if sight.colour is None or sight.choice is None:
        return []
    label = labels.choice(sight.colour, sight.choice)
    return [gettext("Chosen: %(choice)s", choice=label), gettext("Answered, but not this")]


def _stream(
    services: Services, form_id: int, address: Address, language: str, choice_titles: list[str]
) -> Iterator[bytes]:
    with services.database.read() as session:
        desk = _open_desk(services, session, form_id, address, language)
        sight = sight_of(desk.labels.definition, address)
        values: dict[str, int] = {} if sight.choice is None else {CHOSEN: 0, NOT_CHOSEN: 1}
        yield b'{"points":['
        separator = b""
        for page in stream_places(desk, sight):
            points = [point for placed in page for point in _wire(placed, values)]
            if points:
                yield separator + orjson.dumps(points)[1:-1]
                separator = b","
        titles = choice_titles or (
            [desk.labels.choice(sight.colour, value) for value in values] if sight.colour else []
        )
        named = list(zip(values, titles, strict=True))
        yield b'],"values":' + orjson.dumps(named) + b"}"


def _wire(placed: Placed, values: dict[str, int]) -> Iterator[tuple[int, float, float, int, int]]:
    """The points of one submission; an answer that no submission before had gets the next place in `values`."""
    value = -1 if not placed.value else values.setdefault(placed.value, len(values))
    for longitude, latitude in placed.points:
        yield placed.number, longitude, latitude, _STATES[placed.review_state], value


def _packed(chunks: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
    for chunk in chunks:
        yield packer.compress(chunk)
    yield packer.flush()
