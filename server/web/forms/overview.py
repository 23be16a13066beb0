"""The first page of a form: how it goes, what came last, and what somebody should look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from flask import Response
from sqlalchemy import func, select

from server.desk.filters import STATES
from server.forms.listing import list_versions
from server.forms.models import Form, FormAttachment, FormVersion
from server.http.access import needs
from server.http.call import Call
from server.submissions.activity import count_days, count_states, last_days, last_of, versions_in_use
from server.web.forms.days_chart import draw_days
from server.web.moments import today, zone
from server.web.pages import routes
from server.web.shell import FORM, show
from server.web.tabs import form_base
from server.web.words import gettext

_DAYS: Final = 28
_LAST: Final = 8


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that somebody should look at, and where."""

    text: str
    address: str


@routes.route("GET", FORM, needs("submission.list"))
def show_overview(call: Call) -> Response:
    """Show counts per day and state, the last submissions, and the versions in use."""
    session, form = call.session, call.form
    counted = count_states(session, form)
    states = {name: sum(counted.get(state, 0) for state in found) for name, found in STATES.items()}
    return show(
        call,
        "forms/overview.html",
        tab="overview",
        states=states,
        total=sum(states.values()),
        chart=draw_days(count_days(session, form, last_days(today(), _DAYS), zone())),
        last=last_of(session, form, _LAST),
        versions=versions_in_use(session, list_versions(session, form)),
        notices=list(notices(call, form)),
    )


def notices(call: Call, form: Form) -> Iterator[Notice]:
    """What keeps the form from being filled in as it should, for those who can change it."""
    if not call.actor.can("form.update", call.project, form):
        return
    base = form_base(form)
    if form.draft_version is not None:
        text = (
            gettext("A draft waits to be published.") if form.current_version else gettext("Nothing is published yet.")
        )
        yield Notice(text, f"{base}/draft")
    if form.current_version is not None and (missing := _missing_files(call, form.current_version)):
        yield Notice(gettext("Missing files of the published version: %(count)s", count=missing), f"{base}/draft")
    if form.state == "closing":
        yield Notice(gettext("The form is closing: phones get it no longer, but may still send."), f"{base}/settings")
    if form.state == "closed":
        yield Notice(gettext("The form is closed: it takes no submissions."), f"{base}/settings")


def _missing_files(call: Call, version: FormVersion) -> int:
    statement = select(func.count()).where(
        FormAttachment.form_version_id == version.id, FormAttachment.sha256.is_(None)
    )
    found: Any = call.session.scalar(statement)
    return int(found)
