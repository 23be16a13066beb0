"""How the survey goes: by day, enumerator and area. A page left open asks again, and mostly hears of no change."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Response
from sqlalchemy import select

from server.accounts.models import ActorRow
from server.desk.filters import STATES
from server.desk.labels import Labels
from server.desk.progress import Marks, Progress, Tally, read_marks, read_progress, records_duration
from server.http.access import needs
from server.http.call import Call
from server.submissions.activity import last_days
from server.web.asset_files import asset_address
from server.web.forms.cells import share_text
from server.web.frame import csrf_of, language_of
from server.web.moments import today, written_day, zone
from server.web.pages import routes
from server.web.review.desk import labels_of
from server.web.shell import FORM, show
from server.web.tabs import form_base

# The last days that one may look at; the first is what a page shows by itself.
_PERIODS: Final = (7, 28, 90)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it counts, where to look at it if anywhere, and its count by what a reviewer sees."""

    label: str
    address: str | None
    tally: Tally

    @property
    def states(self) -> dict[str, int]:
        return {name: sum(self.tally.states.get(state, 0) for state in found) for name, found in STATES.items()}


@routes.route("GET", f"{FORM}/progress", needs("submission.list"))
def show_progress(call: Call) -> Response:
    """Show the tables, or say that nothing has changed since they were last sent."""
    labels = labels_of(call, language_of(call.request))
    days = _period(call.request.args.get("days"))
    marks = read_marks(call.session, call.form, last_days(today(), days), zone())
    tag = _tag(call, marks)
    if call.request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        progress = read_progress(call.session, call.form, marks, zone())
        response = show(
            call,
            "forms/progress.html",
            tab="progress",
            days=days,
            periods=_PERIODS,
            total=Line("", None, progress.total),
            share_text=share_text,
            by_day=_by_day(progress),
            by_submitter=_by_submitter(call, progress),
            by_area=_by_area(call, progress, labels),
            area=labels.question(labels.area) if labels.area else None,
            has_duration=records_duration(labels),
        )
    response.set_etag(tag, weak=True)
    return response


def _period(text: str | None) -> int:
    return next((days for days in _PERIODS if str(days) == text), _PERIODS[0])


def _tag(call: Call, marks: Marks) -> str:
    """Of all that the page is made of: the counts, who looks at them, in which language, and until which day."""
    parts = (
        marks, today(), language_of(call.request), csrf_of(call.request), call.actor.verbs_on(*call.chain),
        call.form.current_version_id, call.form.draft_version_id, call.form.updated_at,
        asset_address("pages.css"), asset_address("pages.js"),
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _by_day(progress: Progress) -> list[Line]:
    return [Line(written_day(day), None, progress.days[day]) for day in sorted(progress.days, reverse=True)]


def _by_submitter(call: Call, progress: Progress) -> list[Line]:
    rows = call.session.execute(
        select(ActorRow.id, ActorRow.display_name).where(ActorRow.id.in_([one for one in progress.submitters if one]))
    )
    names: Mapping[int | None, str] = {number: name for number, name in rows}  # noqa: C416 -- rows are no pairs to mypy
    return _sorted(
        Line(names.get(number, ""), _review(call, by=str(number)) if number else None, tally)
        for number, tally in progress.submitters.items()
    )


def _by_area(call: Call, progress: Progress, labels: Labels) -> list[Line]:
    if (question := labels.area) is None:
        return []
    return _sorted(
        Line(
            labels.choice(question, value) if value else "",
            _review(call, area=value) if value else None,
            tally,
        )
        for value, tally in progress.areas.items()
    )


def _review(call: Call, **wanted: str) -> str:
    return f"{form_base(call.form)}/review?{urlencode({'state': 'all', **wanted})}"


def _sorted(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.tally.count, line.label.casefold()))
