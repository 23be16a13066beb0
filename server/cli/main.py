"""`transect` and its commands; each module of this package adds its own."""

import logging
import sys

import click

from server.cli import (
    accounts,
    backup,
    base_map,
    check_form,
    database,
    export,
    forms,
    purge,
    recheck,
    selfcheck,
    serve,
    worker,
)
from server.config import SettingsError
from server.errors import Problem
from server.storage import StorageUnavailable


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Transect: a field-survey server for ODK Collect."""


for _module in (
    serve,
    accounts,
    forms,
    check_form,
    export,
    database,
    base_map,
    backup,
    purge,
    recheck,
    selfcheck,
    worker,
):
    for _command in _module.COMMANDS:
        commands.add_command(_command)


def main() -> None:
    """Run the command; what an operator can mend is told in one line, without a traceback."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    # Alembic tells every step at INFO, which nobody who starts a server wants to read.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        commands()
    except (SettingsError, StorageUnavailable) as error:
        sys.exit(f"transect: {error}")
    except Problem as problem:
        sys.exit(f"transect: {problem.message}")
