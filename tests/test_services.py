"""The services that other tests stand on: databases are copies, and nothing outlives the test run."""

import http.client
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text

from tests.services import (
    DATABASE_SETTING,
    PostgresServer,
    create_database,
    drop_database,
    postgres_server,
    require,
    s3_server,
)

HOLD = """
import os, sys
os.environ.pop("TRANSECT_TEST_DATABASE_URL", None)
from tests import services
with services.{service}() as server:
    print({address}, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


def run_sql(url: str, statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(url)
    with engine.begin() as connection:
        answer = connection.execute(text(statement))
        rows = [tuple(row) for row in answer] if answer.returns_rows else []
    engine.dispose()
    return rows


def database_names(server: PostgresServer) -> set[object]:
    url = server.admin_url.render_as_string(hide_password=False)
    return {name for (name,) in run_sql(url, "SELECT datname FROM pg_database WHERE datname LIKE 'transect_test_%'")}


def becomes_true(claim: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not claim():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def killed_after_start(service: str, address: str) -> str:
    """The address of a service whose owner was killed without a chance to clean up."""
    program = HOLD.format(service=service, address=address)
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        printed = owner.stdout.readline().strip()
        owner.kill()
    return printed


def is_dead_store(endpoint: str) -> bool:
    connection = http.client.HTTPConnection(endpoint.removeprefix("http://"), timeout=1)
    try:
        connection.request("GET", "/healthz")
    except OSError:
        return True
    finally:
        connection.close()
    return False


def is_dead_database(url: str) -> bool:
    try:
        psycopg.connect(url.replace("+psycopg", ""), connect_timeout=1).close()
    except psycopg.OperationalError:
        return True
    return False


def test_copy_has_the_content_of_its_model_and_no_effect_on_it(postgres: PostgresServer) -> None:
    model = create_database(postgres)
    run_sql(model, "CREATE TABLE village AS SELECT 'Bản Lác' AS name")

    copy = create_database(postgres, like=model)
    run_sql(copy, "INSERT INTO village VALUES ('Bản Pom Coọng')")

    assert run_sql(copy, "SELECT count(*) FROM village") == [(2,)]
    assert run_sql(model, "SELECT name FROM village") == [("Bản Lác",)]


def test_database_is_dropped_although_somebody_is_connected(postgres: PostgresServer) -> None:
    url = create_database(postgres)
    connection = psycopg.connect(url.replace("+psycopg", ""))

    drop_database(postgres, url)

    assert make_url(url).database not in database_names(postgres)
    connection.close()


def test_given_server_is_used_and_left_as_it_was(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    before = database_names(postgres)
    monkeypatch.setenv(DATABASE_SETTING, postgres.admin_url.render_as_string(hide_password=False))

    with postgres_server() as given:
        create_database(given, like=create_database(given))
        during = database_names(postgres)

    assert len(during - before) == 2
    assert database_names(postgres) == before


@pytest.mark.parametrize(
    ("service", "address", "is_dead"),
    [
        ("s3_server", "server.endpoint", is_dead_store),
        ("postgres_server", "services.create_database(server)", is_dead_database),
    ],
)
def test_service_dies_with_a_test_run_that_is_killed(
    service: str, address: str, is_dead: Callable[[str], bool]
) -> None:
    place = killed_after_start(service, address)

    assert place
    assert becomes_true(lambda: is_dead(place))


def test_what_a_killed_run_left_is_removed_by_the_next() -> None:
    endpoint = killed_after_start("s3_server", "server.endpoint")
    sockets = f"seaweedfs-*-{endpoint.rpartition(':')[2]}.sock"
    left = list(Path("/tmp").glob(sockets))

    with s3_server():
        remaining = list(Path("/tmp").glob(sockets))

    assert left
    assert remaining == []


def test_missing_thing_is_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUIRE_ALL", raising=False)

    require(True, "there")
    with pytest.raises(pytest.skip.Exception, match="no such program"):
        require(False, "no such program")


def test_missing_thing_is_a_failure_when_all_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUIRE_ALL", "1")

    require(True, "there")
    with pytest.raises(pytest.fail.Exception, match="no such program"):
        require(False, "no such program")
