"""A submission in the browser, to be changed and sent as its next version."""

from urllib.parse import quote

from flask import Response

from server.forms.find import BLANK_VERSION, published_version
from server.forms.models import FormVersion
from server.http.access import needs
from server.http.call import Call
from server.submissions.find import find_submission, list_attachments
from server.web.fill.page import Task, write_fill_page
from server.web.pages import routes
from server.web.review.address import read_address
from server.web.shell import FORM
from server.web.tabs import form_base


@routes.route("GET", f"{FORM}/submissions/<instance_id>/edit", needs("submission.update"))
def show_edit(call: Call, instance_id: str) -> Response:
    """Show the submission in the version of the form that it was made with.

    The address has the query of the desk that one comes from, and goes back to.
    """
    submission = find_submission(call.session, call.form, instance_id)
    current, base = submission.current_version, form_base(call.form)
    version = _version(call, current.form_version_id)
    item = f"/v1{base}/submissions/{quote(submission.instance_id, safe='')}"
    files = [slot.name for slot in list_attachments(call.session, current) if slot.sha256 is not None]
    of_version = f"/v1{base}/versions/{quote(version.version or BLANK_VERSION, safe='')}"
    task = Task(
        kind="edit",
        form=f"{of_version}.xml",
        files=f"{of_version}/attachments/",
        send=f"/v1/projects/{call.project.id}/submission",
        instance=f"{item}.xml",
        attachments=f"{item}/attachments/",
        names=tuple(files),
        user=call.actor.display_name,
    )
    back = f"{base}/review{read_address(call.request.args).query(open=submission.instance_id)}"
    return write_fill_page(call, version, task, back=back, name=current.instance_name)


def _version(call: Call, version_id: int | None) -> FormVersion:
    """The form as it was filled in; the published one where that version was never here."""
    version = call.session.get(FormVersion, version_id) if version_id else None
    return version or published_version(call.form)
