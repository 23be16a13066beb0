"""The files of submissions: which are expected, which are there, and their content."""

from flask import Response

from server.api.routes import routes
from server.api.submission_shapes import AttachmentShape
from server.api.submissions import DRAFT_ITEM, ITEM
from server.blobs import record_blob
from server.content_types import content_type_of
from server.http.access import needs
from server.http.bodies import staged_body
from server.http.call import Call
from server.http.files import send_blob
from server.http.json import write_shape, write_success
from server.submissions import find, review
from server.submissions.attachments import KeptFile
from server.submissions.models import SubmissionVersion

_ATTACHMENT = AttachmentShape()
_FILES, _DRAFT_FILES = f"{ITEM}/attachments", f"{DRAFT_ITEM}/attachments"
_VERSION_FILES = f"{ITEM}/versions/<version_id>/attachments"
_READ, _CHANGE = needs("submission.read"), needs("submission.update")


def _current(call: Call, instance_id: str, *, is_draft: bool = False) -> SubmissionVersion:
    return find.find_submission(call.session, call.form, instance_id, is_draft=is_draft).current_version


def _held(call: Call, instance_id: str, *, is_draft: bool = False) -> SubmissionVersion:
    """The current version, which no edit replaces before the transaction ends."""
    return find.hold_submission(call.session, call.form, instance_id, is_draft=is_draft).current_version


def _version(call: Call, instance_id: str, version_id: str) -> SubmissionVersion:
    submission = find.find_submission(call.session, call.form, instance_id)
    return find.find_version(call.session, submission, version_id)


def _write_list(call: Call, version: SubmissionVersion) -> Response:
    return write_shape(_ATTACHMENT, find.list_attachments(call.session, version), many=True)


def _send(call: Call, version: SubmissionVersion, name: str) -> Response:
    row, blob = find.find_attachment(call.session, version, name)
    return send_blob(call.request, call.services.storage, blob, name=name, content_type=row.content_type)


def _clear(call: Call, version: SubmissionVersion, name: str) -> Response:
    review.put_attachment(call.session, call.actor, call.form, version, name=name, file=None)
    return write_success()


@routes.route("GET", _FILES, _READ, answer=_ATTACHMENT)
def list_files(call: Call, instance_id: str) -> Response:
    """List the files of the current version, and whether each has arrived."""
    return _write_list(call, _current(call, instance_id))


@routes.route("GET", _DRAFT_FILES, _READ, answer=_ATTACHMENT)
def list_draft_files(call: Call, instance_id: str) -> Response:
    """List the files of a submission to the draft."""
    return _write_list(call, _current(call, instance_id, is_draft=True))


@routes.route("GET", _VERSION_FILES, _READ, answer=_ATTACHMENT)
def list_version_files(call: Call, instance_id: str, version_id: str) -> Response:
    """List the files of one version."""
    return _write_list(call, _version(call, instance_id, version_id))


@routes.route("GET", f"{_FILES}/<name>", _READ)
def download_file(call: Call, instance_id: str, name: str) -> Response:
    """Download a file of the current version."""
    return _send(call, _current(call, instance_id), name)


@routes.route("GET", f"{_DRAFT_FILES}/<name>", _READ)
def download_draft_file(call: Call, instance_id: str, name: str) -> Response:
    """Download a file of a submission to the draft."""
    return _send(call, _current(call, instance_id, is_draft=True), name)


@routes.route("GET", f"{_VERSION_FILES}/<name>", _READ)
def download_version_file(call: Call, instance_id: str, version_id: str, name: str) -> Response:
    """Download a file of one version."""
    return _send(call, _version(call, instance_id, version_id), name)


@routes.route("POST", f"{_FILES}/<name>", _CHANGE, transaction="own")
def upload_file(call: Call, instance_id: str, name: str) -> Response:
    """Fill the slot of an expected file of the current version."""
    return _upload(call, instance_id, name, is_draft=False)


@routes.route("POST", f"{_DRAFT_FILES}/<name>", _CHANGE, transaction="own")
def upload_draft_file(call: Call, instance_id: str, name: str) -> Response:
    """Fill the slot of an expected file of a submission to the draft."""
    return _upload(call, instance_id, name, is_draft=True)


def _upload(call: Call, instance_id: str, name: str, *, is_draft: bool) -> Response:
    services, kind = call.services, content_type_of(name, call.request.headers.get("Content-Type"))
    with services.database.read() as session:
        # Before the file is read: nobody should send a video to learn that there is no place for it.
        version = find.find_submission(session, call.form, instance_id, is_draft=is_draft).current_version
        find.expect_slot(session, version, name)
    with staged_body(call.request, services.storage, services.settings.max_upload) as staged:
        services.storage.put(staged)
        with call.writing() as session:
            submission = find.hold_submission(session, call.form, instance_id, is_draft=is_draft)
            file = KeptFile(record_blob(session, staged), kind)
            review.put_attachment(session, call.actor, call.form, submission.current_version, name=name, file=file)
    return write_success()


@routes.route("DELETE", f"{_FILES}/<name>", _CHANGE)
def clear_file(call: Call, instance_id: str, name: str) -> Response:
    """Empty the slot of a file of the current version."""
    return _clear(call, _held(call, instance_id), name)


@routes.route("DELETE", f"{_DRAFT_FILES}/<name>", _CHANGE)
def clear_draft_file(call: Call, instance_id: str, name: str) -> Response:
    """Empty the slot of a file of a submission to the draft."""
    return _clear(call, _held(call, instance_id, is_draft=True), name)


@routes.route("DELETE", f"{_VERSION_FILES}/<name>", _CHANGE)
def clear_version_file(call: Call, instance_id: str, version_id: str, name: str) -> Response:
    """Empty the slot of a file of one version."""
    return _clear(call, _version(call, instance_id, version_id), name)
