"""Taking turns: whoever changes a project's forms holds the project's row until the transaction ends.

SQLite has one writer anyway. On Postgres this makes same-time changes of one form meet here, and not in a unique
index after half of the work.
"""

from sqlalchemy.orm import Session

from server.errors import not_found
from server.forms.models import Form, Project


def hold_project(session: Session, project_id: int) -> Project:
    """Make others who change this project's forms wait until the transaction ends, and see what they have left."""
    project = session.get(Project, project_id, with_for_update=True, populate_existing=True)
    if project is None or project.deleted_at is not None:
        raise not_found()
    return project


def hold_form(session: Session, form: Form) -> Project:
    """As `hold_project`, and read the form again: it may have changed while we waited."""
    project = hold_project(session, form.project_id)
    session.refresh(form)
    if form.deleted_at is not None:
        raise not_found()
    return project
