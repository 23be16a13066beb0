"""Tiles that we fetch from another server, without ever making a phone wait for its submission because of them.

Few threads fetch, beside the requests. A request waits a moment for its tile, and few requests at a time: the browser
is told to ask again. When the other server does not answer, it is left alone for a while.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import lru_cache
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Final

from server.base_map.fetching import NotFetched, fetch_tile
from server.base_map.kept_tiles import KeptTile, KeptTiles
from server.base_map.tile_address import TileAddress
from server.base_map.tiles import FoundTile, TilePlace

_FETCHES_AT_ONCE: Final = 4
_MOST_PENDING: Final = 80
_WAITING_AT_ONCE: Final = 3
_WAIT_SECONDS: Final = 1.5
_FRESH_SECONDS: Final = 30 * 24 * 3600
_FAILURES: Final = 3
_REST_SECONDS: Final = 30.0


class Rest:
    """Whether the other server is left alone: after some failures in a row, for some time."""

    def __init__(self, seconds: float = _REST_SECONDS) -> None:
        self._seconds = seconds
        self._failures = 0
        self._ends_at = 0.0

    @property
    def is_on(self) -> bool:
        return time.monotonic() < self._ends_at

    def failed(self) -> None:
        self._failures += 1
        if self._failures >= _FAILURES:
            self._ends_at = time.monotonic() + self._seconds

    def succeeded(self) -> None:
        self._failures = 0
        self._ends_at = 0.0


class FetchedTiles:
    """The tiles of one address, in one process; `kept` may be shared."""

    def __init__(self, address: TileAddress, kept: KeptTiles, rest: Rest | None = None) -> None:
        self._address = address
        self._kept = kept
        self._rest = rest or Rest()
        self._pool = ThreadPoolExecutor(_FETCHES_AT_ONCE, thread_name_prefix="tiles")
        self._pending: dict[str, Future[KeptTile | None]] = {}
        self._lock = Lock()
        self._may_wait = BoundedSemaphore(_WAITING_AT_ONCE)

    def find(self, place: TilePlace) -> FoundTile:
        """Answers within a second or two. What is old is better than nothing, and is renewed beside the request."""
        url = self._address.url(place)
        kept = self._kept.find(url)
        if kept is not None and (kept.age < _FRESH_SECONDS or self._rest.is_on):
            return _known(kept)
        if self._rest.is_on:
            return FoundTile("away")
        future = self._begin(url, place)
        if kept is not None:
            return _known(kept)
        fetched = None if future is None else self._awaited(future)
        if fetched is not None:
            return _known(fetched)
        return FoundTile("away" if self._rest.is_on else "coming")

    def _begin(self, url: str, place: TilePlace) -> Future[KeptTile | None] | None:
        """The fetch of this tile, be it new or begun already; None when too many are waiting for theirs."""
        with self._lock:
            if url not in self._pending and len(self._pending) < _MOST_PENDING:
                self._pending[url] = self._pool.submit(self._fetch, url, place)
            return self._pending.get(url)

    def _awaited(self, future: Future[KeptTile | None]) -> KeptTile | None:
        """What came within the time that a request may wait; None when nothing did, or too many are waiting."""
        if self._may_wait.acquire(blocking=False):
            try:
                wait([future], _WAIT_SECONDS)
            finally:
                self._may_wait.release()
        return future.result() if future.done() else None

    def _fetch(self, url: str, place: TilePlace) -> KeptTile | None:
        try:
            # Some have stood in line while it became clear that nobody answers.
            return None if self._rest.is_on else self._fetched(url, place)
        finally:
            with self._lock:
                self._pending.pop(url, None)

    def _fetched(self, url: str, place: TilePlace) -> KeptTile | None:
        try:
            tile = fetch_tile(self._address, place)
        except NotFetched:
            self._rest.failed()
            return None
        self._rest.succeeded()
        self._kept.keep(url, tile)
        return KeptTile(tile, age=0)


def _known(kept: KeptTile) -> FoundTile:
    return FoundTile("here", kept.tile) if kept.tile is not None else FoundTile("none")


@lru_cache(maxsize=4)
def fetched_tiles(folder: Path, address: TileAddress) -> FetchedTiles:
    """Those of this process."""
    return FetchedTiles(address, KeptTiles(folder))
