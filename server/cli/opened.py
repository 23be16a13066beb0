"""Settings, database and object store as the commands use them."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from server import migrate
from server.app import open_services
from server.config import load_settings
from server.http.call import Services


@contextmanager
def opened() -> Iterator[Services]:
    """What the server itself would use; refuses a database that is not migrated."""
    settings = load_settings()
    services = open_services(settings)
    try:
        if not migrate.is_current(services.database):
            raise click.ClickException("The database is not up to date. Run: transect db upgrade")
        yield services
    finally:
        services.database.dispose()
