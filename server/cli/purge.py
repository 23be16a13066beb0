"""`transect purge`."""

import click

from server.cli.opened import opened
from server.purge.run import DAYS_IN_TRASH, preview, purge


@click.command("purge")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option(
    "--days",
    type=click.IntRange(min=0, max=36_500),
    default=DAYS_IN_TRASH,
    show_default=True,
    help="Days in the trash.",
)
def purge_command(*, dry_run: bool, days: int) -> None:
    """Remove for good what has lain in the trash, what has expired, and objects that nothing points at."""
    with opened() as services:
        done = (preview if dry_run else purge)(services.database, services.storage, days=days)
    click.echo(
        f"{'Would remove' if dry_run else 'Removed'} {done.forms} forms, {done.submissions} submissions, "
        f"{done.sign_ins} expired sessions and {done.objects} objects."
    )


COMMANDS = (purge_command,)
