"""`transect export`: a form's submissions as a file, in any format of the API."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from server.cli.opened import opened
from server.exports.choice import APPROVED_ONLY, LABELS, REVIEW_STATES, ExportChoice
from server.exports.formats import FORMATS, prepare_export
from server.forms.find import find_form, find_project


@click.command("export")
@click.argument("form_id", metavar="FORM")
@click.option("--project", "project_id", type=int, required=True, help="The project's number.")
@click.option("--format", "format_name", type=click.Choice(list(FORMATS)), required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file.")
@click.option("--review-state", "review_states", multiple=True, type=click.Choice(REVIEW_STATES))
@click.option("--approved-only", is_flag=True, help="The same as --review-state approved.")
@click.option("--from", "submitted_from", type=click.DateTime(), help="Submitted at this moment (UTC) or later.")
@click.option("--to", "submitted_to", type=click.DateTime(), help="Submitted before this moment (UTC).")
@click.option("--submitter", "submitter_id", type=int, help="The number of who sent it.")
@click.option("--findings/--no-findings", "has_findings", default=None, help="With or without open findings.")
@click.option("--answer", "answers", multiple=True, nargs=2, metavar="PATH VALUE", help="An answer, or an area's name.")
@click.option("--filter", "filter_", default="", help="A $filter as the API takes it.")
@click.option("--column", "columns", multiple=True, help="The path of a question or group.")
@click.option("--language", help="Of labels.")
@click.option("--labels", type=click.Choice(LABELS), default="names", show_default=True)
@click.option("--group-paths/--no-group-paths", default=True)
@click.option("--deleted-fields", is_flag=True, help="With the questions that only earlier versions have.")
@click.option("--split-select-multiples", is_flag=True)
@click.option("--guard-formulas", "guards_formulas", is_flag=True, help="No cell that a spreadsheet would calculate.")
@click.option("--attachments", is_flag=True, help="With all files, in csv.zip.")
def export_command(  # noqa: PLR0917 -- click gives all of them by name
    form_id: str, project_id: int, format_name: str, output: Path, approved_only: bool, filter_: str, **options: Any
) -> None:
    """Write a form's submissions into a file, which appears when it is whole."""
    if approved_only:
        options["review_states"] = APPROVED_ONLY
    for name in ("submitted_from", "submitted_to"):
        options[name] = _in_utc(options[name])
    partial = output.with_name(f"{output.name}.part")
    try:
        with opened() as services, partial.open("wb") as file:
            choice = ExportChoice(filter=filter_, time_zone=services.settings.time_zone.key, **options)
            with services.database.read() as session:
                form = find_form(session, find_project(session, project_id), form_id)
                export = prepare_export(session, form, choice, database=services.database, storage=services.storage)
            for piece in FORMATS[format_name].write(services.database, services.storage, export):
                file.write(piece)
                _tell(file.tell())
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)
    click.echo(output)


def _in_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


def _tell(size: int) -> None:
    """How much has been written, for whoever sits before it."""
    if sys.stderr.isatty():
        click.echo(f"\r{size / 1e6:,.1f} MB", err=True, nl=False)


COMMANDS = (export_command,)
