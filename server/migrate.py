"""Bringing the database to the version that the code expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from server.db import Database

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def _config(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["database"] = database
    return config


def upgrade(database: Database) -> None:
    """Run every migration that is missing; two processes that start at once take turns."""
    command.upgrade(_config(database), "head")


def head() -> str | None:
    """The version of the tables that this program works with."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def is_current(database: Database) -> bool:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head()
