"""The page after signing in: projects, their forms, and what waits for review."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Response, render_template

from server.accounts.sessions import find_session
from server.forms.listing import list_forms_by_project
from server.forms.models import Form
from server.forms.projects import list_projects
from server.http.access import signed_in
from server.http.call import Call
from server.http.credentials import COOKIE
from server.submissions.counts import SubmissionCounts, count_submissions
from server.web.frame import language_of, page_response, words_for
from server.web.pages import routes

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class FormLine:
    """`address` is that of the review desk; None for a form that is only a draft."""

    title: str
    address: str | None
    to_review: int
    has_issues: int
    total: int
    last: str


@routes.route("GET", "/projects", signed_in("it lists what the caller may see"))
def show_projects(call: Call) -> Response:
    """Show the caller's projects and forms, with what waits for review."""
    session, actor = call.session, call.actor
    projects = list_projects(session, actor)
    forms = list_forms_by_project(session, actor, projects)
    counts = count_submissions(session, (form.id for listed in forms.values() for form in listed))
    words = words_for(language_of(call.request))
    token = call.request.cookies.get(COOKIE)
    content = render_template(
        "projects.html",
        projects=[(project, _lines(forms.get(project.id, ()), counts)) for project in projects],
        csrf=find_session(session, token).csrf if token else None,
        **words.context(),
    )
    return page_response(content)


def _lines(forms: Iterable[Form], counts: dict[int, SubmissionCounts]) -> list[FormLine]:
    return [_line(form, counts[form.id]) for form in forms]


def _line(form: Form, counted: SubmissionCounts) -> FormLine:
    version = form.current_version
    address = f"/projects/{form.project_id}/forms/{quote(form.form_id, safe='')}/review"
    return FormLine(
        title=version.title if version and version.title else form.form_id,
        address=address if version else None,
        to_review=counted.received + counted.edited,
        has_issues=counted.has_issues,
        total=counted.total,
        last=_written(counted.last_at),
    )


def _written(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(_ZONE).strftime("%d/%m/%Y %H:%M")
