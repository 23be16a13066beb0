"""The draft in the browser, for those who make it: what is sent is a test, as from a phone that tries the draft."""

from flask import Response
from sqlalchemy import select

from server.forms.find import draft_version
from server.forms.models import FormVersion
from server.http.access import needs
from server.http.call import Call
from server.web.fill.page import Task, write_fill_page
from server.web.pages import routes
from server.web.shell import FORM
from server.web.tabs import form_base
from server.xform.browser_gaps import browser_gaps


@routes.route("GET", f"{FORM}/draft/preview", needs("form.update"))
def show_preview(call: Call) -> Response:
    """Show the draft, and name the questions that cannot be answered in a browser."""
    base = form_base(call.form)
    version = draft_version(call.form)
    xml = call.session.scalars(select(FormVersion.xml).where(FormVersion.id == version.id)).one()
    task = Task(
        kind="preview",
        form=f"/v1{base}/draft.xml",
        files=f"/v1{base}/draft/attachments/",
        send=f"/v1{base}/draft/submission",
        user=call.actor.display_name,
    )
    return write_fill_page(call, version, task, back=f"{base}/draft", gaps=browser_gaps(xml))
