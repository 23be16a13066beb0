"""What a new definition changes against those before it, and against the project's other forms.

A field keeps its type for good, because exports put all versions into one table. Fields that disappear, and an id
that stands in the trash, are worth a question before anything is kept.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.errors import field_type_conflict, form_has_warnings
from server.forms.definitions import fields_of
from server.forms.models import Form, FormVersion, Project
from server.forms.upload import FormUpload
from server.xform.definition import Field


def refuse_other_types(session: Session, form: Form, upload: FormUpload) -> None:
    """Raise 400.17 for the first field that had another type in a published version."""
    now = {field.path: field.type for field in upload.definition.fields}
    for version in _published(session, form):
        for field in fields_of(session, version):
            if now.get(field.path, field.type) != field.type:
                raise field_type_conflict(field.path, field.type, now[field.path], row=upload.rows.get(field.path))


def refuse_warnings(session: Session, project: Project, form: Form | None, upload: FormUpload) -> None:
    """Raise 400.16 when there is anything to warn of; `form` is None for a new one."""
    definition = upload.definition
    workflow = [*_removed_fields(session, form, definition.fields), *_in_trash(session, project, definition.form_id)]
    if upload.warnings or upload.form_warnings or workflow:
        raise form_has_warnings(upload.warnings, workflow, upload.form_warnings)


def _published(session: Session, form: Form) -> Iterable[FormVersion]:
    statement = select(FormVersion).where(FormVersion.form_id == form.id, FormVersion.published_at.is_not(None))
    return session.scalars(statement.order_by(FormVersion.id.desc())).all()


def _removed_fields(session: Session, form: Form | None, now: Iterable[Field]) -> Iterator[dict[str, Any]]:
    if form is None or form.current_version is None:
        return
    paths = {field.path for field in now}
    removed = [field for field in fields_of(session, form.current_version) if field.path not in paths]
    if removed:
        yield {
            "type": "structureChanged",
            "details": [field.name for field in removed],
            "reason": "These fields of the published version are missing here, or stand in another group: "
            + ", ".join(field.path for field in removed)
            + ". What was sent for them is kept, but newer submissions have no column for it.",
        }


def _in_trash(session: Session, project: Project, form_id: str) -> Iterator[dict[str, Any]]:
    statement = select(Form.id).where(
        Form.project_id == project.id, Form.form_id == form_id, Form.deleted_at.is_not(None)
    )
    if session.scalars(statement.limit(1)).one_or_none() is not None:
        yield {
            "type": "deletedFormExists",
            "details": {"xmlFormId": form_id},
            "reason": f"A form with the id “{form_id}” is in the trash. "
            "It cannot be restored while another form has its id.",
        }
