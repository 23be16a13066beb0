"""`transect backup` and `transect restore`."""

import os
import tempfile
from pathlib import Path

import click

from server import migrate
from server.backup.faults import BackupError
from server.backup.make import Contents, make_backup
from server.backup.restore import restore_backup
from server.cli.opened import opened
from server.config import load_settings
from server.db import Database

_passphrase = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file whose first line is the passphrase; without one it is empty.",
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--with-objects", is_flag=True, help="Put photos and all other objects into the backup, too.")
@_passphrase
def backup(file: Path, *, with_objects: bool, passphrase_file: Path | None) -> None:
    """Write a backup of the whole database into FILE, also while the server runs."""
    contents = Contents()
    with opened() as services:
        pieces = make_backup(
            services.database,
            services.storage,
            passphrase=_read_passphrase(passphrase_file),
            with_objects=with_objects,
            contents=contents,
        )
        # Under another name until it is whole and on the disk: an older backup is only replaced by a good one.
        with tempfile.NamedTemporaryFile(dir=file.absolute().parent, prefix=f".{file.name}-", delete=False) as partial:
            try:
                for piece in pieces:
                    partial.write(piece)
                partial.flush()
                os.fsync(partial.fileno())
            except BaseException:
                Path(partial.name).unlink()
                raise
        Path(partial.name).replace(file)
    click.echo(f"{file}: {sum(contents.tables.values())} rows, {contents.objects} objects.")
    if contents.missing:
        raise click.ClickException(
            f"{len(contents.missing)} objects are missing in the object storage: {', '.join(contents.missing[:5])}, …"
        )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--allow-missing", is_flag=True, help="Restore also when objects are nowhere to be found.")
@_passphrase
def restore(file: Path, *, allow_missing: bool, passphrase_file: Path | None) -> None:
    """Fill an empty database from the backup FILE, and the object storage from the objects in it."""
    database = Database(load_settings().database_url)
    migrate.upgrade(database)
    database.dispose()
    with opened() as services, file.open("rb") as source:
        try:
            restored = restore_backup(
                services.database,
                services.storage,
                source,
                passphrase=_read_passphrase(passphrase_file),
                allow_missing=allow_missing,
            )
        except BackupError as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"Restored {sum(restored.rows.values())} rows; {restored.objects} objects are whole.")
    if restored.missing:
        click.echo(f"Without {len(restored.missing)} objects that are nowhere: {', '.join(restored.missing)}", err=True)


def _read_passphrase(file: Path | None) -> str:
    return "" if file is None else file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")


COMMANDS = (backup, restore)
