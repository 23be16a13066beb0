"""Deciding about many submissions at once, taking that back, and noticing that somebody else was there first.

Each submission is decided, and logged, as it would be alone. Who decides says what they had seen: what has changed
since is left as it is, and they are told by whom and when. Undoing restores what nobody has touched since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import ActorRow
from server.audit import Audit
from server.db import moment_text, utc_now
from server.desk.filters import Desk
from server.errors import not_found, unexpected_value
from server.forms.models import Form
from server.permissions import Actor
from server.submissions.models import Decision, Submission
from server.submissions.review import REVIEW_STATES, add_comment, set_review_state

MAX_AT_ONCE: Final = 1000
_CHANGES: Final = ("submission.update", "submission.update.version")


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A submission that had changed since it was seen: what it is now, by whom and when; nobody for the server."""

    instance_id: str
    review_state: str | None
    by: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`decision_id` takes it back; None when nothing was decided."""

    decision_id: int | None
    decided: int
    overtaken: list[Overtaken]


@dataclass(frozen=True, slots=True)
class Undone:
    """How many are again what they were, and how many somebody has changed since and stay."""

    restored: int
    kept: int


def seen_mark(submission: Submission) -> str:
    """What changes with every decision and edit; a page sends it back with the decision that was made on it."""
    return moment_text(submission.updated_at or submission.created_at)


def decide(
    session: Session,
    actor: Actor,
    form: Form,
    seen: Mapping[str, str | None],
    state: str,
    *,
    reason: str = "",
) -> Outcome:
    """Decide about submissions by instanceID, each with the mark that it had when it was seen, or None to skip that.

    The reason becomes a comment of each. Raises 400.8 for a state that is none or for more than `MAX_AT_ONCE`.
    """
    _check(state, len(seen))
    held = _hold(session, form, list(seen))
    overtaken = [found for found in held if seen[found.instance_id] not in (None, seen_mark(found))]
    late = {found.id for found in overtaken}
    return Outcome(
        *_decide_held(
            session, actor, form, [found for found in held if found.id not in late], state=state, reason=reason
        ),
        _told(session, overtaken),
    )


def decide_all(session: Session, actor: Actor, desk: Desk, state: str, *, expected: int, reason: str = "") -> Outcome:
    """Decide about all that the filter lets through; raises 400.8 unless they are as many as the reviewer was shown."""
    _check(state, expected)
    numbers = session.scalars(desk.ids(limit=MAX_AT_ONCE + 1)).all()
    if len(numbers) != expected:
        raise unexpected_value("expected", expected, f"there are {len(numbers)} now; look at the list again")
    rows = select(Submission).where(Submission.id.in_(numbers)).order_by(Submission.id).with_for_update()
    held = session.scalars(rows, execution_options={"populate_existing": True}).all()
    return Outcome(*_decide_held(session, actor, desk.form, held, state=state, reason=reason), [])


def find_own(session: Session, actor: Actor, form: Form, decision_id: int, *, is_held: bool = False) -> Decision | None:
    """A decision that the actor has made and not taken back; `is_held` keeps others from taking it back meanwhile."""
    statement = select(Decision).where(
        Decision.id == decision_id,
        Decision.form_id == form.id,
        Decision.actor_id == actor.id,
        Decision.undone_at.is_(None),
    )
    return session.scalars(statement.with_for_update() if is_held else statement).one_or_none()


def last_change(session: Session, submission: Submission) -> Overtaken:
    """What it is now, by whom and when."""
    return _told(session, [submission])[0]


def undo(session: Session, actor: Actor, form: Form, decision_id: int) -> Undone:
    """Take a decision back, once, by who made it; raise 404.1 for any other."""
    decision = find_own(session, actor, form, decision_id, is_held=True)
    if decision is None:
        raise not_found()
    before = {item["id"]: item["state"] for item in decision.items}
    rows = select(Submission).where(Submission.id.in_(before)).order_by(Submission.id).with_for_update()
    now, restored = utc_now(), 0
    for submission in session.scalars(rows):
        is_untouched = submission.updated_at == decision.made_at and submission.review_state == decision.review_state
        if is_untouched and submission.deleted_at is None:
            set_review_state(session, actor, form, submission, before[submission.id], at=now)
            restored += 1
    decision.undone_at = now
    return Undone(restored, len(before) - restored)


def _check(state: str, count: int) -> None:
    if state not in REVIEW_STATES:
        raise unexpected_value("reviewState", state, f"it must be one of {', '.join(REVIEW_STATES)}")
    if count > MAX_AT_ONCE:
        raise unexpected_value(
            "count", count, f"at most {MAX_AT_ONCE} submissions are decided at once; narrow the list"
        )


def _hold(session: Session, form: Form, instance_ids: Sequence[str]) -> Sequence[Submission]:
    """In one order for everybody, so that two reviewers never wait for each other."""
    rows = (
        select(Submission)
        .where(
            Submission.form_id == form.id,
            ~Submission.is_draft,
            Submission.instance_id.in_(instance_ids),
            Submission.deleted_at.is_(None),
        )
        .order_by(Submission.id)
        .with_for_update()
    )
    return session.scalars(rows, execution_options={"populate_existing": True}).all()


def _decide_held(
    session: Session, actor: Actor, form: Form, held: Sequence[Submission], *, state: str, reason: str
) -> tuple[int | None, int]:
    if not held:
        return None, 0
    now = utc_now()
    items = [{"id": submission.id, "state": submission.review_state} for submission in held]
    for submission in held:
        set_review_state(session, actor, form, submission, state, at=now)
        if reason.strip():
            add_comment(session, actor, submission, reason.strip())
    decision = Decision(form_id=form.id, actor_id=actor.id, review_state=held[0].review_state, items=items, made_at=now)
    session.add(decision)
    session.flush()
    return decision.id, len(items)


def _told(session: Session, overtaken: Sequence[Submission]) -> list[Overtaken]:
    """Who was first, from the log: of each submission the newest change."""
    rows = session.execute(
        select(Audit.submission_id, ActorRow.display_name, Audit.logged_at)
        .outerjoin(ActorRow, ActorRow.id == Audit.actor_id)
        .where(Audit.submission_id.in_([found.id for found in overtaken]), Audit.action.in_(_CHANGES))
        .order_by(Audit.id)
    )
    last = {number: (name, moment) for number, name, moment in rows}
    return [
        Overtaken(found.instance_id, found.review_state, *last.get(found.id, (None, found.updated_at)))
        for found in overtaken
    ]
