"""Who has sent submissions to a form or a project."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.models import ActorRow
from server.forms.models import Form
from server.submissions.models import Submission


@dataclass(frozen=True, slots=True)
class Sent:
    """How many submissions somebody has sent, and when the last of them came."""

    count: int
    last_at: datetime


def list_submitters(session: Session, form: Form, *, is_draft: bool = False) -> list[ActorRow]:
    """Each once, by name; those who have been deleted stand here too."""
    senders = select(Submission.submitter_id).where(
        Submission.form_id == form.id, Submission.is_draft == is_draft, Submission.deleted_at.is_(None)
    )
    actors = session.scalars(select(ActorRow).where(ActorRow.id.in_(senders)))
    # Sorted here, since the databases do not agree on how letters follow each other.
    return sorted(actors, key=lambda actor: (actor.display_name.casefold(), actor.id))


def count_by_submitter(session: Session, project_id: int) -> dict[int, int]:
    """How many submissions each actor has sent to the project, by the actor's number; drafts and trash apart."""
    forms = select(Form.id).where(Form.project_id == project_id, Form.deleted_at.is_(None))
    # In the order of an index, so that nothing needs sorting.
    groups = (Submission.form_id, Submission.review_state, Submission.submitter_id)
    statement = (
        select(*groups, func.count())
        .where(Submission.form_id.in_(forms), ~Submission.is_draft, Submission.deleted_at.is_(None))
        .group_by(*groups)
    )
    counts = Counter[int]()
    for *_, submitter_id, count in session.execute(statement):
        if submitter_id is not None:
            counts[submitter_id] += count
    return counts


def sent_by_submitter(session: Session, form: Form) -> dict[int, Sent]:
    """What each actor has sent to the form, by the actor's number; drafts and trash apart."""
    statement = (
        select(Submission.submitter_id, func.count(), func.max(Submission.created_at))
        .where(Submission.form_id == form.id, ~Submission.is_draft, Submission.deleted_at.is_(None))
        .where(Submission.submitter_id.is_not(None))
        .group_by(Submission.submitter_id)
    )
    return {number: Sent(count, last_at) for number, count, last_at in session.execute(statement) if number is not None}
