"""`transect db upgrade`."""

import click

from server import migrate
from server.config import load_settings
from server.db import Database


@click.group("db")
def database() -> None:
    """Look after the database."""


@database.command()
def upgrade() -> None:
    """Make the tables, or bring them up to date. Safe to run at any time."""
    opened = Database(load_settings().database_url)
    migrate.upgrade(opened)
    opened.dispose()
    click.echo("The database is up to date.")


COMMANDS = (database,)
