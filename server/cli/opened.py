"""Settings, database and object store as the commands use them."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from server import migrate
from server.config import load_settings
from server.db import Database
from server.http.call import Services
from server.storage import open_storage


@contextmanager
def opened() -> Iterator[Services]:
    """What the server itself would use; refuses a database that is not migrated."""
    settings = load_settings()
    services = Services(settings, Database(settings.database_url), open_storage(settings.storage_url))
    try:
        if not migrate.is_current(services.database):
            raise click.ClickException("The database is not up to date. Run: transect db upgrade")
        yield services
    finally:
        services.database.dispose()
