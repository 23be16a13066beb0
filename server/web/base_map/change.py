"""What the forms of the base map's page do."""

from typing import Final

from flask import Response

from server.base_map.fetching import NotFetched, fetch_tile
from server.base_map.setting import (
    DEFAULT_MAX_ZOOM,
    examine,
    set_attribution,
    set_plain_ground,
    set_tile_address,
    set_tile_file,
)
from server.base_map.tile_address import MAX_ADDRESS, TileAddress, read_tile_address
from server.base_map.tiles import TilePlace, UnusableTiles
from server.errors import missing_part
from server.http.access import needs
from server.http.bodies import receive_file
from server.http.call import Call
from server.web.base_map.page import PAGE, base_map_page
from server.web.pages import routes
from server.web.shell import FORM_LIMIT, field, see

_CHANGE: Final = needs("config.set")
# What a server takes at most, its settings say.
_FILE_LIMIT: Final = 2**40


@routes.route("POST", f"{PAGE}/file", _CHANGE, transaction="own", form_limit=_FILE_LIMIT)
def take_file(call: Call) -> Response:
    """Make a file of tiles the ground."""
    file = call.request.files.get("file")
    if file is None or not file.filename:
        raise missing_part("file")
    storage = call.services.storage
    with storage.stage() as staged:
        receive_file(file, staged)
        try:
            extent, makers = examine(staged)
        except UnusableTiles as fault:
            return _refused(call, "file", fault)
        storage.put(staged)
        with call.writing() as session:
            attribution = field(call, "attribution") or makers
            set_tile_file(session, call.actor, staged, extent, name=file.filename, attribution=attribution)
    return see(f"{PAGE}?done=file")


@routes.route("POST", f"{PAGE}/address", _CHANGE, transaction="own", form_limit=FORM_LIMIT)
def take_address(call: Call) -> Response:
    """Let the server fetch the ground from another; an address that gives nothing now is kept, and said to be so."""
    try:
        address = read_tile_address(field(call, "address", MAX_ADDRESS + 1), is_inside=bool(field(call, "is_inside")))
        max_zoom = _zoom(field(call, "max_zoom"))
        with call.writing() as session:
            attribution = field(call, "attribution")
            set_tile_address(session, call.actor, address, max_zoom=max_zoom, attribution=attribution)
    except UnusableTiles as fault:
        return _refused(call, "address", fault)
    return see(PAGE, [("done", "address"), ("tried", _tried(address))])


@routes.route("POST", f"{PAGE}/attribution", _CHANGE, form_limit=FORM_LIMIT)
def change_attribution(call: Call) -> Response:
    """Change who is named as the makers of the ground."""
    set_attribution(call.session, call.actor, field(call, "attribution"))
    return see(f"{PAGE}?done=attribution")


@routes.route("POST", f"{PAGE}/plain", _CHANGE, form_limit=FORM_LIMIT)
def take_plain_ground(call: Call) -> Response:
    """Go back to the plain ground."""
    set_plain_ground(call.session, call.actor)
    return see(f"{PAGE}?done=plain")


def _refused(call: Call, form: str, fault: UnusableTiles) -> Response:
    with call.services.database.read() as session:
        return base_map_page(call, session, at=form, fault=fault.fault)


def _zoom(text: str) -> int:
    """Raise UnusableTiles for what is no number."""
    if not text:
        return DEFAULT_MAX_ZOOM
    if not (text.isascii() and text.isdigit() and len(text) < 3):
        raise UnusableTiles("bad-zooms")
    return int(text)


def _tried(address: TileAddress) -> str:
    """What became of the first tile, which shows the whole world."""
    try:
        fetch_tile(address, TilePlace(0, 0, 0))
    except NotFetched as fault:
        return fault.fault
    return ""
