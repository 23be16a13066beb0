"""Counting what a request asks of the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from server.http.call import Services


@contextmanager
def counted_queries(services: Services) -> Iterator[list[str]]:
    """The statements that run inside the block, as they come."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    engine = services.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def query_count(services: Services, ask: Callable[[], object]) -> int:
    """How many statements it takes to ask this."""
    with counted_queries(services) as seen:
        ask()
    return len(seen)
