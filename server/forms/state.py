"""Whether a form is offered and takes submissions; into the trash and out of it.

A form in the trash keeps everything that belongs to it. Emptying the trash is not decided here.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import audit
from server.db import utc_now
from server.errors import already_exists, not_found, unexpected_value
from server.forms.hold import hold_form, hold_project
from server.forms.models import Form, Project
from server.forms.projects import note_change
from server.forms.publish import is_taken
from server.permissions import Actor

STATES = ("open", "closing", "closed")


def update_form(
    session: Session, actor: Actor, form: Form, *, state: str | None = None, webforms_enabled: bool | None = None
) -> None:
    """Change what is given and leave the rest; raise 400.8 for a state that there is not."""
    if state is not None and state not in STATES:
        raise unexpected_value("state", state, f"it must be one of {', '.join(STATES)}")
    project = hold_form(session, form)
    changes: dict[str, Any] = {}
    if state is not None:
        form.state = changes["state"] = state
    if webforms_enabled is not None:
        form.webforms_enabled = changes["webformsEnabled"] = webforms_enabled
    if not changes:
        return
    form.updated_at = utc_now()
    note_change(project)
    audit.record(session, actor, "form.update", form, data=changes)


def delete_form(session: Session, actor: Actor, form: Form) -> None:
    """Put the form into the trash; its id becomes free."""
    project = hold_form(session, form)
    form.deleted_at = utc_now()
    note_change(project)
    session.flush()
    audit.record(session, actor, "form.delete", form)


def restore_form(session: Session, actor: Actor, project: Project, number: int) -> Form:
    """Take a form out of the trash by its number; raise 409.3 when another form has its id by now."""
    project = hold_project(session, project.id)
    statement = select(Form).where(Form.project_id == project.id, Form.id == number, Form.deleted_at.is_not(None))
    form = session.scalars(statement).one_or_none()
    if form is None:
        raise not_found()
    if is_taken(session, project, form.form_id):
        raise already_exists(["projectId", "xmlFormId"], [project.id, form.form_id])
    form.deleted_at = None
    note_change(project)
    session.flush()
    audit.record(session, actor, "form.restore", form)
    return form
