"""The world of a test: an app on a migrated database and an object store, and a cast that is always the same.

With TRANSECT_TEST_BACKEND=postgres the same tests run on Postgres and S3 instead of SQLite and a folder, but for those
that neither a database nor a store can change.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import migrate
from server.app import create_app, open_services
from server.config import Settings
from server.db import Database
from server.http.routes import EXTENSION
from tests.cast import Cast, gather_cast
from tests.worlds import BACKEND, Backend, settle


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks for no world says the same on both backends, and so does a browser: it runs with the first.

    What pages hold is tried on both, without a browser.
    """
    if BACKEND == "sqlite":
        return
    kept = [item for item in items if {"backend", "browser"} & {*getattr(item, "fixturenames", ())} == {"backend"}]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with ExitStack() as stack:
        yield Backend(tmp_path_factory.mktemp("worlds"), stack)


@pytest.fixture(scope="session")
def migrated_database(backend: Backend) -> str:
    url = backend.empty_database()
    database = Database(url)
    migrate.upgrade(database)
    database.dispose()
    return url


@pytest.fixture(scope="session")
def application(backend: Backend, migrated_database: str) -> Flask:
    """Routes are the same for all tests, and building them takes longer than most tests: only the services change."""
    return create_app(backend.world(migrated_database))


@pytest.fixture(scope="session")
def gathered(backend: Backend, migrated_database: str, application: Flask) -> tuple[str, Cast]:
    """A database in which the cast is there already, and the cast itself."""
    settings = backend.world(migrated_database)
    application.extensions[EXTENSION] = open_services(settings)
    cast = gather_cast(application)
    cast.services.database.dispose()
    settle(settings)
    return settings.database_url, cast


@pytest.fixture
def settings(request: pytest.FixtureRequest, backend: Backend, migrated_database: str) -> Iterator[Settings]:
    """A server of its own for the test; the cast is in its database when the test asks for it."""
    template = request.getfixturevalue("gathered")[0] if "cast" in request.fixturenames else migrated_database
    settings = backend.world(template)
    yield settings
    backend.give_back(settings, template)


@pytest.fixture
def app(settings: Settings, application: Flask) -> Iterator[Flask]:
    services = application.extensions[EXTENSION] = open_services(settings)
    yield application
    services.database.dispose()


@pytest.fixture
def cast(app: Flask, gathered: tuple[str, Cast]) -> Cast:
    return gathered[1].on(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
