"""Findings: where submissions break the rules of their form. Beyond ODK Central's API."""

from typing import Any

from flask import Response
from marshmallow import fields, validate

from server.api.routes import routes
from server.api.shapes import ActorShape, Moment, Shape
from server.api.submissions import DRAFT_ITEM, FORM, ITEM
from server.http.access import needs
from server.http.call import Call
from server.http.json import write_shape
from server.submissions.dismissal import set_dismissed
from server.submissions.find import find_submission, hold_submission
from server.submissions.finding_list import FindingGroup, find_finding, group_findings, list_findings
from server.submissions.models import Finding, Submission
from server.xform.wording import built_in_messages


class FindingPlaceShape(Shape):
    """`messages` are the form's own words for the rule by language where it has some, else ours."""

    level = fields.String()
    code = fields.String()
    rule = fields.String()
    generic_path = fields.String()
    messages: fields.Field[Any] = fields.Dict(keys=fields.String(), values=fields.String())
    detail = fields.String()
    expression = fields.String()

    def get_attribute(self, obj: Finding, attr: str, default: Any) -> Any:
        found = super().get_attribute(obj, attr, default)
        return found or built_in_messages(obj.code, obj.value, obj.expected) if attr == "messages" else found


class FindingShape(FindingPlaceShape):
    id = fields.Integer()
    path = fields.String()
    value = fields.String()
    expected = fields.String()
    offset = fields.Integer()
    dismissed_at = Moment()
    dismissed_by = fields.Nested(ActorShape)
    reason = fields.String(attribute="dismissed_reason")


class FindingGroupShape(FindingPlaceShape):
    """`values` are some of the answers, the most frequent first."""

    submissions = fields.Integer()
    values = fields.List(fields.String())

    def get_attribute(self, obj: Finding | FindingGroup, attr: str, default: Any) -> Any:
        """Take from the group what is its own, and all else from one of its findings."""
        if isinstance(obj, Finding):
            return super().get_attribute(obj, attr, default)
        return getattr(obj, attr) if hasattr(obj, attr) else super().get_attribute(obj.latest, attr, default)


class DismissalShape(Shape):
    dismissed = fields.Boolean(required=True)
    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=10_000))


_FINDING, _GROUP = FindingShape(), FindingGroupShape()
_READ = needs("submission.read")


@routes.route("GET", f"{FORM}/findings", _READ, answer=_GROUP)
def group(call: Call) -> Response:
    """List the form's findings by place and rule, with how many submissions have them: errors first.

    Counts the current versions of submissions outside the trash, without findings that somebody has dismissed.
    """
    return write_shape(_GROUP, group_findings(call.session, call.form), many=True)


@routes.route("GET", f"{ITEM}/findings", _READ, answer=_FINDING)
def show(call: Call, instance_id: str) -> Response:
    """List the findings of a submission's current version, in the order of the form."""
    return _write(call, find_submission(call.session, call.form, instance_id))


@routes.route("GET", f"{DRAFT_ITEM}/findings", _READ, answer=_FINDING)
def show_of_draft(call: Call, instance_id: str) -> Response:
    """List the findings of a submission to the draft."""
    return _write(call, find_submission(call.session, call.form, instance_id, is_draft=True))


def _write(call: Call, submission: Submission) -> Response:
    return write_shape(_FINDING, list_findings(call.session, submission), many=True)


@routes.route(
    "PATCH", f"{ITEM}/findings/<int:number>", needs("submission.update"), body=DismissalShape(), answer=_FINDING
)
def dismiss(call: Call, instance_id: str, number: int) -> Response:
    """Dismiss a finding, or with `dismissed` false let it count again.

    It stays dismissed when the submission is edited or checked again, as long as the same rule is broken by the same
    answer.
    """
    submission = hold_submission(call.session, call.form, instance_id)
    finding = find_finding(call.session, submission, number)
    is_dismissed, reason = call.body["dismissed"], call.body["reason"]
    set_dismissed(call.session, call.actor, finding, is_dismissed=is_dismissed, reason=reason)
    return write_shape(_FINDING, finding)
