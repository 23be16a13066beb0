"""A second server, empty, beside the one of every test: on the backend of this run, or on SQLite and a folder."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from server import migrate
from server.app import create_app
from server.config import Settings, load_settings
from server.db import Database
from server.http.routes import EXTENSION
from tests.worlds import Backend

MakeApp = Callable[[str], Flask]


@pytest.fixture
def make_app(backend: Backend, migrated_database: str, tmp_path: Path) -> Iterator[MakeApp]:
    """A server with empty tables: `make_app("backend")`, or `make_app("sqlite")` whatever this run's backend is."""
    made: list[Flask] = []

    def make(kind: str) -> Flask:
        settings = backend.world(migrated_database) if kind == "backend" else on_sqlite(tmp_path / str(len(made)))
        made.append(create_app(settings))
        return made[-1]

    yield make
    for app in made:
        app.extensions[EXTENSION].database.dispose()


def on_sqlite(folder: Path) -> Settings:
    settings = load_settings({"TRANSECT_DATA_DIR": str(folder)})
    database = Database(settings.database_url)
    migrate.upgrade(database)
    database.dispose()
    return settings
