"""Forms into the trash and out of it."""

from flask import Response

from server.forms.state import delete_form, restore_form
from server.http.access import needs
from server.http.call import Call
from server.web.pages import routes
from server.web.shell import FORM, FORM_LIMIT, PROJECT, see
from server.web.tabs import form_base


@routes.route("POST", f"{FORM}/delete", needs("form.delete"), form_limit=FORM_LIMIT)
def delete(call: Call) -> Response:
    """Put the form into the trash, with all that was sent to it; the project's page can take it out again."""
    delete_form(call.session, call.actor, call.form)
    return see(f"/projects/{call.project.id}#trash")


@routes.route("POST", f"{PROJECT}/trash/<int:number>/restore", needs("form.restore"), form_limit=FORM_LIMIT)
def restore(call: Call, number: int) -> Response:
    """Take a form out of the trash."""
    return see(form_base(restore_form(call.session, call.actor, call.project, number)))
