"""Finding a tile of the ground, wherever it comes from."""

from pathlib import Path

from server.base_map.fetched import fetched_tiles
from server.base_map.files import open_tile_file
from server.base_map.local_files import local_file
from server.base_map.setting import Ground
from server.base_map.tiles import FoundTile, TilePlace, UnusableTiles, recognised
from server.storage import ObjectMissing, ObjectStore


def find_tile(storage: ObjectStore, data_dir: Path, ground: Ground, place: TilePlace) -> FoundTile:
    """Answers within a second or two; copies of files and fetched tiles lie in the data folder."""
    extent = ground.extent
    if not place.is_on_earth or not extent.min_zoom <= place.z <= extent.max_zoom:
        return FoundTile("none")
    if ground.address is not None:
        return fetched_tiles(data_dir / "base-map" / "tiles", ground.address).find(place)
    return _in_file(storage, data_dir / "base-map" / "file", ground, place)


def _in_file(storage: ObjectStore, folder: Path, ground: Ground, place: TilePlace) -> FoundTile:
    try:
        path = local_file(storage, folder, ground.sha256 or "")
        content = path and open_tile_file(path).tile(place)
    except (ObjectMissing, UnusableTiles):
        return FoundTile("away")
    if path is None:
        return FoundTile("coming")
    tile = recognised(content or b"")
    is_shown = tile is not None and tile.kind == ground.extent.kind
    return FoundTile("here", tile) if is_shown else FoundTile("none")
