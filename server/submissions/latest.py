"""When something was last sent to a project, for lists of projects."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.forms.models import Form
from server.submissions.models import Submission


def last_submissions(session: Session, project_ids: Iterable[int]) -> dict[int, datetime]:
    """The time of each project's latest submission; a project without any is left out.

    Each form is asked for its newest by the index, so that the cost is that of the forms and not of the submissions.
    """
    newest = (
        select(Submission.created_at)
        .where(Submission.form_id == Form.id, ~Submission.is_draft, Submission.deleted_at.is_(None))
        .order_by(Submission.id.desc())
        .limit(1)
        .correlate(Form)
        .scalar_subquery()
    )
    inside = Form.project_id.in_(list(project_ids))
    statement = select(Form.project_id, newest).where(inside, Form.deleted_at.is_(None))
    latest: dict[int, datetime] = {}
    for project_id, moment in session.execute(statement):
        if moment is not None:
            latest[project_id] = max(moment, latest.get(project_id, moment))
    return latest
