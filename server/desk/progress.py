"""How a survey goes: by day, by who sends and by area, how much came, how long it took and what became of it.

Medians need every duration, so a day's submissions are read one by one, and then kept in memory under its mark: a mark
is made of all that counts on that day, by the database in one pass over an index, so that what is kept is never stale.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from statistics import median
from threading import Lock
from typing import Any, Final

from sqlalchemy import case, func
from sqlalchemy.orm import Session

from server.desk.labels import Labels
from server.forms.models import Form
from server.submissions.activity import each_day
from server.submissions.duration import END, START
from server.submissions.models import Submission

# Two forms over the longest period that a page shows.
_KEPT_DAYS: Final = 200
_STATES: Final = {"hasIssues": 1, "edited": 2, "rejected": 3, "approved": 4}

# What a day comes to, by date.
Marks = Mapping[date, str]


@dataclass(slots=True)
class Tally:
    """Of some submissions; `states` counts review states, `seconds` how long each took to fill in, where it says so."""

    count: int = 0
    flagged: int = 0
    states: dict[str | None, int] = field(default_factory=dict)
    seconds: list[int] = field(default_factory=list)

    @property
    def median_seconds(self) -> float | None:
        return median(self.seconds) if self.seconds else None

    def add(self, state: str | None, *, is_flagged: bool, seconds: int | None) -> None:
        self.count += 1
        self.flagged += is_flagged
        self.states[state] = self.states.get(state, 0) + 1
        if seconds is not None:
            self.seconds.append(seconds)

    def add_all(self, other: "Tally") -> None:
        self.count += other.count
        self.flagged += other.flagged
        for state, count in other.states.items():
            self.states[state] = self.states.get(state, 0) + count
        self.seconds += other.seconds


@dataclass(frozen=True, slots=True)
class DayProgress:
    """What came on a day: `submitters` by the actor's number, `areas` by the answer to the area question, or None."""

    total: Tally = field(default_factory=Tally)
    submitters: dict[int | None, Tally] = field(default_factory=dict)
    areas: dict[str | None, Tally] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress(DayProgress):
    """The same of all days together, and each day's total; days on which nothing came are left out."""

    days: dict[date, Tally] = field(default_factory=dict)


def records_duration(labels: Labels) -> bool:
    """Whether the form notes when somebody began and ended, under the names that XLSForm gives these by default."""
    noted = {(f"/{START}", "dateTime"), (f"/{END}", "dateTime")}
    return noted <= {(item.path, item.type) for item in labels.fields}


def read_marks(session: Session, form: Form, days: Sequence[date], zone: tzinfo) -> Marks:
    """Of each day on which something came, what changes with whatever `read_progress` tells of it.

    Each submission weighs as much as its version's number, so that one change rarely makes up for another.
    """
    version = Submission.current_version_id
    columns = (
        func.count(),
        func.sum(version),
        func.sum(version * case(_STATES, value=Submission.review_state, else_=0)),
        func.sum(version * (Submission.error_count + Submission.warning_count)),
        func.max(Submission.updated_at),
    )
    found = session.execute(each_day(form, days, zone, columns))
    return {days[place]: str(sums) for place, *sums in found if sums[0]}


def read_progress(session: Session, form: Form, marks: Marks, zone: tzinfo) -> Progress:
    """What came on the days that have these marks, which were read in the same transaction."""
    keys = {day: (form.actee_id, form.updated_at, day, str(zone), mark) for day, mark in marks.items()}
    known = _kept.find(keys.values())
    missing = [day for day, key in keys.items() if key not in known]
    for day, read in _read_days(session, form, missing, zone).items():
        known[keys[day]] = read
        _kept.keep(keys[day], read)
    return _together({day: known[key] for day, key in keys.items()})


def _read_days(session: Session, form: Form, days: Sequence[date], zone: tzinfo) -> dict[date, DayProgress]:
    if not days:
        return {}
    columns = (
        Submission.submitter_id,
        Submission.area,
        Submission.review_state,
        Submission.error_count + Submission.warning_count,
        Submission.duration,
    )
    read = {day: DayProgress() for day in days}
    for place, submitter_id, area, state, findings, seconds in session.execute(each_day(form, days, zone, columns)):
        of_day = read[days[place]]
        for tally in (
            of_day.total,
            of_day.submitters.setdefault(submitter_id, Tally()),
            of_day.areas.setdefault(area, Tally()),
        ):
            tally.add(state, is_flagged=findings > 0, seconds=seconds)
    for of_day in read.values():
        # What is in order by days is quickly in order as a whole.
        for tally in (of_day.total, *of_day.submitters.values(), *of_day.areas.values()):
            tally.seconds.sort()
    return read


def _together(days: Mapping[date, DayProgress]) -> Progress:
    progress = Progress(days={day: found.total for day, found in days.items()})
    for found in days.values():
        progress.total.add_all(found.total)
        for submitter_id, tally in found.submitters.items():
            progress.submitters.setdefault(submitter_id, Tally()).add_all(tally)
        for area, tally in found.areas.items():
            progress.areas.setdefault(area, Tally()).add_all(tally)
    return progress


class _KeptDays:
    """The days that were last asked for, by form and its last change, date, zone and mark."""

    def __init__(self) -> None:
        self._days: OrderedDict[Any, DayProgress] = OrderedDict()
        self._lock = Lock()

    def find(self, keys: Iterable[Any]) -> dict[Any, DayProgress]:
        with self._lock:
            found = {key: self._days[key] for key in keys if key in self._days}
            for key in found:
                self._days.move_to_end(key)
            return found

    def keep(self, key: Any, day: DayProgress) -> None:
        with self._lock:
            self._days[key] = day
            if len(self._days) > _KEPT_DAYS:
                self._days.popitem(last=False)


_kept: Final = _KeptDays()
