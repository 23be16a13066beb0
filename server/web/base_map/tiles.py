"""Tiles of the ground. Whatever they are made of, browsers get them from us."""

from typing import Final

from flask import Response

from server.base_map.find import find_tile
from server.base_map.setting import Ground, read_ground
from server.base_map.tiles import FoundTile, Tile, TilePlace
from server.errors import insufficient_rights, not_found
from server.http.access import signed_in
from server.http.call import Call
from server.web.ground import TILES
from server.web.pages import routes

# A file never changes under its revision; other servers draw their maps anew now and then.
_FILE_CACHE: Final = "private, max-age=31536000, immutable"
_FETCHED_CACHE: Final = "private, max-age=604800"
_NO_CACHE: Final = "no-store"
# A file that is opened by itself may load and run nothing.
_SANDBOX: Final = "default-src 'none'; sandbox"


@routes.route(
    "GET",
    f"{TILES}/<revision>/<int:z>/<int:x>/<int:y>",
    signed_in("whoever may see the map of any form"),
    transaction="own",
)
def send_tile(call: Call, revision: str, z: int, x: int, y: int) -> Response:
    """Send a tile; 202 when it is on its way and is to be asked for again, 204 where there is none."""
    if not call.actor.actees_with("submission.read"):
        raise insufficient_rights()
    services = call.services
    with services.database.read() as session:
        ground = read_ground(session)
    if ground is None or ground.revision != revision:
        raise not_found()
    return _written(call, ground, find_tile(services.storage, services.settings.data_dir, ground, TilePlace(z, x, y)))


def _written(call: Call, ground: Ground, found: FoundTile) -> Response:
    response = Response(status=202 if found.state == "coming" else 204)
    if found.tile is not None:
        response = _with_tile(call, found.tile)
    lasts = _FILE_CACHE if ground.address is None else _FETCHED_CACHE
    response.headers["Cache-Control"] = lasts if found.state in {"here", "none"} else _NO_CACHE
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _with_tile(call: Call, tile: Tile) -> Response:
    if not tile.is_packed:
        return Response(tile.content, content_type=tile.media_type)
    takes_gzip = call.request.accept_encodings.quality("gzip") > 0
    response = Response(tile.content if takes_gzip else tile.unpacked(), content_type=tile.media_type)
    response.headers["Vary"] = "Accept-Encoding"
    if takes_gzip:
        response.content_encoding = "gzip"
    return response
