"""`transect recheck`: hold stored submissions against the rules of their forms again."""

import click

from server.cli.opened import opened
from server.submissions.recheck import Scope, count_checkable, recheck


@click.command("recheck")
@click.option("--project", "project_id", type=int, help="Only this project, by its number.")
@click.option("--form", "form_id", help="Only forms with this id.")
def recheck_command(project_id: int | None, form_id: str | None) -> None:
    """Check submissions again; findings that people have dismissed stay dismissed. Safe to run at any time."""
    scope = Scope(project_id, form_id)
    with opened() as services:
        total = count_checkable(services.database, scope)
        done = recheck(services.database, services.storage, scope)
        with click.progressbar(done, length=total, label=f"Checking {total} submissions") as results:
            outcomes = [(checked.state, bool(checked.findings)) for checked in results]
    failed = sum(state == "not_checked" for state, _ in outcomes)
    click.echo(f"Checked {len(outcomes) - failed}; {sum(found for _, found in outcomes)} have findings.")
    if failed:
        raise click.ClickException(f"{failed} could not be checked; the log says why.")


COMMANDS = (recheck_command,)
