"""What a form's submissions look like over time: how many a day, by review state, and in which versions they came.

Each answer reads an index alone, or only what is new.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, func, literal, select, union_all
from sqlalchemy.orm import Session, contains_eager, joinedload

from server.forms.models import Form, FormVersion
from server.submissions.models import Submission, SubmissionVersion

_STATES: Final = (None, "hasIssues", "edited", "rejected", "approved")


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
    """How much has come in a version, each edit counted by itself, and when the last of it came."""

    version: FormVersion
    count: int
    last_at: datetime


def count_states(session: Session, form: Form) -> dict[str | None, int]:
    """All submissions that are neither of a draft nor in the trash, by review state."""
    statement = select(Submission.review_state, func.count()).where(*_of(form)).group_by(Submission.review_state)
    return {state: count for state, count in session.execute(statement)}  # noqa: C416 -- rows are no pairs to mypy


def last_days(today: date, count: int) -> list[date]:
    return [today - timedelta(days=back) for back in reversed(range(count))]


def count_days(session: Session, form: Form, days: Sequence[date], zone: tzinfo) -> list[Day]:
    """Each from midnight to midnight in `zone`; days without any are there too."""
    # Counting in groups would lead SQLite to the index that has states in order, once for each day.
    columns = [func.count().filter(Submission.review_state.is_not_distinct_from(state)) for state in _STATES]
    found = session.execute(each_day(form, days, zone, columns))
    states = {
        place: {state: count for state, count in zip(_STATES, counts, strict=True) if count} for place, *counts in found
    }
    return [Day(day, states[place]) for place, day in enumerate(days)]


def each_day(
    form: Form, days: Sequence[date], zone: tzinfo, columns: Sequence[Any]
) -> CompoundSelect[*tuple[Any, ...]]:
    """The columns, of what came on each of the days, after the day's place among them.

    The databases do not agree on how to cut a moment to a day of a zone; of a day's moments an index knows the rows.
    """
    parts = []
    for place, day in enumerate(days):
        begin, end = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
        came = (Submission.created_at >= begin, Submission.created_at < end)
        parts.append(select(literal(place), *columns).where(*_of(form), *came))
    return union_all(*parts)


def versions_in_use(session: Session, versions: Iterable[FormVersion]) -> list[VersionUse]:
    """Those of the form's published versions in which something came, the one that was used last first."""
    known = {version.id: version for version in versions}
    of_version = SubmissionVersion.form_version_id
    statement = (
        select(of_version, func.count(), func.max(SubmissionVersion.id))
        .where(of_version.in_(list(known)))
        .group_by(of_version)
    )
    found = {last_id: (number, count) for number, count, last_id in session.execute(statement)}
    last = select(SubmissionVersion.id, SubmissionVersion.created_at).where(SubmissionVersion.id.in_(list(found)))
    uses = []
    for last_id, moment in session.execute(last):
        number, count = found[last_id]
        if number is not None:
            uses.append(VersionUse(known[number], count, moment))
    return sorted(uses, key=lambda use: use.last_at, reverse=True)


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
