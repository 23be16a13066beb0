"""What a form's submissions look like over time: how many a day, by review state, and in which versions they came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from server.forms.models import Form
from server.submissions.models import Submission, SubmissionVersion


@dataclass(frozen=True, slots=True)
class Day:
    """How many submissions of each review state came on a day; None is the state of what nobody has decided on."""

    day: date
    states: dict[str | None, int]

    @property
    def total(self) -> int:
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class VersionUse:
    """How many submissions name a version, and when the last of them came."""

    version: str
    count: int
    last_at: datetime


def count_states(session: Session, form: Form) -> dict[str | None, int]:
    """All submissions that are neither of a draft nor in the trash, by review state."""
    statement = select(Submission.review_state, func.count()).where(*_of(form)).group_by(Submission.review_state)
    return {state: count for state, count in session.execute(statement)}  # noqa: C416 -- rows are no pairs to mypy


def count_days(session: Session, form: Form, today: date, days: int, zone: tzinfo) -> list[Day]:
    """The last `days` days up to `today`, each from midnight to midnight in `zone`; days without any are there too."""
    first = today - timedelta(days=days - 1)
    starts = [datetime.combine(first + timedelta(days=number), time(), zone) for number in range(days)]
    # The databases do not agree on how to cut a moment to a day of a zone; comparing moments they both can.
    number = case(*((Submission.created_at >= starts[place], place) for place in reversed(range(days))))
    statement = (
        select(number, Submission.review_state, func.count())
        .where(*_of(form), Submission.created_at >= starts[0])
        .group_by(number, Submission.review_state)
    )
    found: list[dict[str | None, int]] = [{} for _ in starts]
    for place, state, count in session.execute(statement):
        found[place][state] = count
    return [Day(start.date(), states) for start, states in zip(starts, found, strict=True)]


def versions_in_use(session: Session, form: Form) -> list[VersionUse]:
    """The versions that submissions name, the one that was used last first."""
    last = func.max(Submission.created_at)
    statement = (
        select(SubmissionVersion.version, func.count(), last)
        .join(Submission, Submission.current_version_id == SubmissionVersion.id)
        .where(*_of(form))
        .group_by(SubmissionVersion.version)
        .order_by(last.desc())
    )
    return [VersionUse(version, count, last_at) for version, count, last_at in session.execute(statement)]


def last_of(session: Session, form: Form, limit: int) -> Sequence[Submission]:
    """The submissions that came last, the newest first, with what they are called and who sent them."""
    statement = (
        select(Submission)
        .join(Submission.current_version)
        .where(*_of(form))
        .options(contains_eager(Submission.current_version), joinedload(Submission.submitter))
        .order_by(Submission.id.desc())
        .limit(limit)
    )
    return session.scalars(statement).all()


def _of(form: Form) -> tuple[ColumnElement[bool], ...]:
    return Submission.form_id == form.id, ~Submission.is_draft, Submission.deleted_at.is_(None)
