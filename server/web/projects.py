"""The page after signing in: projects, their forms, and what waits for review."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Response

from server.forms.listing import list_forms_by_project
from server.forms.models import Form, Project
from server.forms.projects import LONGEST_PROJECT_NAME, create_project, list_projects
from server.http.access import needs, signed_in
from server.http.call import Call
from server.permissions import Actor
from server.submissions.counts import SubmissionCounts, count_submissions
from server.web.moments import written
from server.web.pages import routes
from server.web.shell import FORM_LIMIT, field, see, show, shown_version
from server.web.tabs import form_base


@dataclass(frozen=True, slots=True)
class FormLine:
    """`address` and `review` are None where the caller may not go or there is nothing yet.

    Whoever only collects is led to where the form is filled in.
    """

    title: str
    address: str | None
    review: str | None
    is_draft: bool
    state: str
    to_review: int
    has_issues: int
    total: int
    last: str


_PROJECTS: Final = "/projects"


@routes.route("GET", _PROJECTS, signed_in("it lists what the caller may see"))
def show_projects(call: Call) -> Response:
    """Show the caller's projects and forms, with what waits for review."""
    session, actor = call.session, call.actor
    projects = list_projects(session, actor)
    forms = list_forms_by_project(session, actor, projects)
    counts = count_submissions(session, (form.id for listed in forms.values() for form in listed))
    lines = {project.id: form_lines(actor, project, forms.get(project.id, ()), counts) for project in projects}
    return show(
        call,
        "projects.html",
        projects=[(project, lines[project.id]) for project in projects],
        longest_name=LONGEST_PROJECT_NAME,
    )


@routes.route("POST", _PROJECTS, needs("project.create"), form_limit=FORM_LIMIT)
def make_project(call: Call) -> Response:
    """Make an empty project with the name in `name`, and lead to it; a blank name makes none."""
    name = field(call, "name", LONGEST_PROJECT_NAME)
    return see(f"{_PROJECTS}/{create_project(call.session, call.actor, name=name).id}" if name else _PROJECTS)


def form_lines(
    actor: Actor, project: Project, forms: Iterable[Form], counts: Mapping[int, SubmissionCounts]
) -> list[FormLine]:
    return [_line(actor, project, form, counts[form.id]) for form in forms]


def _line(actor: Actor, project: Project, form: Form, counted: SubmissionCounts) -> FormLine:
    base = form_base(form)
    may_list = actor.can("submission.list", project, form)
    fill = f"{base}/fill" if form.is_offered and actor.can("submission.create", project, form) else None
    return FormLine(
        title=shown_version(form).title or form.form_id,
        address=base if may_list else fill,
        review=f"{base}/review" if may_list and form.current_version else None,
        is_draft=form.current_version is None,
        state=form.state,
        to_review=counted.received + counted.edited,
        has_issues=counted.has_issues,
        total=counted.total,
        last=written(counted.last_at),
    )
