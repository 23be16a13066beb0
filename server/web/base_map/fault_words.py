"""Why tiles cannot be used, or do not come, for the administrator who chose them."""

from collections.abc import Mapping
from typing import Final

from server.base_map.fetching import FetchFault
from server.base_map.tiles import TileFault
from server.web.words import N_

TILE_FAULTS: Final[Mapping[TileFault, str]] = {
    "unknown-file": N_("This is neither an MBTiles nor a PMTiles (version 3) file."),
    "broken-file": N_("The file is damaged or not what it says it is."),
    "bad-zooms": N_("The zoom levels are impossible: they go from 0 to 22."),
    "no-tiles": N_("No tile of the file could be read: it must hold PNG, JPEG, WebP or vector tiles (MVT)."),
    "no-index": N_("Finding a tile in the file takes too long: its table of tiles needs an index."),
    "packed-otherwise": N_("The tiles are packed in a way that is not read here: only gzip is, or none at all."),
    "no-address": N_("Give an address that begins with https:// or http:// and has {z}, {x} and {y} in it."),
    "more-holes": N_("Only {z}, {x} and {y} are filled in; write anything else out."),
}
FETCH_FAULTS: Final[Mapping[FetchFault, str]] = {
    "unreachable": N_("The tile server cannot be reached."),
    "inside": N_("The address leads into a private network, and it was not said that it is your own."),
    "redirects": N_("The tile server sends us on to another address; give that one."),
    "refuses": N_("The tile server refuses to give tiles to us."),
    "no-tile": N_("What the tile server sends is no tile."),
}
