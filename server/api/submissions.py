"""Submissions: list, detail, XML, create, edit, review, comments, versions and log."""

from urllib.parse import quote

from flask import Response
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from server.accounts.log import log_of_submission
from server.api.form_shapes import FormShape, FormView
from server.api.forms import shown_version
from server.api.routes import routes
from server.api.shapes import Shape
from server.api.submission_shapes import (
    AuditShape,
    CommentShape,
    ExtendedAuditShape,
    ExtendedCommentShape,
    ExtendedSubmissionShape,
    ExtendedVersionShape,
    ReviewShape,
    SubmissionListQuery,
    SubmissionShape,
    VersionShape,
    shaped_versions,
)
from server.errors import Problem, already_exists, already_replaced, missing_parameter, unsupported_media_type
from server.http.access import needs
from server.http.bodies import read_raw_body
from server.http.call import Call
from server.http.json import write_json, write_shape, write_success
from server.submissions import find, review
from server.submissions.arrival import MAX_XML, Arrival, Sender, SubmissionParts, read_arrival
from server.submissions.destination import Destination, draft_destination, form_destination
from server.submissions.finding_list import with_findings
from server.submissions.intake import receive
from server.submissions.models import Submission

FORM = "/v1/projects/<int:project_id>/forms/<form_id>"
LIST = f"{FORM}/submissions"
ITEM = f"{LIST}/<instance_id>"
DRAFT_LIST = f"{FORM}/draft/submissions"
DRAFT_ITEM = f"{DRAFT_LIST}/<instance_id>"
XML_TYPES = ("application/xml", "text/xml")

_SUBMISSION, _EXTENDED_SUBMISSION = SubmissionShape(), ExtendedSubmissionShape()
_VERSION, _EXTENDED_VERSION = VersionShape(), ExtendedVersionShape()
_COMMENT, _EXTENDED_COMMENT = CommentShape(), ExtendedCommentShape()
_AUDIT, _EXTENDED_AUDIT, _FORM = AuditShape(), ExtendedAuditShape(), FormShape()
_LIST_QUERY = SubmissionListQuery()


def _shape(call: Call, plain: Shape, extended: Shape) -> Shape:
    return extended if call.wants_extended else plain


def _write_submission(call: Call, submission: Submission) -> Response:
    return write_shape(_shape(call, _SUBMISSION, _EXTENDED_SUBMISSION), submission)


@routes.route("GET", LIST, needs("submission.list"), query=_LIST_QUERY, answer=_SUBMISSION)
def list_submissions(call: Call) -> Response:
    """List a form's submissions, newest first.

    Beyond ODK Central's API: `hasFindings` gives those with or without errors and warnings, `findingRule` and
    `findingPath` those with a finding of that rule, or at that path of the form.
    """
    rows = find.list_submissions(
        call.session,
        call.form,
        is_deleted=call.query["deleted"],
        condition=_finding_condition(call),
        limit=call.query["limit"],
        offset=call.query["offset"],
    )
    return write_shape(_shape(call, _SUBMISSION, _EXTENDED_SUBMISSION), rows, many=True)


@routes.route("GET", DRAFT_LIST, needs("submission.list"), query=_LIST_QUERY, answer=_SUBMISSION)
def list_draft_submissions(call: Call) -> Response:
    """List what testers have sent to the draft."""
    rows = find.list_submissions(
        call.session,
        call.form,
        is_draft=True,
        condition=_finding_condition(call),
        limit=call.query["limit"],
        offset=call.query["offset"],
    )
    return write_shape(_shape(call, _SUBMISSION, _EXTENDED_SUBMISSION), rows, many=True)


def _finding_condition(call: Call) -> ColumnElement[bool]:
    query = call.query
    return with_findings(
        call.form, has_any=query["has_findings"], rule=query["finding_rule"], path=query["finding_path"]
    )


@routes.route("POST", LIST, needs("submission.create"), transaction="own", answer=_SUBMISSION)
def create_submission(call: Call) -> Response:
    """Send the XML of a new submission; its files follow one by one."""
    arrival = _read_xml(call)
    with call.services.database.read() as session:
        destination = form_destination(session, call.form, arrival.head)
    return _write_received(call, destination, arrival)


@routes.route("POST", DRAFT_LIST, needs("submission.create", "draft.test"), transaction="own", answer=_SUBMISSION)
def create_draft_submission(call: Call) -> Response:
    """Send the XML of a submission to the draft."""
    arrival = _read_xml(call)
    with call.services.database.read() as session:
        destination = draft_destination(session, call.form, arrival.head)
    return _write_received(call, destination, arrival)


@routes.route("PUT", ITEM, needs("submission.update"), transaction="own", answer=_SUBMISSION)
def edit_submission(call: Call, instance_id: str) -> Response:
    """Replace a submission's data; the XML names the version that it replaces as its deprecatedID."""
    arrival = _read_xml(call)
    with call.services.database.read() as session:
        submission = find.find_submission(session, call.form, instance_id)
        destination = form_destination(session, call.form, arrival.head)
    if not arrival.head.deprecated_id:
        raise missing_parameter("deprecatedID")
    if submission.current_version.instance_id != arrival.head.deprecated_id:
        raise already_replaced(arrival.head.deprecated_id)
    return _write_received(call, destination, arrival)


def _read_xml(call: Call) -> Arrival:
    kind = call.request.mimetype
    if kind not in XML_TYPES:
        raise unsupported_media_type(kind, XML_TYPES)
    xml = read_raw_body(call.request, MAX_XML)
    request = call.request
    sender = Sender(device_id=request.args.get("deviceID"), user_agent=request.headers.get("User-Agent"))
    return read_arrival(SubmissionParts(xml), sender)


def _write_received(call: Call, destination: Destination, arrival: Arrival) -> Response:
    """A program that sends the same thing twice is told so, where a phone is told that all is well."""
    services = call.services
    wait = services.settings.check_wait_seconds
    receipt = receive(services.database, services.storage, call.actor, destination, arrival, wait=wait)
    if receipt.outcome == "resend":
        raise already_exists(["instanceId"], [arrival.instance_id])
    with call.services.database.read() as session:
        return _write_submission(call, find.get_submission(session, receipt.submission_id))


@routes.route("GET", ITEM, needs("submission.read"), answer=_SUBMISSION)
def get_submission(call: Call, instance_id: str) -> Response:
    """Get a submission's metadata; the instanceID of an edit leads to the version that it made."""
    try:
        return _write_submission(call, find.find_submission(call.session, call.form, instance_id))
    except Problem:
        root = find.root_instance_id(call.session, call.form, instance_id)
        if root is None:
            raise
    return _redirect_to_version(call, root, instance_id)


def _redirect_to_version(call: Call, root: str, instance_id: str) -> Response:
    form = f"{call.base_url}/projects/{call.project.id}/forms/{quote(call.form.form_id, safe='')}"
    path = f"submissions/{quote(root, safe=':')}/versions/{quote(instance_id, safe=':')}"
    return Response(status=301, headers={"Location": f"{form}/{path}"})


@routes.route("GET", DRAFT_ITEM, needs("submission.read"), answer=_SUBMISSION)
def get_draft_submission(call: Call, instance_id: str) -> Response:
    """Get the metadata of a submission to the draft."""
    return _write_submission(call, find.find_submission(call.session, call.form, instance_id, is_draft=True))


@routes.route("GET", f"{ITEM}.xml", needs("submission.read"))
def get_submission_xml(call: Call, instance_id: str) -> Response:
    """Get the current XML, byte for byte as it was received."""
    return _write_xml(call.session, find.find_submission(call.session, call.form, instance_id))


@routes.route("GET", f"{DRAFT_ITEM}.xml", needs("submission.read"))
def get_draft_submission_xml(call: Call, instance_id: str) -> Response:
    """Get the XML of a submission to the draft."""
    return _write_xml(call.session, find.find_submission(call.session, call.form, instance_id, is_draft=True))


def _write_xml(session: Session, submission: Submission) -> Response:
    return Response(find.version_xml(session, submission.current_version), content_type=XML_TYPES[0])


@routes.route("PATCH", ITEM, needs("submission.update"), body=ReviewShape(), answer=_SUBMISSION)
def review_submission(call: Call, instance_id: str) -> Response:
    """Set the review state."""
    submission = find.hold_submission(call.session, call.form, instance_id)
    review.set_review_state(call.session, call.actor, call.form, submission, call.body["review_state"])
    return _write_submission(call, submission)


@routes.route("DELETE", ITEM, needs("submission.delete"))
def delete_submission(call: Call, instance_id: str) -> Response:
    """Put a submission into the trash."""
    submission = find.hold_submission(call.session, call.form, instance_id)
    review.delete_submission(call.session, call.actor, call.form, submission)
    return write_success()


@routes.route("POST", f"{ITEM}/restore", needs("submission.restore"))
def restore_submission(call: Call, instance_id: str) -> Response:
    """Take a submission out of the trash."""
    submission = find.hold_submission(call.session, call.form, instance_id, is_deleted=True)
    review.restore_submission(call.session, call.actor, call.form, submission)
    return write_success()


@routes.route("GET", f"{ITEM}/comments", needs("submission.read"), answer=_COMMENT)
def list_comments(call: Call, instance_id: str) -> Response:
    """List the comments on a submission, newest first."""
    submission = find.find_submission(call.session, call.form, instance_id)
    rows = find.list_comments(call.session, submission)
    return write_shape(_shape(call, _COMMENT, _EXTENDED_COMMENT), rows, many=True)


@routes.route("POST", f"{ITEM}/comments", needs("submission.update"), body=_COMMENT, answer=_COMMENT)
def add_comment(call: Call, instance_id: str) -> Response:
    """Write a comment."""
    submission = find.find_submission(call.session, call.form, instance_id)
    return write_shape(_COMMENT, review.add_comment(call.session, call.actor, submission, call.body["body"]))


@routes.route("GET", f"{ITEM}/versions", needs("submission.read"), answer=_VERSION)
def list_versions(call: Call, instance_id: str) -> Response:
    """List the versions of a submission, newest first."""
    submission = find.find_submission(call.session, call.form, instance_id)
    rows = list(find.list_versions(call.session, submission))
    shape = _shape(call, _VERSION, _EXTENDED_VERSION)
    return write_json(shaped_versions(rows, submission.current_version_id, shape))


@routes.route("GET", f"{ITEM}/versions/<version_id>", needs("submission.read"), answer=_VERSION)
def get_version(call: Call, instance_id: str, version_id: str) -> Response:
    """Get one version's metadata."""
    submission = find.find_submission(call.session, call.form, instance_id)
    version = find.find_version(call.session, submission, version_id)
    shape = _shape(call, _VERSION, _EXTENDED_VERSION)
    return write_json(shaped_versions([version], submission.current_version_id, shape)[0])


@routes.route("GET", f"{ITEM}/versions/<version_id>.xml", needs("submission.read"))
def get_version_xml(call: Call, instance_id: str, version_id: str) -> Response:
    """Get one version's XML, byte for byte as it was received."""
    submission = find.find_submission(call.session, call.form, instance_id)
    version = find.find_version(call.session, submission, version_id)
    return Response(find.version_xml(call.session, version), content_type=XML_TYPES[0])


@routes.route("GET", f"{ITEM}/audits", needs("submission.read"), answer=_AUDIT)
def list_audits(call: Call, instance_id: str) -> Response:
    """List what happened to a submission, newest first."""
    submission = find.find_submission(call.session, call.form, instance_id)
    rows = log_of_submission(call.session, submission.id)
    if not call.wants_extended:
        return write_shape(_AUDIT, rows, many=True)
    form = _FORM.dump(FormView(call.form, shown_version(call.form)))
    return write_json([_EXTENDED_AUDIT.dump(row) | {"actee": form} for row in rows])
