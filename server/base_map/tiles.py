"""What counts as a tile. Its bytes decide: names, headers and metadata are only what somebody said about it."""

import re
import zlib
from dataclasses import dataclass
from html import unescape
from typing import Any, Final, Literal, NamedTuple

Kind = Literal["raster", "vector"]
# What may be wrong with files, and with addresses.
TileFault = Literal[
    "unknown-file", "broken-file", "bad-zooms", "no-tiles", "no-index", "packed-otherwise", "no-address", "more-holes"
]

VECTOR_TYPE: Final = "application/vnd.mapbox-vector-tile"
MAX_TILE: Final = 1_000_000
_MAX_UNPACKED: Final = 8_000_000
_GZIP: Final = b"\x1f\x8b"
_GZIP_BITS: Final = 31
_PICTURES: Final = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
)
# The only thing that a vector tile has at its top: a layer.
_LAYER: Final = b"\x1a"
_MAX_ZOOM: Final = 22
# Beyond, the projection of tiles ends.
_MAX_LATITUDE: Final = 85.05
WORLD: Final = (-180.0, -_MAX_LATITUDE, 180.0, _MAX_LATITUDE)
_MAX_ATTRIBUTION: Final = 300


class UnusableTiles(Exception):  # noqa: N818 -- it is the answer to who gave them, not only an error
    """Tiles that cannot be a ground, and why."""

    def __init__(self, fault: TileFault) -> None:
        super().__init__(fault)
        self.fault: TileFault = fault


class TilePlace(NamedTuple):
    """A zoom, and a column and row of it, counted from the north-west."""

    z: int
    x: int
    y: int

    @property
    def is_on_earth(self) -> bool:
        return 0 <= self.z <= _MAX_ZOOM and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z


@dataclass(frozen=True, slots=True)
class Tile:
    """`is_packed`: the content is gzip around a vector tile."""

    content: bytes
    media_type: str
    is_packed: bool = False

    @property
    def kind(self) -> Kind:
        return "vector" if self.media_type == VECTOR_TYPE else "raster"

    def unpacked(self) -> bytes:
        return _unpacked(self.content) or b"" if self.is_packed else self.content


@dataclass(frozen=True, slots=True)
class Extent:
    """What tiles there are: zooms from and to, and west, south, east and north in degrees."""

    kind: Kind
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class FoundTile:
    """`here` with its tile, `none` where there is no tile, `coming` soon, or `away` with whoever has it."""

    state: Literal["here", "none", "coming", "away"]
    tile: Tile | None = None


def recognised(content: bytes) -> Tile | None:
    """The tile that these bytes are; None for anything else, and for what is too large to be sent to a phone."""
    if len(content) > MAX_TILE:
        return None
    for start, media_type in _PICTURES:
        if start.match(content):
            return Tile(content, media_type)
    if content.startswith(_GZIP):
        inner = _unpacked(content)
        return Tile(content, VECTOR_TYPE, is_packed=True) if inner and inner.startswith(_LAYER) else None
    return Tile(content, VECTOR_TYPE) if content.startswith(_LAYER) else None


def checked_extent(kind: Kind, min_zoom: int, max_zoom: int, bounds: Any) -> Extent:
    """Raise UnusableTiles for impossible zooms; bounds that are none become the whole world."""
    if not 0 <= min_zoom <= max_zoom <= _MAX_ZOOM:
        raise UnusableTiles("bad-zooms")
    return Extent(kind, min_zoom, max_zoom, _usable_bounds(bounds))


def plain_text(html: Any) -> str:
    """Attributions are HTML in the files of others; here they are text."""
    if not isinstance(html, str):
        return ""
    return one_line(unescape(re.sub(r"<[^<>]{0,500}>", "", html[: 10 * _MAX_ATTRIBUTION])))


def one_line(text: str) -> str:
    """As much of an attribution as there is room for in the corner of a map."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:_MAX_ATTRIBUTION]


def inflated(content: bytes, limit: int) -> bytes | None:
    """What gzip packed; None for what is no gzip, is cut off, or would take more than `limit` bytes."""
    unpacker = zlib.decompressobj(_GZIP_BITS)
    try:
        inner = unpacker.decompress(content, limit)
    except zlib.error:
        return None
    return inner if unpacker.eof else None


def _unpacked(content: bytes) -> bytes | None:
    return inflated(content, _MAX_UNPACKED)


def _usable_bounds(bounds: Any) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(value) for value in bounds)
    except (TypeError, ValueError):
        return WORLD
    west, east = max(west, -180.0), min(east, 180.0)
    south, north = max(south, -_MAX_LATITUDE), min(north, _MAX_LATITUDE)
    return (west, south, east, north) if west < east and south < north else WORLD
