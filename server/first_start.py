"""What a new server needs before anybody can use it: an administrator, a project, the example forms, a phone's key."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from server.accounts.app_users import create_app_user
from server.accounts.assignments import assign
from server.accounts.first_admin import first_admin_code, has_users
from server.accounts.models import AppUser
from server.accounts.settings_code import render_for_terminal, settings_text
from server.accounts.sign_in import load_actor
from server.accounts.users import create_user
from server.forms.models import Project
from server.forms.projects import create_project
from server.http.call import Services
from server.http.prefix import key_url
from server.permissions import COMMAND_LINE, ROLES_BY_SYSTEM, Actor
from server.publish_files import form_files, publish_file

ADMIN = "admin@example.org"
PROJECT = "Khảo sát / Survey"
PHONE = "Điện thoại 1 / Phone 1"


@dataclass(frozen=True, slots=True)
class FirstStart:
    """What to tell whoever starts the server, line by line."""

    lines: tuple[str, ...]


def prepare_first_start(services: Services, forms: Path | None, origin: str) -> FirstStart:
    """Make what is missing on a server that nobody has used yet; on any other only tell where the phone's key is."""
    with services.database.read() as session:
        is_new = not has_users(session)
    lines = _prepare(services, forms) if is_new else []
    return FirstStart((*lines, *_phone_lines(services, origin)))


def how_to_begin(services: Services, origin: str) -> list[str]:
    """What to tell whoever starts a server that nobody can sign in to; nothing on any other."""
    with services.database.read() as session:
        if has_users(session):
            return []
    code = first_admin_code(services.settings.secret_key)
    return [f"Nobody can sign in yet. Make the first administrator at {origin}/ with this code: {code}"]


def _prepare(services: Services, forms: Path | None) -> list[str]:
    """All but the administrator is the administrator's work: clients expect that things were made by somebody."""
    password = secrets.token_urlsafe(12)
    with services.database.write() as session:
        user = create_user(session, COMMAND_LINE, email=ADMIN, password=password, display_name="Administrator")
        assign(session, COMMAND_LINE, ROLES_BY_SYSTEM["admin"], user.actor)
        admin = load_actor(session, user.actor_id)
        project = create_project(session, admin, name=PROJECT)
        phone = create_app_user(session, admin, project.id, PHONE)
        assign(session, admin, ROLES_BY_SYSTEM["app-user"], phone.actor, project)
    return [
        "This is the first start.",
        f"Administrator: {ADMIN}",
        f"Password:      {password}   (shown this once: note it now)",
        *_publish_forms(services, admin, forms),
    ]


def _publish_forms(services: Services, admin: Actor, forms: Path | None) -> list[str]:
    if forms is None:
        return []
    with services.database.read() as session:
        project_id = session.scalars(select(Project.id).order_by(Project.id)).first()
    assert project_id is not None
    published = [publish_file(services, admin, project_id, file)[0] for file in form_files(forms)]
    return [f"Published in project {project_id}: {', '.join(published)}"]


def _phone_lines(services: Services, origin: str) -> list[str]:
    statement = select(AppUser).join(AppUser.actor).where(AppUser.token.is_not(None)).order_by(AppUser.actor_id)
    with services.database.read() as session:
        phone = session.scalars(statement).first()
        project = session.get(Project, phone.project_id) if phone else None
    if phone is None or phone.token is None or project is None:
        return []
    url = key_url(origin, phone.token, project.id)
    code = render_for_terminal(settings_text(url, project_name=project.name))
    return ["", code, f"Scan this in ODK Collect, or enter the server URL ({phone.actor.display_name}):", url]
