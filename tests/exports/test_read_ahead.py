"""Pages that are fetched while the one before is written."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from server.exports.read_ahead import read_ahead


def _readers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("read-ahead")]


def test_pages_come_whole_and_in_order() -> None:
    assert list(read_ahead(iter([[1], [2, 3], [4]]))) == [[1], [2, 3], [4]]
    assert list(read_ahead(iter(list[list[int]]()))) == []
    assert _readers() == []


def test_next_page_is_fetched_while_one_is_written() -> None:
    fetched = [threading.Event() for _ in range(3)]

    def pages() -> Iterator[int]:
        for number, event in enumerate(fetched):
            event.set()
            yield number

    with closing(read_ahead(pages())) as ahead:
        assert next(ahead) == 0
        assert fetched[1].wait(10)
        assert not fetched[2].wait(0.05)


def test_who_stops_early_has_the_source_to_themselves_again() -> None:
    is_fetching, may_end, has_ended = threading.Event(), threading.Event(), threading.Event()

    def pages() -> Iterator[int]:
        yield 0
        is_fetching.set()
        may_end.wait(10)
        has_ended.set()
        yield 1

    ahead = read_ahead(pages())
    assert next(ahead) == 0
    assert is_fetching.wait(10)
    threading.Timer(0.05, may_end.set).start()
    ahead.close()

    assert has_ended.is_set()
    assert _readers() == []


def test_fault_while_fetching_reaches_the_writer_after_the_pages_before_it() -> None:
    def pages() -> Iterator[int]:
        yield 0
        raise ConnectionError("the database went away")

    ahead = read_ahead(pages())

    assert next(ahead) == 0
    with pytest.raises(ConnectionError, match="went away"):
        next(ahead)
    assert _readers() == []
