"""The page on which administrators choose the ground of all maps."""

from typing import Final

from flask import Response
from sqlalchemy.orm import Session

from server.base_map.grid import middle_tile
from server.base_map.setting import DEFAULT_MAX_ZOOM, Ground, read_ground
from server.base_map.tiles import TileFault
from server.config import MEGABYTE
from server.http.access import needs
from server.http.call import Call
from server.web.base_map.fault_words import FETCH_FAULTS, TILE_FAULTS
from server.web.ground import shown_ground
from server.web.pages import routes
from server.web.shell import show
from server.web.words import gettext

PAGE: Final = "/site/base-map"
_DONE: Final = frozenset({"file", "address", "attribution", "plain"})


@routes.route("GET", PAGE, needs("config.read"))
def show_base_map(call: Call) -> Response:
    """Show what the ground is, and how to have another."""
    return base_map_page(call, call.session)


def base_map_page(call: Call, session: Session, *, at: str = "", fault: TileFault | None = None) -> Response:
    """`at` names the form that `fault` is about."""
    args = call.request.args
    ground = read_ground(session)
    return show(
        call,
        "base_map/page.html",
        status=422 if fault else 200,
        here=PAGE,
        ground=ground,
        preview=_preview(session, ground),
        most_megabytes=call.services.settings.max_upload // MEGABYTE,
        max_zoom=DEFAULT_MAX_ZOOM,
        typed=call.request.form,
        done=args.get("done") if args.get("done") in _DONE else "",
        warning=next((gettext(text) for name, text in FETCH_FAULTS.items() if name == args.get("tried")), ""),
        at=at,
        fault=gettext(TILE_FAULTS[fault]) if fault else "",
    )


def _preview(session: Session, ground: Ground | None) -> str | None:
    """The address of the tile in the middle of what there is, at its smallest scale; none of vector tiles."""
    shown = shown_ground(session)
    if ground is None or shown is None or ground.extent.kind == "vector":
        return None
    return shown.tile(middle_tile(ground.extent))
