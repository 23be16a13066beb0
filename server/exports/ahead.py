"""Read on while what was read is being written: the database works at its own pace, mostly without this process."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, TypeVar

T = TypeVar("T")


class _End:
    """Stands behind the last item."""


# So many are made before they are asked for: with one alone, whoever is quicker waits for the other at each of them.
_AHEAD: Final = 2


@contextmanager
def made_ahead(items: Iterator[T]) -> Iterator[Iterator[T]]:
    """The same items, made in a thread of their own; a fault comes out in its place.

    The items' session belongs to that thread until the block ends, which waits for the item being made.
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix="read_ahead")
    try:
        yield _taken(pool, items)
    finally:
        pool.shutdown(cancel_futures=True)


def _taken(pool: ThreadPoolExecutor, items: Iterator[T]) -> Iterator[T]:
    coming: deque[Future[T | _End]] = deque(pool.submit(next, items, _End()) for _ in range(_AHEAD))
    while not isinstance(item := coming.popleft().result(), _End):
        coming.append(pool.submit(next, items, _End()))
        yield item
