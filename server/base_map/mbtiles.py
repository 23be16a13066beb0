"""Reading MBTiles, a SQLite database that a stranger made.

It is opened read-only and immutable, so that nothing beside it is read or written. Only our few questions are asked.
Its tiles may be a view, and a view can be any query: it may call no function, and each question has a budget.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from server.base_map.tiles import (
    MAX_TILE,
    Extent,
    TilePlace,
    UnusableTiles,
    checked_extent,
    plain_text,
    recognised,
)

MAGIC: Final = b"SQLite format 3\0"
_METADATA: Final = (
    "SELECT name, value FROM metadata WHERE name IN ('minzoom', 'maxzoom', 'bounds', 'attribution') LIMIT 20"
)
_TILE: Final = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
_ANY_TILE: Final = "SELECT zoom_level, tile_column, tile_row FROM tiles LIMIT 1"
_ZOOMS: Final = "SELECT min(zoom_level), max(zoom_level) FROM tiles"
# In steps of SQLite's machine: a tile that an index finds takes some dozens.
_STEPS_BETWEEN_LOOKS: Final = 20_000
_LOOKS: Final = 10
# All tiles may have to be read once, when the file does not say its zooms.
_LOOKS_FOR_ZOOMS: Final = 10_000
# Of a broken file even the message of an error can be no text.
_BROKEN: Final = (sqlite3.Error, UnicodeError)
_ALLOWED: Final = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})
_FUNCTIONS: Final = frozenset({"min", "max"})
_LIMITS: Final = {
    sqlite3.SQLITE_LIMIT_LENGTH: 4 * MAX_TILE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 20_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 50,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 4,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
}


@dataclass(frozen=True, slots=True)
class MBTiles:
    path: Path

    def tile(self, place: TilePlace) -> bytes | None:
        """None where there is none, or where the file is broken. Rows count from the south in such files."""
        try:
            with self._opened() as connection:
                return _tile_at(connection, place.z, place.x, (1 << place.z) - 1 - place.y)
        except _BROKEN:
            return None

    def examine(self) -> tuple[Extent, str]:
        """What is in it, and whom it names as its makers; raise UnusableTiles."""
        try:
            with self._opened() as connection:
                metadata = dict(connection.execute(_METADATA).fetchall())
                place = connection.execute(_ANY_TILE).fetchone()
                first = recognised(_tile_at(connection, *place) or b"") if _is_place(place) else None
                if first is None:
                    raise UnusableTiles("no-tiles")
                # Where there is no index, one that is not there takes longest.
                _tile_at(connection, place[0], -1, -1)
            extent = checked_extent(first.kind, *self._zooms(metadata), _bounds(metadata.get("bounds")))
        except (*_BROKEN, TypeError, ValueError) as error:
            raise UnusableTiles("no-index" if _is_out_of_time(error) else "broken-file") from error
        return extent, plain_text(metadata.get("attribution"))

    def _zooms(self, metadata: dict[str, Any]) -> tuple[int, int]:
        if "minzoom" in metadata and "maxzoom" in metadata:
            return int(metadata["minzoom"]), int(metadata["maxzoom"])
        with self._opened(_LOOKS_FOR_ZOOMS) as connection:
            least, most = connection.execute(_ZOOMS).fetchone()
        return int(least), int(most)

    @contextmanager
    def _opened(self, looks: int = _LOOKS) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            for limit, most in _LIMITS.items():
                connection.setlimit(limit, most)
            # Views and triggers of the file may use nothing that acts beyond it.
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            connection.execute("PRAGMA mmap_size = 0")
            connection.set_authorizer(_authorize)
            left = iter(range(looks))
            connection.set_progress_handler(lambda: next(left, None) is None, _STEPS_BETWEEN_LOOKS)
            yield connection
        finally:
            connection.close()


def _authorize(action: int, _first: str | None, second: str | None, *_rest: str | None) -> int:
    is_function = action == sqlite3.SQLITE_FUNCTION and second in _FUNCTIONS
    return sqlite3.SQLITE_OK if action in _ALLOWED or is_function else sqlite3.SQLITE_DENY


def _tile_at(connection: sqlite3.Connection, z: int, column: int, row: int) -> bytes | None:
    found = connection.execute(_TILE, (z, column, row)).fetchone()
    return found[0] if found is not None and isinstance(found[0], bytes) else None


def _is_place(row: Any) -> bool:
    return row is not None and all(isinstance(number, int) for number in row)


def _is_out_of_time(error: Exception) -> bool:
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT


def _bounds(text: Any) -> list[str] | None:
    return text.split(",") if isinstance(text, str) else None
