"""Items made in a thread of their own, before they are asked for."""

from collections.abc import Iterator
from itertools import count, islice
from threading import Event, current_thread

import pytest

from server.exports.ahead import made_ahead


def noted(made: list[int]) -> Iterator[int]:
    for number in count():
        made.append(number)
        yield number


def test_all_come_in_their_order() -> None:
    with made_ahead(iter(range(50))) as items:
        assert list(items) == list(range(50))


def test_they_are_made_in_one_other_thread() -> None:
    with made_ahead(current_thread() for _ in range(20)) as threads:
        (thread,) = set(threads)
    assert thread is not current_thread()
    assert not thread.is_alive()


def test_the_next_ones_are_made_while_one_is_used() -> None:
    third = Event()

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
    so_far = list(made)
    assert len(so_far) in range(5, 9)
    assert made == so_far


def test_nothing_is_made_for_who_asks_for_nothing() -> None:
    made: list[int] = []
    with made_ahead(noted(made)):
        pass
    assert made == []
