"""Several people who act at the same moment, each in a thread of their own."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from threading import Barrier
from typing import TypeVar

from sqlalchemy import Executable, text

from server.http.call import Services
from tests.cast import Caller

PATIENCE = 10.0
SQLITE_PATIENCE = 0.15
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

T = TypeVar("T")


def at_once(*acts: Callable[[], T]) -> list[T]:
    """What each act gave, in the order of the acts; all begin together."""
    start = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        start.wait(10)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def piled_up(services: Services, obstacle: AbstractContextManager[None], *acts: Callable[[], T]) -> list[T]:
    """As `at_once`, but one after another comes to stand before the obstacle, and all go on when it is taken away."""
    running: list[Future[T]] = []
    with ThreadPoolExecutor(len(acts)) as threads:
        with obstacle:
            for act in acts:
                running.append(threads.submit(act))
                _wait_until_all_stand(services, running)
        return [act.result() for act in running]


def _wait_until_all_stand(services: Services, running: Sequence[Future[T]]) -> None:
    """Postgres tells who waits for a lock; on SQLite all wait for the one lock on writing, which takes them no time."""
    if services.database.is_sqlite:
        time.sleep(SQLITE_PATIENCE)
        return
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with services.database.engine.connect() as connection:
            waiting = connection.execute(text(WAITING)).scalar_one()
        if waiting + sum(act.done() for act in running) >= len(running):
            return
        time.sleep(0.05)


@contextmanager
def held(services: Services, *statements: Executable) -> Iterator[None]:
    """Somebody else's transaction that holds what the statements lock, on SQLite everything, and then changes nothing."""
    with services.database.write() as session:
        for statement in statements:
            session.execute(statement)
        yield
        session.rollback()


def again(caller: Caller) -> Caller:
    """The same person with another connection: a test client belongs to one thread."""
    return Caller(caller.client.application.test_client(), caller.id, caller.token, caller.key, caller.email)
