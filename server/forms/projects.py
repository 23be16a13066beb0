"""Projects: the containers of forms and people."""

import uuid

from sqlalchemy.orm import Session

from server import audit
from server.db import utc_now
from server.forms.models import Project
from server.permissions import Actor


def create_project(session: Session, actor: Actor, *, name: str, description: str | None = None) -> Project:
    project = Project(actee_id=str(uuid.uuid4()), name=name, description=description)
    session.add(project)
    session.flush()
    audit.record(session, actor, "project.create", project, data={"name": name})
    return project


def note_change(project: Project) -> None:
    """Count a change that a phone could see, so that it asks for the form list anew."""
    project.revision += 1
    project.updated_at = utc_now()
