"""What is kept of forms and lists between submissions, and for how long."""

from functools import partial
from threading import Barrier, Thread

import pytest

from server.xform.shared_cache import SharedCache
from server.xform.table_cache import TableCache
from server.xform.table_files import MAX_ROWS_IN_MEMORY, TableError, TableSource


def test_an_item_is_made_once_and_the_oldest_goes_first() -> None:
    made: list[str] = []
    cache: SharedCache[str] = SharedCache(max_cost=2)

    def make(name: str) -> tuple[str, int]:
        made.append(name)
        return name, 1

    for name in "aabacab":
        assert cache.get(name, partial(make, name)) == name
    assert made == ["a", "b", "c", "b"]


def test_threads_that_ask_together_get_the_same_item() -> None:
    cache: SharedCache[object] = SharedCache(max_cost=2)
    together, got = Barrier(4), []

    def ask() -> None:
        together.wait()
        got.append(cache.get("a", lambda: (object(), 1)))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, got))) == 1


def test_a_failure_is_not_kept() -> None:
    cache: SharedCache[int] = SharedCache(max_cost=2)
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: (1 // 0, 1))
    assert cache.get("a", lambda: (7, 1)) == 7


def test_lists_are_kept_by_the_digest_of_their_file() -> None:
    reads: list[str] = []

    def read() -> bytes:
        reads.append("a")
        return b"name\nx\n"

    cache = TableCache()
    first = cache.table(TableSource("a.csv", "digest", read))
    assert cache.table(TableSource("b.csv", "digest", read)) is first
    assert reads == ["a"]


def test_a_long_list_does_not_push_others_out_of_memory() -> None:
    cache = TableCache(max_bytes=50_000)
    short = cache.table(TableSource("a.csv", "short", lambda: b"name\nx\n"))
    long = ("name\n" + "x\n" * (MAX_ROWS_IN_MEMORY * 2)).encode()
    cache.table(TableSource("b.csv", "long", lambda: long))
    assert cache.table(TableSource("a.csv", "short", lambda: b"")) is short


def test_a_list_that_cannot_be_read_is_an_error_each_time() -> None:
    source = TableSource("a.xml", "digest", lambda: b"<")
    cache = TableCache()
    for _ in range(2):
        with pytest.raises(TableError):
            cache.table(source)
