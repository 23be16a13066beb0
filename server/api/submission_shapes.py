"""Submissions as they stand on the wire."""

from typing import Any

from marshmallow import fields, validate

from server.api.shapes import ActorShape, Moment, Shape
from server.submissions.models import SubmissionVersion


class CurrentVersionShape(Shape):
    instance_id = fields.String()
    instance_name = fields.String()
    submitter_id = fields.Integer()
    device_id = fields.String()
    user_agent = fields.String()
    created_at = Moment()
    current: fields.Field[Any] = fields.Constant(True)


class VersionShape(CurrentVersionShape):
    """`current` is written by `shaped_versions`, which knows which version that is."""

    form_version = fields.String(attribute="version")


class ExtendedVersionShape(VersionShape):
    submitter = fields.Nested(ActorShape)


class SubmissionShape(Shape):
    instance_id = fields.String()
    submitter_id = fields.Integer()
    device_id = fields.String()
    user_agent = fields.String()
    review_state = fields.String()
    created_at = Moment()
    updated_at = Moment()
    deleted_at = Moment()
    current_version = fields.Nested(CurrentVersionShape)


class FindingCountsShape(Shape):
    error = fields.Integer()
    warning = fields.Integer()


class ExtendedSubmissionShape(SubmissionShape):
    """`findings` and `checkState` go beyond ODK Central's API."""

    submitter = fields.Nested(ActorShape)
    findings = fields.Nested(FindingCountsShape, attribute="finding_counts")
    check_state = fields.String(attribute="current_version.check_state")


class CommentShape(Shape):
    body = fields.String(required=True, validate=validate.Length(min=1, max=100_000))
    actor_id = fields.Integer(dump_only=True)
    created_at = Moment(dump_only=True)


class ExtendedCommentShape(CommentShape):
    actor = fields.Nested(ActorShape)


class AttachmentShape(Shape):
    name = fields.String()
    exists = fields.Function(lambda row: row.sha256 is not None)


class ReviewShape(Shape):
    review_state = fields.String(required=True, allow_none=True)


# What both databases can count.
_COUNT = validate.Range(min=0, max=2**63 - 1)


class SubmissionListQuery(Shape):
    deleted = fields.Boolean(load_default=False)
    limit = fields.Integer(load_default=None, validate=_COUNT)
    offset = fields.Integer(load_default=None, validate=_COUNT)
    has_findings = fields.Boolean(load_default=None)
    finding_rule = fields.String(load_default=None)
    finding_path = fields.String(load_default=None)


class AuditShape(Shape):
    actor_id = fields.Integer(attribute="audit.actor_id")
    action = fields.String(attribute="audit.action")
    actee_id = fields.String(attribute="audit.actee_id")
    details = fields.Dict(attribute="audit.details")
    notes = fields.String(attribute="audit.notes")
    logged_at = Moment(attribute="audit.logged_at")


class ExtendedAuditShape(AuditShape):
    actor = fields.Nested(ActorShape)
    actee = fields.Dict()


def shaped_versions(versions: list[SubmissionVersion], current_id: int | None, shape: Shape) -> list[dict[str, object]]:
    """Each version's shape, with `current` set for the one that counts."""
    return [shape.dump(version) | {"current": version.id == current_id} for version in versions]
