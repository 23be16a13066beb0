"""Who has sent submissions to a form or a project."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from server.accounts.models import ActorRow
from server.db import is_among
from server.forms.models import Form
from server.submissions.models import Submission


@dataclass(frozen=True, slots=True)
class Sent:
    """How many submissions somebody has sent, and when the last of them came."""

    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Sending:
    """How many submissions somebody has sent, how many of them lately, and what the last one was sent with."""

    count: int
    recent: int
    user_agent: str | None


def list_submitters(session: Session, form: Form, *, is_draft: bool = False) -> list[ActorRow]:
    """Each once, by name; those who have been deleted stand here too."""
    senders = select(Submission.submitter_id).where(
        Submission.form_id == form.id, Submission.is_draft == is_draft, Submission.deleted_at.is_(None)
    )
    actors = session.scalars(select(ActorRow).where(ActorRow.id.in_(senders)))
    # Sorted here, since the databases do not agree on how letters follow each other.
    return sorted(actors, key=lambda actor: (actor.display_name.casefold(), actor.id))


def sending_by_submitter(session: Session, project_id: int, since: datetime) -> dict[int, Sending]:
    """What each actor has sent to the project, in all and since then, by the actor's number; drafts and trash apart."""
    counts, last = Counter[int](), dict[int, int]()
    # In the order of an index, so that nothing needs sorting.
    groups = (Submission.form_id, Submission.review_state, Submission.submitter_id)
    statement = select(*groups, func.count(), func.max(Submission.id)).where(*_in_project(project_id)).group_by(*groups)
    for *_, number, count, last_id in session.execute(statement):
        if number is not None:
            counts[number] += count
            last[number] = max(last_id, last.get(number, 0))
    recent = _count_since(session, project_id, since)
    sent_with = select(Submission.submitter_id, Submission.user_agent).where(is_among(Submission.id, last.values()))
    agents = dict(session.execute(sent_with).all())
    return {number: Sending(count, recent.get(number, 0), agents.get(number)) for number, count in counts.items()}


def _count_since(session: Session, project_id: int, since: datetime) -> dict[int | None, int]:
    statement = (
        select(Submission.submitter_id, func.count())
        .where(*_in_project(project_id), Submission.created_at >= since)
        .group_by(Submission.submitter_id)
    )
    return dict(session.execute(statement).all())


def _in_project(project_id: int) -> tuple[ColumnElement[bool], ...]:
    forms = select(Form.id).where(Form.project_id == project_id, Form.deleted_at.is_(None))
    return Submission.form_id.in_(forms), ~Submission.is_draft, Submission.deleted_at.is_(None)


def sent_by_submitter(session: Session, form: Form) -> dict[int, Sent]:
    """What each actor has sent to the form, by the actor's number; drafts and trash apart."""
    statement = (
        select(Submission.submitter_id, func.count(), func.max(Submission.created_at))
        .where(Submission.form_id == form.id, ~Submission.is_draft, Submission.deleted_at.is_(None))
        .where(Submission.submitter_id.is_not(None))
        .group_by(Submission.submitter_id)
    )
    return {number: Sent(count, last_at) for number, count, last_at in session.execute(statement) if number is not None}
