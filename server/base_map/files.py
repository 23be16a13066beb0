"""Files of tiles, of either kind."""

from pathlib import Path
from typing import Final

from server.base_map import mbtiles, pmtiles
from server.base_map.mbtiles import MBTiles
from server.base_map.pmtiles import PMTiles
from server.base_map.tiles import UnusableTiles

TileFile = MBTiles | PMTiles
_HEAD: Final = 16


def open_tile_file(path: Path) -> TileFile:
    """By its first bytes; raise UnusableTiles for any other file."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(mbtiles.MAGIC):
        return MBTiles(path)
    if head.startswith(pmtiles.MAGIC):
        return PMTiles(path)
    raise UnusableTiles("unknown-file")
