"""The draft of a form: making, replacing, trying, publishing and throwing away the next version."""

from flask import Response

from server.api.form_documents import send_workbook, write_fields, write_form_xml
from server.api.form_shapes import (
    DraftShape,
    ExtendedDraftShape,
    FieldShape,
    FieldsQuery,
    PublishQuery,
    UploadQuery,
    counted_view,
)
from server.api.form_uploads import has_body, read_form_upload
from server.api.routes import routes
from server.forms.find import draft_version, find_form, find_project
from server.forms.publish import copy_draft, delete_draft, publish_draft, set_draft
from server.forms.upload import put_files
from server.http.access import needs
from server.http.call import Call
from server.http.json import write_shape, write_success
from server.submissions.drafts import clear_draft_submissions

DRAFT = "/v1/projects/<int:project_id>/forms/<form_id>/draft"

_DRAFT, _EXTENDED_DRAFT = DraftShape(), ExtendedDraftShape()
_READ, _CHANGE = needs("form.read"), needs("form.update")
# Who holds the test link downloads the form with it.
_TRY = needs("form.read", "draft.test")


@routes.route("GET", DRAFT, _READ, answer=_DRAFT)
def get(call: Call) -> Response:
    """Get the draft's details, with the token of its test link."""
    view = counted_view(call, call.form, draft_version(call.form))
    return write_shape(_EXTENDED_DRAFT if call.wants_extended else _DRAFT, view)


@routes.route("POST", DRAFT, _CHANGE, transaction="own", query=UploadQuery())
def replace(call: Call) -> Response:
    """Make the uploaded XForm or XLSForm the draft; without a body, a copy of the published version."""
    return _upload(call) if has_body(call) else _copy(call)


def _upload(call: Call) -> Response:
    upload = read_form_upload(call)
    ignore_warnings = call.query["ignore_warnings"]
    with put_files(call.services.storage, upload) as files, call.writing() as session:
        form = find_form(session, find_project(session, call.project.id), call.form.form_id)
        clear_draft_submissions(session, form)
        set_draft(session, call.actor, form, upload, files=files, ignore_warnings=ignore_warnings)
    return write_success()


def _copy(call: Call) -> Response:
    with call.writing() as session:
        form = find_form(session, find_project(session, call.project.id), call.form.form_id)
        clear_draft_submissions(session, form)
        copy_draft(session, call.actor, form)
    return write_success()


@routes.route("DELETE", DRAFT, _CHANGE)
def delete(call: Call) -> Response:
    """Throw the draft away, with what testers have sent to it."""
    clear_draft_submissions(call.session, call.form)
    delete_draft(call.session, call.actor, call.form)
    return write_success()


@routes.route("POST", f"{DRAFT}/publish", _CHANGE, transaction="own", query=PublishQuery())
def publish(call: Call) -> Response:
    """Make the draft the form's version; `version` gives it another label on the way."""
    seen = draft_version(call.form).id
    with call.writing() as session:
        form = find_form(session, find_project(session, call.project.id), call.form.form_id)
        clear_draft_submissions(session, form)
        version = call.query["version"]
        publish_draft(session, call.actor, form, seen=seen, version=version, notes=call.action_notes)
    return write_success()


@routes.route("GET", f"{DRAFT}.xml", _TRY)
def get_xml(call: Call) -> Response:
    """Get the draft's XForm."""
    return write_form_xml(call, draft_version(call.form))


@routes.route("GET", f"{DRAFT}.xlsx", _READ)
def get_xlsx(call: Call) -> Response:
    """Get the .xlsx file that the draft was made from."""
    return send_workbook(call, draft_version(call.form), "xlsx")


@routes.route("GET", f"{DRAFT}.xls", _READ)
def get_xls(call: Call) -> Response:
    """Get the .xls file that the draft was made from."""
    return send_workbook(call, draft_version(call.form), "xls")


@routes.route("GET", f"{DRAFT}/fields", _READ, query=FieldsQuery(), answer=FieldShape(many=True))
def list_fields(call: Call) -> Response:
    """List the draft's fields."""
    return write_fields(call, draft_version(call.form))
