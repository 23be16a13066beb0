"""Tiles of another server on our disk: each under the hash of its address, and never more than fit."""

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from server.base_map.tiles import Tile, recognised

MOST_BYTES: Final = 300_000_000
_KEEP_OF_FULL: Final = 0.8
# Looking through the folder takes a while, so it is not done for every tile.
_BETWEEN_LOOKS: Final = 100


@dataclass(frozen=True, slots=True)
class KeptTile:
    """`tile` is None where the other server said that it has none; `age` in seconds."""

    tile: Tile | None
    age: float


class KeptTiles:
    """One folder, which several processes may share. A disk that fails keeps nothing, and nobody is troubled."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._until_look = 0
        self._lock = Lock()

    def find(self, url: str) -> KeptTile | None:
        path = self._path(url)
        try:
            content, age = path.read_bytes(), time.time() - path.stat().st_mtime
        except OSError:
            return None
        tile = recognised(content)
        return KeptTile(tile, age) if tile is not None or not content else None

    def keep(self, url: str, tile: Tile | None) -> None:
        path = self._path(url)
        new = path.with_name(f"{path.name}.{os.getpid()}.{time.monotonic_ns()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(b"" if tile is None else tile.content)
            new.replace(path)
        except OSError:
            return
        if self._is_time_to_look():
            self._make_room()

    def _path(self, url: str) -> Path:
        name = hashlib.sha256(url.encode()).hexdigest()
        return self._folder / name[:2] / name

    def _is_time_to_look(self) -> bool:
        with self._lock:
            self._until_look -= 1
            if self._until_look > 0:
                return False
            self._until_look = _BETWEEN_LOOKS
            return True

    def _make_room(self) -> None:
        """Remove what was fetched longest ago."""
        found = sorted(self._files())
        total = sum(size for _, size, _ in found)
        if total <= self._most_bytes:
            return
        for _, size, path in found:
            if total <= self._most_bytes * _KEEP_OF_FULL:
                return
            path.unlink(missing_ok=True)
            total -= size

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for path in self._folder.glob("??/*"):
            try:
                stat = path.stat()
            except OSError:
                continue  # another process makes room at the same time
            yield stat.st_mtime, stat.st_size, path
