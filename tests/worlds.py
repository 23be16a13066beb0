"""Databases and stores for tests: each test has its own, prepared as a template says, at the cost of milliseconds.

On SQLite a database is a copied file. On Postgres making one takes longer than most tests, so databases are used
again: what a test left behind is deleted, and the template's rows are put back.
"""

import os
import shutil
import sqlite3
from collections import defaultdict
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from unittest.mock import patch

import psycopg
from botocore.loaders import create_loader
from psycopg import sql
from sqlalchemy import make_url

from server.config import Settings, load_settings
from tests import services

BACKEND = os.environ.get("TRANSECT_TEST_BACKEND", "sqlite")


class Backend:
    """Gives each test its own copy of a prepared database, and its own corner of the store."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._count = 0
        self._idle: dict[str, list[str]] = defaultdict(list)
        self._contents: dict[str, _Content] = {}
        if BACKEND == "postgres":
            self._postgres = stack.enter_context(services.postgres_server())
            self._s3 = stack.enter_context(services.s3_server())
            os.environ.update(self._s3.environment())
            # Each world has a client of its own, and each would read the same megabytes of JSON.
            stack.enter_context(patch("botocore.session.create_loader", cache(create_loader)))

    def empty_database(self) -> str:
        """The URL of a database in which nothing is yet."""
        if BACKEND == "postgres":
            return services.create_database(self._postgres)
        return f"sqlite:///{self._folder}/template-{self._next()}.sqlite3"

    def world(self, template: str) -> Settings:
        """The settings of a server whose database is a copy of `template`."""
        number = self._next()
        data_dir = self._folder / str(number)
        data_dir.mkdir()
        # A busy machine must not make findings late; tests of late ones say so.
        environment = {"TRANSECT_CHECK_WAIT": "60000"}
        environment |= {"TRANSECT_DATA_DIR": str(data_dir), "TRANSECT_SECRET_KEY": "only for tests"}
        if BACKEND == "postgres":
            environment["TRANSECT_DATABASE_URL"] = self._postgres_copy(template)
            environment["TRANSECT_STORAGE_URL"] = self._s3.storage_url(f"world-{os.getpid()}-{number}")
        else:
            shutil.copy(template.removeprefix("sqlite:///"), data_dir / "transect.sqlite3")
        return load_settings(environment)

    def give_back(self, settings: Settings, template: str) -> None:
        """Nobody uses this world any more: another test may have its database."""
        self._idle[template].append(settings.database_url)

    def _postgres_copy(self, template: str) -> str:
        if not self._idle[template]:
            url = services.create_database(self._postgres, like=template)
            self._contents.setdefault(template, _Content(url))
            return url
        url = self._idle[template].pop()
        self._contents[template].put_into(url)
        return url

    def _next(self) -> int:
        self._count += 1
        return self._count


def settle(settings: Settings) -> None:
    """Make a database that nobody uses any more fit to be copied."""
    if settings.database_url.startswith("sqlite"):
        # A copy of the file alone would miss what still stands in SQLite's write-ahead log.
        with sqlite3.connect(settings.data_dir / "transect.sqlite3") as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class _Content:
    """All rows of a Postgres database, and where its sequences stand."""

    def __init__(self, url: str) -> None:
        with _connect(url) as connection:
            names = connection.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
            self._tables = [sql.Identifier(str(name)) for (name,) in names.fetchall()]
            self._rows = [(table, _copied_out(connection, table)) for table in self._tables]
            self._sequences = connection.execute(
                "SELECT sequencename, coalesce(last_value, 1), last_value IS NOT NULL FROM pg_sequences"
            ).fetchall()

    def put_into(self, url: str) -> None:
        with _connect(url) as connection:
            # Rows go and come in any order, so references must not be looked at meanwhile.
            connection.execute("SET session_replication_role = replica")
            for table in self._tables:
                connection.execute(sql.SQL("DELETE FROM {}").format(table))
            for table, rows in self._rows:
                if rows:
                    with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(table)) as copy:
                        copy.write(rows)
            for sequence in self._sequences:
                connection.execute("SELECT setval(quote_ident(%s)::regclass, %s, %s)", sequence)


def _connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))


def _copied_out(connection: psycopg.Connection[tuple[object, ...]], table: sql.Identifier) -> bytes:
    with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(table)) as copy:
        return b"".join(bytes(chunk) for chunk in copy)
