"""How a survey goes: by day, by who sends and by area, how much came, how long it took and what became of it.

One pass over what came in the period; medians need every duration. `progress_mark` costs much less and says whether
that pass would find anything new.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, func, null, select
from sqlalchemy.orm import Session

from server.desk.labels import Labels
from server.forms.models import Form
from server.submissions.activity import last_before
from server.submissions.models import Submission, SubmissionVersion


@dataclass(slots=True)
class Tally:
    """Of some submissions; `states` counts review states, `seconds` how long each took to fill in, where it says so."""

    count: int = 0
    flagged: int = 0
    states: dict[str | None, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    @property
    def median_seconds(self) -> float | None:
        return median(self.seconds) if self.seconds else None

    def add(self, state: str | None, *, is_flagged: bool, seconds: float | None) -> None:
        self.count += 1
        self.flagged += is_flagged
        self.states[state] = self.states.get(state, 0) + 1
        if seconds is not None:
            self.seconds.append(seconds)


@dataclass(frozen=True, slots=True)
class Progress:
    """`submitters` by the actor's number, `areas` by the answer to the area question; None where there is none."""

    total: Tally = field(default_factory=Tally)
    days: dict[date, Tally] = field(default_factory=dict)
    submitters: dict[int | None, Tally] = field(default_factory=dict)
    areas: dict[str | None, Tally] = field(default_factory=dict)


def records_duration(labels: Labels) -> bool:
    """Whether the form notes when somebody began and ended, under the names that XLSForm gives these by default."""
    return {("/start", "dateTime"), ("/end", "dateTime")} <= {(item.path, item.type) for item in labels.fields}


def read_progress(session: Session, form: Form, since: datetime, zone: tzinfo, *, has_duration: bool) -> Progress:
    """All that came since then, cut to days of `zone`."""
    progress = Progress()
    for came_at, submitter_id, area, state, findings, start, end in _rows(session, form, since, has_duration):
        seconds = _seconds(start, end)
        for tally in (
            progress.total,
            progress.days.setdefault(came_at.astimezone(zone).date(), Tally()),
            progress.submitters.setdefault(submitter_id, Tally()),
            progress.areas.setdefault(area, Tally()),
        ):
            tally.add(state, is_flagged=findings > 0, seconds=seconds)
    return progress


def progress_mark(session: Session, form: Form, since: datetime) -> str:
    """What changes with whatever `read_progress` tells: arrivals, edits, decisions, findings, and the trash."""
    changes = (
        func.count(),
        func.max(Submission.updated_at),
        func.sum(Submission.current_version_id),
        func.sum(Submission.error_count + Submission.warning_count),
    )
    return str(session.execute(select(*changes).where(*_came_since(session, form, since))).one())


def _rows(session: Session, form: Form, since: datetime, has_duration: bool) -> Iterator[Any]:
    columns = (
        Submission.created_at,
        Submission.submitter_id,
        Submission.area,
        Submission.review_state,
        Submission.error_count + Submission.warning_count,
    )
    came = _came_since(session, form, since)
    if not has_duration:
        return iter(session.execute(select(*columns, null(), null()).where(*came)))
    times = [SubmissionVersion.answers[(name,)].as_string() for name in ("start", "end")]
    joined = select(*columns, *times).join(SubmissionVersion, SubmissionVersion.id == Submission.current_version_id)
    return iter(session.execute(joined.where(*came)))


def _came_since(session: Session, form: Form, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Submission.form_id == form.id,
        ~Submission.is_draft,
        Submission.deleted_at.is_(None),
        Submission.id > last_before(session, form, since),
        Submission.created_at >= since,
    )


def _seconds(start: str | None, end: str | None) -> float | None:
    """None for what is no moment, and for who ended before they began: their clock was set meanwhile."""
    if not start or not end:
        return None
    try:
        seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    except (ValueError, TypeError):
        return None
    return seconds if seconds >= 0 else None
