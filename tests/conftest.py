"""The world of a test: an app on a migrated database and an object store, and a cast that is always the same.

With TRANSECT_TEST_BACKEND=postgres the same tests run on Postgres and S3 instead of SQLite and a folder.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import migrate
from server.app import create_app
from server.config import Settings, load_settings
from server.db import Database
from tests import services
from tests.cast import Cast, gather_cast

BACKEND = os.environ.get("TRANSECT_TEST_BACKEND", "sqlite")


class _Backend:
    """Gives each test its own database and its own corner of the store, cheaply."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._count = 0
        if BACKEND == "postgres":
            self._postgres = stack.enter_context(services.postgres_server())
            self._s3 = stack.enter_context(services.s3_server())
            os.environ.update(self._s3.environment())
            self._template_url = services.create_database(self._postgres)
            _migrate(self._template_url)
        else:
            self._template = folder / "template.sqlite3"
            _migrate(f"sqlite:///{self._template}")

    def fresh(self) -> dict[str, str]:
        self._count += 1
        data_dir = self._folder / str(self._count)
        data_dir.mkdir()
        environment = {"TRANSECT_DATA_DIR": str(data_dir), "TRANSECT_SECRET_KEY": "only for tests"}
        if BACKEND == "postgres":
            return environment | {
                "TRANSECT_DATABASE_URL": services.create_database(self._postgres, like=self._template_url),
                "TRANSECT_STORAGE_URL": self._s3.storage_url(f"world-{os.getpid()}-{self._count}"),
            }
        shutil.copy(self._template, data_dir / "transect.sqlite3")
        return environment


def _migrate(url: str) -> None:
    database = Database(url)
    migrate.upgrade(database)
    database.dispose()


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Backend]:
    with ExitStack() as stack:
        yield _Backend(tmp_path_factory.mktemp("worlds"), stack)


@pytest.fixture
def settings(backend: _Backend) -> Settings:
    return load_settings(backend.fresh())


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    yield app
    app.extensions["transect"].database.dispose()


@pytest.fixture
def cast(app: Flask) -> Cast:
    return gather_cast(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
