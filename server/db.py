"""The database: engine, transactions, column types and the base of all tables.

SQLite writers queue on one fair lock across threads and processes: without it, writers that meet each other sleep
and retry, and the unlucky one waits for most of a second.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    SQLColumnExpression,
    Text,
    create_engine,
    event,
    literal,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError, IntegrityError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import JSON, NullType, TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# SQLite only counts rows up by itself in an INTEGER column.
Id = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")
Bytes = LargeBinary
# A round trip before each use costs a fifth of a form list; a server that restarts takes longer than this.
_IDLE_SECONDS = 5.0


def utc_now() -> datetime:
    """Now in UTC, cut to the milliseconds that the API shows, so that what was written compares equal when read."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def moment_text(moment: datetime) -> str:
    """As everywhere in the API: `2026-11-22T12:00:00.000Z`."""
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return f"{in_utc.isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; SQLite gives back naive values, which are made aware again."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant(),
        dict[str, Any]: Json,
        list[dict[str, Any]]: Json,
        bytes: Bytes,
    }


class _WriteLock:
    """First come, first served between the threads of this process, then between processes by a file lock."""

    def __init__(self, path: Path | None) -> None:
        self._threads = threading.Lock()
        self._path = path

    @contextmanager
    def held(self) -> Iterator[None]:
        with self._threads:
            if self._path is None:
                yield
                return
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
            finally:
                os.close(descriptor)


class Database:
    """One engine and the two ways to use it: `read()` never changes anything, `write()` commits or undoes all."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        self._readers = self.engine if self.is_sqlite else _snapshots(self.engine)
        self._lock = _WriteLock(_lock_path(self.url.database)) if self.is_sqlite else None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent view of the data for the whole block; whatever is changed in it is thrown away."""
        with Session(self._readers, autoflush=False, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction: commits when the block ends well, undoes everything when it raises."""
        with self._exclusive(), Session(self.engine, expire_on_commit=False) as session:
            if self.is_sqlite:
                session.connection(execution_options={"transect_begin": "IMMEDIATE"})
            yield session
            session.commit()

    @contextmanager
    def schema_change(self) -> Iterator[Connection]:
        """A connection for migrations. SQLite rebuilds tables to alter them, so its foreign keys are off meanwhile."""
        with self._exclusive(), self.engine.connect() as connection:
            if self.is_sqlite:
                # On the driver's connection, since the pragma does nothing inside a transaction.
                connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            try:
                yield connection
                connection.commit()
            finally:
                connection.invalidate()

    def _exclusive(self) -> AbstractContextManager[None]:
        return nullcontext() if self._lock is None else self._lock.held()

    def dispose(self) -> None:
        self.engine.dispose()


def insert_into(session: Session, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what happens on a conflict, for the database that the session is on."""
    return sqlite.insert(table) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(table)


def is_among(column: SQLColumnExpression[int], numbers: Iterable[int]) -> ColumnElement[bool]:
    """`IN` for hundreds of numbers in one parameter: one each costs more time than finding the rows."""
    return _is_among(column, literal(",".join(map(str, numbers)), Text()))


class _is_among(GenericFunction[Any]):  # noqa: N801 -- SQLAlchemy takes the name for that of the function
    """Whether a number stands in a text with commas between the numbers."""

    # Were it a Boolean, it would be compared with 1 on SQLite, which then seeks nothing in an index.
    type = NullType()
    inherit_cache = True


@compiles(_is_among, "sqlite")
def _is_among_on_sqlite(element: _is_among, compiler: SQLCompiler, **options: Any) -> str:
    number, text = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{number} IN (SELECT value FROM json_each('[' || {text} || ']'))"  # noqa: S608 -- it is compiled SQL


@compiles(_is_among, "postgresql")
def _is_among_on_postgres(element: _is_among, compiler: SQLCompiler, **options: Any) -> str:
    # The numbers of an array are sought in an index; for rows of `unnest` Postgres may read the whole table.
    number, text = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{number} = ANY (CAST(string_to_array({text}, ',') AS BIGINT[]))"


def flush_unique(session: Session, problem: Exception) -> None:
    """Write what is pending; raise `problem` when it breaks a rule of the database, such as a unique index."""
    try:
        session.flush()
    except IntegrityError as error:
        raise problem from error


def _lock_path(database: str | None) -> Path | None:
    return None if not database or database == ":memory:" else Path(f"{database}-write-lock")


def _to_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _sqlite_engine(url: str) -> Engine:
    database = make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        json_serializer=_to_json,
        json_deserializer=orjson.loads,
        connect_args={"timeout": 30},
        pool_size=16,
        max_overflow=16,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: `_begin_sqlite` says which kind is wanted.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "temp_store=MEMORY",
        # What grew while somebody read for long shrinks again.
        "journal_size_limit=64000000",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Any) -> None:
    kind = connection.get_execution_options().get("transect_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")


def _postgres_engine(url: str) -> Engine:
    engine = create_engine(
        url,
        json_serializer=_to_json,
        json_deserializer=orjson.loads,
        pool_size=10,
        max_overflow=10,
        connect_args={"options": "-c timezone=utc -c lock_timeout=20s"},
    )
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", partial(_refuse_dead, engine.dialect))
    return engine


def _note_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["last_used"] = time.monotonic()


def _refuse_dead(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Try a connection that has been idle, for its server may be gone; one in steady use would show it by itself."""
    now = time.monotonic()
    if now - record.info.get("last_used", now) < _IDLE_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        # The pool throws it away and gives another.
        raise DisconnectionError from error


def _snapshots(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
