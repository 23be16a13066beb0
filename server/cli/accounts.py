"""`transect user …` and `transect app-user create`."""

import sys

import click

from server.accounts.app_users import create_app_user
from server.accounts.assignments import assign
from server.accounts.mails import claim_link
from server.accounts.resets import new_reset
from server.accounts.second_factor import has_second_factor, reset
from server.accounts.users import create_user, find_user_by_email
from server.cli.opened import opened
from server.forms.find import find_project
from server.http.prefix import key_url
from server.permissions import COMMAND_LINE, ROLES_BY_SYSTEM
from server.site_settings import SECOND_FACTOR, SECOND_FACTOR_ROLES, set_value

DEFAULT_ORIGIN = "http://127.0.0.1:8000"


@click.group("user")
def user() -> None:
    """Look after web users."""


@user.command("create")
@click.argument("email")
@click.option("--admin", is_flag=True, help="Let this user administer the whole server.")
@click.option("--name", help="The name to show; the address if left out.")
def create_web_user(email: str, *, admin: bool, name: str | None) -> None:
    """Create a web user; the password is read from standard input."""
    password = click.prompt("Password", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    with opened() as services, services.database.write() as session:
        made = create_user(session, COMMAND_LINE, email=email, password=password, display_name=name)
        if admin:
            assign(session, COMMAND_LINE, ROLES_BY_SYSTEM["admin"], made.actor)
        click.echo(f"Created {made.email}{', who administers the server' if admin else ''}.")


@user.command("reset-link")
@click.argument("email")
def reset_link(email: str) -> None:
    """Print a link under which this user sets a password: once, within a day."""
    with opened() as services, services.database.write() as session:
        token = new_reset(session, find_user_by_email(session, email))
        click.echo(claim_link(services.settings.public_url or DEFAULT_ORIGIN, token))


@user.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Take away the second factor of a user who has lost the app and the recovery codes; all their sessions end."""
    with opened() as services, services.database.write() as session:
        found = find_user_by_email(session, email)
        if not has_second_factor(session, found.actor_id):
            raise click.ClickException(f"{found.email} has no second factor.")
        reset(session, COMMAND_LINE, found)
        click.echo(f"{found.email} signs in with the password alone, and may set up a new second factor.")


@user.command("require-second-factor")
@click.argument("roles", nargs=-1, type=click.Choice(SECOND_FACTOR_ROLES))
def require_second_factor(roles: tuple[str, ...]) -> None:
    """Let users with one of these roles do nothing before they have a second factor; no role: nobody needs one."""
    with opened() as services, services.database.write() as session:
        set_value(session, COMMAND_LINE, SECOND_FACTOR, {"roles": list(roles)})
        click.echo(f"A second factor is needed by: {', '.join(roles) or 'nobody'}.")


@click.group("app-user")
def app_user() -> None:
    """Look after app users, the keys that phones carry."""


@app_user.command("create")
@click.argument("name")
@click.option("--project", "project_id", type=int, required=True, help="The project's number.")
def create_phone_key(name: str, project_id: int) -> None:
    """Create an app user who may fill in every form of the project; the last line is the URL for Collect."""
    with opened() as services, services.database.write() as session:
        project = find_project(session, project_id)
        made = create_app_user(session, COMMAND_LINE, project.id, name)
        assign(session, COMMAND_LINE, ROLES_BY_SYSTEM["app-user"], made.actor, project)
        origin = services.settings.public_url or DEFAULT_ORIGIN
        click.echo(f"Created {name} in project {project.id}, {project.name}. The URL for Collect:")
        click.echo(key_url(origin, made.token or "", project.id))


COMMANDS = (user, app_user)
