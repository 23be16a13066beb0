"""From places to tiles and back: Web Mercator, cut into 2^z by 2^z tiles from the north-west."""

import math

from server.base_map.tiles import Extent, TilePlace


def tile_of(longitude: float, latitude: float, z: int) -> TilePlace:
    """The tile of a zoom that holds a place in degrees."""
    side = 1 << z
    column = (longitude + 180) / 360 * side
    row = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * side
    return TilePlace(z, _within(column, side), _within(row, side))


def north_west(place: TilePlace) -> tuple[float, float]:
    """The longitude and latitude of a tile's corner, in degrees."""
    side = 1 << place.z
    latitude = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * place.y / side))))
    return place.x / side * 360 - 180, latitude


def middle_tile(extent: Extent) -> TilePlace:
    """The tile that shows the middle of it all at the smallest scale."""
    west, south, east, north = extent.bounds
    return tile_of((west + east) / 2, (south + north) / 2, extent.min_zoom)


def _within(position: float, side: int) -> int:
    return min(max(math.floor(position), 0), side - 1)
