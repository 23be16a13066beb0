"""A database server that comes back must be found again, without a request paying for it each time."""

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from server import db
from server.db import Database
from tests.services import PostgresServer, create_database, postgres_server


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


def test_a_connection_that_died_while_idle_is_replaced(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "_IDLE_SECONDS", 0.0)
    database = Database(create_database(server))
    with database.read() as session:
        mine = session.scalar(text("SELECT pg_backend_pid()"))
    killer = Database(server.admin_url.render_as_string(hide_password=False))
    with killer.write() as session:
        session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
    killer.dispose()
    time.sleep(0.1)

    with database.read() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != mine
    database.dispose()


def test_a_living_connection_is_used_again_after_it_was_idle(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "_IDLE_SECONDS", 0.0)
    database = Database(create_database(server))

    with database.read() as session:
        first = session.scalar(text("SELECT pg_backend_pid()"))
    with database.write() as session:
        second = session.scalar(text("SELECT pg_backend_pid()"))
    with database.read() as session:
        third = session.scalar(text("SELECT pg_backend_pid()"))

    assert first == second == third
    database.dispose()
