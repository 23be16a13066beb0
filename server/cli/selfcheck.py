"""`transect check`: does everything that the server needs work here and now?"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from sqlalchemy import func, select

from server import migrate
from server.config import Settings, load_settings
from server.db import Database
from server.mail import connected
from server.storage import open_storage

_LEAST_FREE = 1_000_000_000
_MOST_SKEW = 5.0


@contextmanager
def _opened(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url)
    try:
        yield database
    finally:
        database.dispose()


def _database(settings: Settings) -> str:
    with _opened(settings) as database:
        if not migrate.is_current(database):
            raise RuntimeError("it is not up to date; run: transect db upgrade")
    return "reachable and up to date"


def _storage(settings: Settings) -> str:
    open_storage(settings.storage_url).check()
    return "wrote an object, read it back and deleted it"


def _clock(settings: Settings) -> str:
    with _opened(settings) as database:
        if database.is_sqlite:
            return "one machine, one clock"
        with database.engine.connect() as connection:
            theirs = connection.execute(select(func.now())).scalar_one()
    skew = abs((datetime.now(UTC) - theirs).total_seconds())
    if skew > _MOST_SKEW:
        raise RuntimeError(f"this machine and the database disagree by {skew:.0f} s; set both by NTP")
    return f"within {skew:.1f} s of the database's"


def _disk(settings: Settings) -> str:
    free = shutil.disk_usage(settings.data_dir).free
    if free < _LEAST_FREE:
        raise RuntimeError(f"only {free / 1e9:.1f} GB free under {settings.data_dir}; make room")
    return f"{free / 1e9:.0f} GB free under {settings.data_dir}"


def _mail(settings: Settings) -> str:
    if settings.mail_url is None:
        return "none is sent; links to set a password stand in the log"
    with connected(settings.mail_url):
        return "the mail server takes our sign-in"


_CHECKS: dict[str, Callable[[Settings], str]] = {
    "database": _database,
    "object storage": _storage,
    "clock": _clock,
    "mail": _mail,
    "disk": _disk,
}


@click.command()
def check() -> None:
    """List the settings and try what they name."""
    settings = load_settings()
    for name, value in settings.described().items():
        click.echo(f"{name}={value}")
    failed = [name for name, attempt in _CHECKS.items() if not _is_fine(name, attempt, settings)]
    if failed:
        raise click.ClickException(f"Not ready: {', '.join(failed)}.")
    click.echo("Ready.")


def _is_fine(name: str, attempt: Callable[[Settings], str], settings: Settings) -> bool:
    try:
        click.echo(f"ok      {name}: {attempt(settings)}")
    except Exception as error:  # noqa: BLE001 -- whatever is wrong must not hide what else is
        click.echo(f"FAILED  {name}: {error}")
        return False
    return True


COMMANDS = (check,)
