"""Forms, their versions, files and fields as they stand on the wire."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import fields, missing
from sqlalchemy.orm import Session

from server.accounts.public_links import count_public_links
from server.api.shapes import ActorShape, Moment, Shape
from server.forms.models import Form, FormVersion
from server.forms.odata_names import odata_name, odata_path
from server.http.call import Call
from server.submissions.counts import SubmissionCounts, count_submissions
from server.xform.definition import Field


@dataclass(frozen=True, slots=True)
class FormView:
    """A form as one of its versions shows it; `counts` only for extended metadata."""

    form: Form
    version: FormVersion
    counts: SubmissionCounts | None = None
    public_links: int = 0


class FormShape(Shape):
    project_id = fields.Integer(attribute="form.project_id")
    xml_form_id = fields.String(attribute="form.form_id")
    name = fields.String(attribute="version.title")
    version = fields.String(attribute="version.version")
    hash = fields.String(attribute="version.md5")
    state = fields.String(attribute="form.state")
    published_at = Moment(attribute="version.published_at")
    created_at = Moment(attribute="form.created_at")
    updated_at = Moment(attribute="form.updated_at")
    webforms_enabled = fields.Boolean(attribute="form.webforms_enabled")
    # What the form is called in the addresses of pages that fill it in.
    enketo_id: fields.Field[Any] = fields.String(attribute="form.link_id")
    key_id = fields.Integer(attribute="version.key_id")


class ReviewStatesShape(Shape):
    received = fields.Integer()
    has_issues = fields.Integer()
    edited = fields.Integer()


class ExtendedFormShape(FormShape):
    submissions = fields.Integer(attribute="counts.total")
    review_states = fields.Nested(ReviewStatesShape, attribute="counts")
    last_submission = Moment(attribute="counts.last_at")
    created_by = fields.Nested(ActorShape, attribute="form.created_by")
    excel_content_type = fields.String(attribute="version.xlsform_type")
    entity_related = fields.Boolean(attribute="version.makes_entities")
    public_links = fields.Integer()


class FormWithNotesShape(ExtendedFormShape):
    """For those who may update the form."""

    publish_notes = fields.String(attribute="version.publish_notes")


class DeletedFormShape(FormShape):
    """In the trash only the number tells forms with the same id apart."""

    id = fields.Integer(attribute="form.id")
    deleted_at = Moment(attribute="form.deleted_at")


class ExtendedDeletedFormShape(ExtendedFormShape, DeletedFormShape):
    pass


class DraftShape(FormShape):
    # Testers fill a draft in on their phones: the form's own pages lead to what is published.
    enketo_id: fields.Field[Any] = fields.Constant(None)
    draft_token = fields.String(attribute="version.draft_token")


class ExtendedDraftShape(ExtendedFormShape, DraftShape):
    pass


class ExtendedVersionShape(FormShape):
    published_by = fields.Nested(ActorShape, attribute="version.published_by")
    excel_content_type = fields.String(attribute="version.xlsform_type")


class VersionWithNotesShape(ExtendedVersionShape):
    """For those who may update the form."""

    publish_notes = fields.String(attribute="version.publish_notes")


class FormChangesShape(Shape):
    state = fields.String()
    webforms_enabled = fields.Boolean()


class FormAttachmentShape(Shape):
    name = fields.String()
    type = fields.String()
    exists = fields.Function(lambda slot: slot.sha256 is not None)
    blob_exists = fields.Function(lambda slot: slot.sha256 is not None)
    dataset_exists: fields.Field[Any] = fields.Constant(False)
    # Clients take its absence for an empty slot.
    size = fields.Function(lambda slot: slot.blob.size if slot.blob else missing)
    hash = fields.Function(lambda slot: slot.blob and slot.blob.md5)
    updated_at = Moment()


class FieldShape(Shape):
    name = fields.String()
    path = fields.String()
    type = fields.String()
    binary = fields.Boolean()
    select_multiple = fields.Boolean()


class FieldsQuery(Shape):
    odata = fields.Boolean(load_default=False)


class FormListQuery(Shape):
    deleted = fields.Boolean(load_default=False)


class UploadQuery(Shape):
    ignore_warnings = fields.Boolean(load_default=False)


class NewFormQuery(UploadQuery):
    publish = fields.Boolean(load_default=False)


class PublishQuery(Shape):
    version = fields.String(load_default=None)


def counted_view(call: Call, form: Form, version: FormVersion) -> FormView:
    """With counts when the client asks for extended metadata; those of a draft are of its testers."""
    if not call.wants_extended:
        return FormView(form, version)
    return counted_views(call.session, [(form, version)], is_draft=version.id == form.draft_version_id)[0]


def counted_views(
    session: Session, shown: Sequence[tuple[Form, FormVersion]], *, is_draft: bool = False
) -> list[FormView]:
    """With counts, at the same price for any number of forms."""
    ids = [form.id for form, _ in shown]
    counts, links = count_submissions(session, ids, is_draft=is_draft), count_public_links(session, ids)
    return [FormView(form, version, counts[form.id], links.get(form.id, 0)) for form, version in shown]


def shown_field(field: Field, *, as_odata: bool) -> dict[str, Any]:
    """`binary` and `selectMultiple` stand only where they are true."""
    shown: dict[str, Any] = {
        "name": odata_name(field.name) if as_odata else field.name,
        "path": odata_path(field.path) if as_odata else field.path,
        "type": field.type,
    }
    if field.is_binary:
        shown["binary"] = True
    if field.is_select_multiple:
        shown["selectMultiple"] = True
    return shown
