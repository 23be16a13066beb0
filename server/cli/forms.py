"""`transect publish`: put forms from files onto the server."""

from pathlib import Path

import click

from server.cli.opened import opened
from server.errors import Problem
from server.permissions import COMMAND_LINE
from server.publish_files import form_files, publish_file


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option("--project", "project_id", type=int, required=True, help="The project's number.")
def publish(path: Path, project_id: int) -> None:
    """Publish an XLSForm or XForm, or each one in a folder, with the media in `<file name>-media`."""
    failed = 0
    with opened() as services:
        for file in form_files(path):
            try:
                form_id, outcome = publish_file(services, COMMAND_LINE, project_id, file)
                click.echo(f"{outcome:10} {form_id}  ({file.name})")
            except Problem as problem:
                failed += 1
                click.echo(f"{'refused':10} {file.name}: {problem.message}", err=True)
    if failed:
        raise click.ClickException(f"{failed} of the forms could not be published.")


COMMANDS = (publish,)
