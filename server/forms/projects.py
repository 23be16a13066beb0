"""Projects: the containers of forms and people."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server import audit
from server.db import utc_now
from server.errors import unexpected_value
from server.forms.models import Form, Project
from server.permissions import Actor, visible

LONGEST_PROJECT_NAME: Final = 255
_CHANGEABLE = ("name", "description", "archived")


def list_projects(session: Session, actor: Actor) -> list[Project]:
    """The projects that the actor may read, by name, the archived ones last."""
    statement = select(Project).where(Project.deleted_at.is_(None), visible(actor, "project.read", [Project.actee_id]))
    # Sorted here, since the databases do not agree on how letters follow each other.
    return sorted(
        session.scalars(statement), key=lambda project: (project.archived, project.name.casefold(), project.id)
    )


def create_project(session: Session, actor: Actor, *, name: str, description: str | None = None) -> Project:
    project = Project(actee_id=str(uuid.uuid4()), name=_checked_name(name), description=description)
    session.add(project)
    session.flush()
    audit.record(session, actor, "project.create", project, data={"name": project.name})
    return project


def update_project(session: Session, actor: Actor, project: Project, changes: Mapping[str, Any]) -> None:
    """Set name, description and archived as far as `changes` names them; an archived project still takes data."""
    data = {field: changes[field] for field in _CHANGEABLE if field in changes}
    if "name" in data:
        data["name"] = _checked_name(data["name"])
    if "archived" in data:
        data["archived"] = bool(data["archived"])
    for field, value in data.items():
        setattr(project, field, value)
    project.updated_at = utc_now()
    session.flush()
    audit.record(session, actor, "project.update", project, data=data)


def delete_project(session: Session, actor: Actor, project: Project) -> None:
    """Make the project and all that is in it unreachable; nothing is purged."""
    project.deleted_at = utc_now()
    session.flush()
    audit.record(session, actor, "project.delete", project)


def count_forms(session: Session, projects: Iterable[Project]) -> dict[int, int]:
    """Forms outside the trash, by project id."""
    statement = (
        select(Form.project_id, func.count())
        .where(Form.project_id.in_([project.id for project in projects]), Form.deleted_at.is_(None))
        .group_by(Form.project_id)
    )
    return dict(session.execute(statement).all())


def forms_of(session: Session, project: Project) -> Sequence[Form]:
    """All forms outside the trash."""
    statement = select(Form).where(Form.project_id == project.id, Form.deleted_at.is_(None)).order_by(Form.form_id)
    return session.scalars(statement).all()


def note_change(project: Project) -> None:
    """Count a change that a phone could see, so that it asks for the form list anew."""
    project.revision += 1
    project.updated_at = utc_now()


def _checked_name(name: str) -> str:
    stripped = name.strip()
    if not stripped or len(stripped) > LONGEST_PROJECT_NAME:
        raise unexpected_value("name", name, f"it must have 1 to {LONGEST_PROJECT_NAME} characters")
    return stripped
