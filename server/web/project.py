"""The page of a project: its forms, and what somebody should look at."""

from flask import Response

from server.accounts.app_users import count_app_users
from server.forms.listing import list_forms, list_forms_by_project
from server.forms.projects import LONGEST_PROJECT_NAME, update_project
from server.http.access import needs
from server.http.call import Call
from server.submissions.counts import count_submissions
from server.web.forms.overview import notices
from server.web.pages import routes
from server.web.projects import form_lines
from server.web.shell import FORM_LIMIT, PROJECT, field, see, show, shown_version


@routes.route("GET", PROJECT, needs("project.read"))
def show_project(call: Call) -> Response:
    """Show the project's forms that the caller may see, with what needs attention in each."""
    session, actor, project = call.session, call.actor, call.project
    forms = list_forms_by_project(session, actor, [project]).get(project.id, [])
    counts = count_submissions(session, (form.id for form in forms))
    attention = [
        (shown_version(form).title or form.form_id, notice) for form in forms for notice in notices(call, form)
    ]
    has_phones = bool(count_app_users(session, [project.id])) or not actor.can("field_key.list", project)
    may_restore = actor.can("form.restore", project)
    return show(
        call,
        "project.html",
        trash=list_forms(session, actor, project, is_deleted=True) if may_restore else (),
        title_of=lambda form: shown_version(form).title or form.form_id,
        lines=form_lines(actor, project, forms, counts),
        attention=attention,
        has_phones=has_phones,
        longest_name=LONGEST_PROJECT_NAME,
    )


@routes.route("POST", f"{PROJECT}/name", needs("project.update"), form_limit=FORM_LIMIT)
def rename_project(call: Call) -> Response:
    """Call the project what `name` says; a blank one leaves its name as it is."""
    name = field(call, "name", LONGEST_PROJECT_NAME)
    if name:
        update_project(call.session, call.actor, call.project, {"name": name})
    return see(f"/projects/{call.project.id}")
