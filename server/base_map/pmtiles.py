"""Reading PMTiles (version 3), a file that a stranger made: a header, directories of tiles, and the tiles.

Tiles are numbered along a Hilbert curve through each zoom. A directory says for runs of numbers where their content
lies, or in which further directory to look. Every length is bounded, and so is the depth.
"""

import os
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, Final

import orjson

from server.base_map.tiles import (
    MAX_TILE,
    Extent,
    Tile,
    TilePlace,
    UnusableTiles,
    checked_extent,
    inflated,
    plain_text,
    recognised,
)

MAGIC: Final = b"PMTiles\x03"
_HEADER: Final = struct.Struct("<8s11Q6B4iB2i")
_PLAIN, _GZIP = 1, 2
_MAX_DEPTH: Final = 4
_MAX_PACKED: Final = 1_000_000
_MAX_UNPACKED: Final = 4_000_000
_MAX_ENTRIES: Final = 100_000
_MAX_VARINT: Final = 10
_E7: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class _Header:
    """Offsets and lengths in bytes; `packing` is that of directories and metadata."""

    root: tuple[int, int]
    metadata: tuple[int, int]
    leaves: int
    tiles: int
    packing: int
    tile_packing: int
    zooms: tuple[int, int]
    bounds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Directory:
    """Entries in the order of `first`, the number of the first tile of each; a run of 0 leads to another directory."""

    first: list[int]
    runs: list[int]
    lengths: list[int]
    offsets: list[int]


@dataclass(frozen=True, slots=True)
class PMTiles:
    path: Path

    def tile(self, place: TilePlace) -> bytes | None:
        """None where there is none, or where the file is broken."""
        try:
            return self._find(self._header(), tile_number(*place))
        except (UnusableTiles, OSError):
            return None

    def examine(self) -> tuple[Extent, str]:
        """What is in it, and whom it names as its makers; raise UnusableTiles."""
        header = self._header()
        if header.tile_packing not in (_PLAIN, _GZIP):
            raise UnusableTiles("packed-otherwise")
        try:
            first = self._first_tile(header)
        finally:
            # Whoever examines a file has not given it a lasting name yet.
            _directory.cache_clear()
        if first is None:
            raise UnusableTiles("no-tiles")
        return checked_extent(first.kind, *header.zooms, header.bounds), self._attribution(header)

    def _header(self) -> _Header:
        head = self._read(0, _HEADER.size)
        if len(head) < _HEADER.size:
            raise UnusableTiles("broken-file")
        return _parsed(head)

    def _find(self, header: _Header, number: int) -> bytes | None:
        place = header.root
        for _ in range(_MAX_DEPTH):
            directory = _directory(self.path, *place, header.packing)
            at = bisect_right(directory.first, number) - 1
            if at < 0:
                return None
            offset, length = directory.offsets[at], directory.lengths[at]
            if directory.runs[at]:
                is_in_run = number - directory.first[at] < directory.runs[at]
                return self._read(header.tiles + offset, length) if is_in_run and length <= MAX_TILE else None
            place = (header.leaves + offset, length)
        return None

    def _first_tile(self, header: _Header) -> Tile | None:
        place = header.root
        for _ in range(_MAX_DEPTH):
            directory = _directory(self.path, *place, header.packing)
            if not directory.first:
                return None
            if directory.runs[0]:
                return recognised(self._find(header, directory.first[0]) or b"")
            place = (header.leaves + directory.offsets[0], directory.lengths[0])
        return None

    def _attribution(self, header: _Header) -> str:
        offset, length = header.metadata
        text = _unpacked(self._read(offset, length), header.packing) if length <= _MAX_PACKED else b""
        try:
            metadata = orjson.loads(text or b"{}")
        except orjson.JSONDecodeError:
            return ""
        return plain_text(metadata.get("attribution")) if isinstance(metadata, dict) else ""

    def _read(self, offset: int, length: int) -> bytes:
        return _read(self.path, offset, length)


def tile_number(z: int, x: int, y: int) -> int:
    """Its place among all tiles: those of lower zooms first, then along the curve."""
    number, side = ((1 << 2 * z) - 1) // 3, 1 << z
    half = side >> 1
    while half:
        is_east, is_south = bool(x & half), bool(y & half)
        number += half * half * ((3 * is_east) ^ is_south)
        if not is_south:
            if is_east:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        half >>= 1
    return number


def _parsed(head: bytes) -> _Header:
    values: tuple[Any, ...] = _HEADER.unpack(head)
    return _Header(
        root=(values[1], values[2]),
        metadata=(values[3], values[4]),
        leaves=values[5],
        tiles=values[7],
        packing=values[13],
        tile_packing=values[14],
        zooms=(values[16], values[17]),
        bounds=tuple(value / _E7 for value in values[18:22]),
    )


def _read(path: Path, offset: int, length: int) -> bytes:
    if offset >= 1 << 62:
        return b""
    with path.open("rb", buffering=0) as file:
        return os.pread(file.fileno(), length, offset)


def _unpacked(content: bytes, packing: int) -> bytes | None:
    return inflated(content, _MAX_UNPACKED) if packing == _GZIP else content if packing == _PLAIN else None


# Files in use are named by their content, so what was read of one holds for ever.
@lru_cache(maxsize=64)
def _directory(path: Path, offset: int, length: int, packing: int) -> _Directory:
    if packing not in (_PLAIN, _GZIP):
        raise UnusableTiles("packed-otherwise")
    content = _unpacked(_read(path, offset, length), packing) if length <= _MAX_PACKED else None
    if content is None:
        raise UnusableTiles("broken-file")
    numbers = _varints(content)
    count = next(numbers, 0)
    if count > _MAX_ENTRIES:
        raise UnusableTiles("broken-file")
    steps, runs, lengths, places = (list(islice(numbers, count)) for _ in range(4))
    if len(places) < count:
        raise UnusableTiles("broken-file")
    return _Directory(list(accumulate(steps)), runs, lengths, list(_offsets(places, lengths)))


def _offsets(places: list[int], lengths: list[int]) -> Iterator[int]:
    """0 says that the content follows that of the entry before; all others are one too high."""
    end = 0
    for place, length in zip(places, lengths, strict=True):
        offset = place - 1 if place else end
        yield offset
        end = offset + length


def _varints(content: bytes) -> Iterator[int]:
    """Whole numbers of seven bits a byte, the lowest first; they end where one is cut off or too long."""
    value = shift = 0
    for byte in content:
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            yield value
            value = shift = 0
            continue
        shift += 7
        if shift >= 7 * _MAX_VARINT:
            return
