"""Items made in a thread of their own, before they are asked for; and exports that read their pages so."""

import threading
from collections.abc import Generator, Iterator
from itertools import count, islice
from pathlib import Path

import pytest
from sqlalchemy import QueuePool

from server.db import Database
from server.exports.ahead import made_ahead
from server.exports.formats import FORMATS
from server.storage import open_storage
from tests.benchmarks.bench_export import make_world, planned


def noted(made: list[int]) -> Iterator[int]:
    for number in count():
        made.append(number)
        yield number


def test_all_come_in_their_order() -> None:
    with made_ahead(iter(range(50))) as items:
        assert list(items) == list(range(50))


def test_they_are_made_in_one_other_thread() -> None:
    with made_ahead(threading.current_thread() for _ in range(20)) as threads:
        (thread,) = set(threads)
    assert thread is not threading.current_thread()
    assert not thread.is_alive()


def test_the_next_ones_are_made_while_one_is_used() -> None:
    third = threading.Event()

    def items() -> Iterator[int]:
        for number in range(10):
            if number == 2:
                third.set()
            yield number

    with made_ahead(items()) as made:
        assert next(made) == 0
        assert third.wait(10)
        assert list(made) == list(range(1, 10))


def test_a_fault_comes_behind_what_was_made_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise OSError("the database is gone")

    with made_ahead(items()) as made:
        assert [next(made), next(made)] == [1, 2]
        with pytest.raises(OSError, match="the database is gone"):
            next(made)


def test_who_leaves_early_waits_for_one_at_most_and_no_more_are_made() -> None:
    made: list[int] = []
    with made_ahead(noted(made)) as items:
        assert list(islice(items, 5)) == list(range(5))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("read_ahead")]
    so_far = list(made)
    assert len(so_far) in range(5, 9)
    assert made == so_far


def test_nothing_is_made_for_who_asks_for_nothing() -> None:
    made: list[int] = []
    with made_ahead(noted(made)):
        pass
    assert made == []


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Some pages of submissions."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('world')}/world.sqlite3")
    make_world(database, 1_600)
    yield database
    database.dispose()


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("pieces", [0, 1, 2, 3])
def test_who_stops_reading_an_export_leaves_nothing_open(
    database: Database, tmp_path: Path, name: str, pieces: int
) -> None:
    storage = open_storage(f"file://{tmp_path}")
    stream = FORMATS[name].write(database, storage, planned(database, storage))
    assert isinstance(stream, Generator)
    list(islice(stream, pieces))
    stream.close()
    assert isinstance(database.engine.pool, QueuePool)
    assert database.engine.pool.checkedout() == 0
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("read_ahead")]
