"""The files beside a form: listing and fetching them for any version, uploading and clearing those of the draft."""

from flask import Response

from server.api.form_shapes import FormAttachmentShape
from server.api.routes import routes
from server.content_types import type_by_name, usable_type
from server.forms.attachments import clear_slot, expect_slot, fill_slot, find_file, list_attachments
from server.forms.find import draft_version, find_form, find_project, find_version, published_version
from server.forms.models import FormVersion
from server.http.access import needs
from server.http.bodies import staged_body
from server.http.call import Call
from server.http.files import send_blob
from server.http.json import write_json, write_shape, write_success

FORM = "/v1/projects/<int:project_id>/forms/<form_id>"
VERSION = f"{FORM}/versions/<path:version>"
DRAFT = f"{FORM}/draft"

_ATTACHMENT = FormAttachmentShape()
_READ, _CHANGE = needs("form.read"), needs("form.update")
_TRY = needs("form.read", "draft.test")


def _write_list(call: Call, version: FormVersion) -> Response:
    return write_shape(_ATTACHMENT, list_attachments(call.session, version), many=True)


def _send(call: Call, version: FormVersion, name: str) -> Response:
    slot, blob = find_file(call.session, version, name)
    content_type = slot.content_type or type_by_name(slot.name)
    return send_blob(call.request, call.services.storage, blob, name=slot.name, content_type=content_type)


@routes.route("GET", f"{FORM}/attachments", _READ, answer=_ATTACHMENT)
def list_published(call: Call) -> Response:
    """List the files that the form asks for, and whether they are here."""
    return _write_list(call, published_version(call.form))


@routes.route("GET", f"{FORM}/attachments/<name>", _READ)
def get_published(call: Call, name: str) -> Response:
    """Download a file of the form."""
    return _send(call, published_version(call.form), name)


@routes.route("GET", f"{VERSION}/attachments", _READ, answer=_ATTACHMENT)
def list_of_version(call: Call, version: str) -> Response:
    """List the files that a version asks for."""
    return _write_list(call, find_version(call.session, call.form, version))


@routes.route("GET", f"{VERSION}/attachments/<name>", _READ)
def get_of_version(call: Call, version: str, name: str) -> Response:
    """Download a file of a version."""
    return _send(call, find_version(call.session, call.form, version), name)


@routes.route("GET", f"{DRAFT}/attachments", _READ, answer=_ATTACHMENT)
def list_of_draft(call: Call) -> Response:
    """List the files that the draft asks for."""
    return _write_list(call, draft_version(call.form))


@routes.route("GET", f"{DRAFT}/attachments/<name>", _TRY)
def get_of_draft(call: Call, name: str) -> Response:
    """Download a file of the draft."""
    return _send(call, draft_version(call.form), name)


@routes.route("POST", f"{DRAFT}/attachments/<name>", _CHANGE, transaction="own", answer=_ATTACHMENT)
def upload(call: Call, name: str) -> Response:
    """Upload a file into the slot with its name."""
    services = call.services
    with services.database.read() as session:
        form = find_form(session, find_project(session, call.project.id), call.form.form_id)
        expect_slot(session, draft_version(form), name)
    with staged_body(call.request, services.storage, services.settings.max_upload) as staged:
        services.storage.put(staged)
        with call.writing() as session:
            form = find_form(session, find_project(session, call.project.id), call.form.form_id)
            content_type = usable_type(call.request.content_type)
            slot = fill_slot(session, call.actor, form, name, staged=staged, content_type=content_type)
            return write_json(_ATTACHMENT.dump(slot))


@routes.route("DELETE", f"{DRAFT}/attachments/<name>", _CHANGE)
def clear(call: Call, name: str) -> Response:
    """Empty a slot; the slot itself stays, since the form asks for the file."""
    clear_slot(call.session, call.actor, call.form, name)
    return write_success()
