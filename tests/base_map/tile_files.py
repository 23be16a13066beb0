"""Small files of tiles, as other programs make them, and the tiles in them."""

import gzip
import io
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write as pmtiles_writer

from server.base_map.grid import tile_of
from server.base_map.tiles import TilePlace

# Around the households of the survey.
BOUNDS = (105.8, 21.6, 107.0, 22.4)
CREDIT = '<a href="https://example.org/copyright">&copy; Lang Son maps</a>'
CREDIT_TEXT = "© Lang Son maps"
Paint = Callable[[TilePlace], bytes]


def picture(place: TilePlace, kind: str = "PNG") -> bytes:
    """A tile that says which one it is, on a green that a test can look for."""
    image = Image.new("RGB", (256, 256), (196, 222, 190))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 255, 255), outline=(120, 160, 120))
    pen.text((16, 16), f"{place.z}/{place.x}/{place.y}", fill=(60, 90, 60))
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def vectors(place: TilePlace) -> bytes:
    """A tile with a lake, a road and a place with a name."""
    square = [(400, 400), (2400, 400), (2400, 2400), (400, 2400)]
    road = [(0, 3000), (4095, 3300)]
    layers = [
        _layer("water", _feature(3, _line(square, is_closed=True))),
        _layer("roads", _feature(2, _line(road))),
        _layer("places", _feature(1, _line([(3000, 1200)]), has_name=True), f"Xã {place.x}-{place.y}"),
    ]
    return b"".join(_part(3, layer) for layer in layers)


def packed_vectors(place: TilePlace) -> bytes:
    return gzip.compress(vectors(place))


def places(zooms: range) -> Iterator[TilePlace]:
    """All tiles that have a part of `BOUNDS`."""
    west, south, east, north = BOUNDS
    for z in zooms:
        first, last = tile_of(west, north, z), tile_of(east, south, z)
        for x in range(first.x, last.x + 1):
            yield from (TilePlace(z, x, y) for y in range(first.y, last.y + 1))


def write_mbtiles(path: Path, paint: Paint = picture, zooms: range = range(11), **metadata: str) -> Path:
    """As MBTiles 1.3 has it, with the tiles in a view on pictures that may be shared."""
    told = {
        "name": "Lang Son", "bounds": ",".join(map(str, BOUNDS)), "attribution": CREDIT,
        "minzoom": str(zooms.start), "maxzoom": str(zooms.stop - 1),
    }  # fmt: skip
    connection = sqlite3.connect(path)
    connection.executescript("""
        CREATE TABLE metadata (name text, value text);
        CREATE TABLE map (zoom_level integer, tile_column integer, tile_row integer, tile_id text);
        CREATE TABLE images (tile_id text, tile_data blob);
        CREATE UNIQUE INDEX map_index ON map (zoom_level, tile_column, tile_row);
        CREATE UNIQUE INDEX images_id ON images (tile_id);
        CREATE VIEW tiles AS SELECT map.zoom_level AS zoom_level, map.tile_column AS tile_column,
            map.tile_row AS tile_row, images.tile_data AS tile_data
            FROM map JOIN images ON images.tile_id = map.tile_id;
    """)
    connection.executemany("INSERT INTO metadata VALUES (?, ?)", (told | metadata).items())
    for place in places(zooms):
        z, x, y = place
        connection.execute("INSERT INTO map VALUES (?, ?, ?, ?)", (z, x, (1 << z) - 1 - y, str(place)))
        connection.execute("INSERT INTO images VALUES (?, ?)", (str(place), paint(place)))
    connection.commit()
    connection.close()
    return path


def write_pmtiles(path: Path, paint: Paint = picture, zooms: range = range(11), **header: Any) -> Path:
    west, south, east, north = (int(value * 10_000_000) for value in BOUNDS)
    told = {
        "tile_type": TileType.PNG, "tile_compression": Compression.NONE, "min_lon_e7": west, "min_lat_e7": south,
        "max_lon_e7": east, "max_lat_e7": north, "center_zoom": zooms.start, "center_lon_e7": west,
        "center_lat_e7": south,
    }  # fmt: skip
    with pmtiles_writer(path) as writer:
        for place in sorted(places(zooms), key=lambda place: zxy_to_tileid(*place)):
            writer.write_tile(zxy_to_tileid(*place), paint(place))
        writer.finalize(told | header, {"attribution": CREDIT})
    return path


def _part(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _layer(name: str, feature: bytes, label: str = "") -> bytes:
    named = _part(3, b"name") + _part(4, _part(1, label.encode())) if label else b""
    return _number(15, 2) + _part(1, name.encode()) + _part(2, feature) + named + _number(5, 4096)


def _feature(kind: int, geometry: bytes, *, has_name: bool = False) -> bytes:
    tags = _part(2, bytes([0, 0])) if has_name else b""
    return tags + _number(3, kind) + _part(4, geometry)


def _line(points: list[tuple[int, int]], *, is_closed: bool = False) -> bytes:
    """Moves to the first point, then draws to the others, in zigzag numbers."""
    steps = [(x - a, y - b) for (x, y), (a, b) in zip(points, [(0, 0), *points[:-1]], strict=True)]
    numbers = [_command(1, 1), *_zigzag(steps[0])]
    if len(steps) > 1:
        numbers += [_command(2, len(steps) - 1), *(one for step in steps[1:] for one in _zigzag(step))]
    if is_closed:
        numbers.append(_command(7, 1))
    return b"".join(map(_varint, numbers))


def _command(what: int, times: int) -> int:
    return times << 3 | what


def _zigzag(step: tuple[int, int]) -> list[int]:
    return [(value << 1) ^ (value >> 31) for value in step]
