"""A new submission by somebody who is signed in, such as a data collector without a phone."""

from flask import Response

from server.forms.find import published_version
from server.http.access import needs
from server.http.call import Call
from server.web.fill.page import Task, write_fill_page
from server.web.pages import routes
from server.web.shell import FORM
from server.web.tabs import form_base


@routes.route("GET", f"{FORM}/fill", needs("submission.create"))
def show_new(call: Call) -> Response:
    """Show the published form, to be filled in and sent as from a phone."""
    api = f"/v1{form_base(call.form)}"
    task = Task(
        kind="new",
        form=f"{api}.xml",
        files=f"{api}/attachments/",
        send=f"/v1/projects/{call.project.id}/submission",
        user=call.actor.display_name,
    )
    return write_fill_page(call, published_version(call.form), task, back=f"/projects/{call.project.id}")
