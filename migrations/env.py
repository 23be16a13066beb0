"""Alembic's entry: runs the migrations on the database that the caller has opened."""

from alembic import context
from sqlalchemy import Connection, text

from server import audit, chores, site_settings  # noqa: F401 -- tables register themselves on Base when their module is imported
from server.accounts import models as _accounts  # noqa: F401 -- as above
from server.db import Base, Database
from server.exports import models as _exports  # noqa: F401 -- as above
from server.forms import models as _forms  # noqa: F401 -- as above
from server.jobs import models as _jobs  # noqa: F401 -- as above
from server.submissions import models as _submissions  # noqa: F401 -- as above

# Any number that nothing else on the same Postgres server locks on.
_ADVISORY_LOCK = 7_230_194


def _run(connection: Connection) -> None:
    # SQLite rebuilds tables to alter them: with foreign keys on, that would delete their children.
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        context.run_migrations()


def _run_on(database: Database) -> None:
    with database.schema_change() as connection:
        _run(connection)


_run_on(context.config.attributes["database"])
