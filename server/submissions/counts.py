"""How many submissions forms have, in one query for any number of forms."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.forms.models import Form
from server.submissions.models import Submission


@dataclass(frozen=True, slots=True)
class SubmissionCounts:
    """Of one form, outside the trash; `received` have been neither reviewed nor edited."""

    total: int = 0
    received: int = 0
    has_issues: int = 0
    edited: int = 0
    last_at: datetime | None = None


def count_submissions(
    session: Session, form_ids: Iterable[int], *, is_draft: bool = False
) -> dict[int, SubmissionCounts]:
    """Counts by the form's number, for each form that was asked for."""
    ids = list(form_ids)
    state = Submission.review_state
    statement = (
        select(
            Submission.form_id,
            func.count(),
            func.count().filter(state.is_(None)),
            func.count().filter(state == "hasIssues"),
            func.count().filter(state == "edited"),
            func.max(Submission.created_at),
        )
        .where(Submission.form_id.in_(ids), Submission.is_draft == is_draft, Submission.deleted_at.is_(None))
        .group_by(Submission.form_id)
    )
    counted = {
        form_id: SubmissionCounts(total, received, has_issues, edited, last_at)
        for form_id, total, received, has_issues, edited, last_at in session.execute(statement)
    }
    return dict.fromkeys(ids, SubmissionCounts()) | counted


def last_submissions(session: Session, project_ids: Iterable[int]) -> dict[int, datetime | None]:
    """When each project last received a submission that is not in the trash, by the project's number."""
    statement = (
        select(Form.project_id, func.max(Submission.created_at))
        .join(Form, Submission.form_id == Form.id)
        .where(
            Form.project_id.in_(list(project_ids)),
            Form.deleted_at.is_(None),
            ~Submission.is_draft,
            Submission.deleted_at.is_(None),
        )
        .group_by(Form.project_id)
    )
    return {project_id: last_at for project_id, last_at in session.execute(statement)}  # noqa: C416 -- rows are no pairs to mypy
