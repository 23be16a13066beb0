"""From an upload to a draft, and from a draft to the published version.

Publishing moves the form's pointers in one transaction, so a phone sees the old version or the new one. Two people
who publish at once take turns (see `hold`), and the second one is told. What testers have sent to a draft is cleared
by the caller, before the draft goes.
"""

import uuid
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import audit
from server.accounts.tokens import new_token
from server.blobs import record_blob
from server.db import utc_now
from server.errors import (
    already_exists,
    draft_only_form,
    form_id_mismatch,
    form_invalid,
    not_found,
    unexpected_value,
    version_already_published,
)
from server.forms.conflicts import refuse_other_types, refuse_warnings
from server.forms.hold import hold_form, hold_project
from server.forms.keys import encrypted_for, key_id_of
from server.forms.models import Form, FormAttachment, FormVersion, Project
from server.forms.projects import note_change
from server.forms.upload import WORKBOOK, FormUpload, content_md5
from server.permissions import Actor
from server.storage import StagedFile
from server.xform.definition import Field, fields_to_json
from server.xform.errors import FormError
from server.xform.relabel import with_version

_ENTITY = "/meta/entity"


def create_form(
    session: Session,
    actor: Actor,
    project: Project,
    upload: FormUpload,
    *,
    files: Mapping[str, StagedFile],
    ignore_warnings: bool = False,
) -> Form:
    """Add a form that has a draft and nothing else.

    `files` are those of the upload, in the object store already (`upload.put_files`).
    Raises 409.3 when the id is taken, 400.16 when there are warnings that nobody has ignored.
    """
    project = hold_project(session, project.id)
    upload = encrypted_for(session, project, upload)
    form_id = upload.definition.form_id
    if is_taken(session, project, form_id):
        raise already_exists(["projectId", "xmlFormId"], [project.id, form_id])
    if not ignore_warnings:
        refuse_warnings(session, project, None, upload)
    form = Form(actee_id=str(uuid.uuid4()), project_id=project.id, form_id=form_id, created_by_id=actor.id)
    session.add(form)
    session.flush()
    form.draft_version = _new_version(session, actor, form, upload, files)
    session.flush()
    audit.record(session, actor, "form.create", form, newDefId=form.draft_version.id)
    return form


def set_draft(
    session: Session,
    actor: Actor,
    form: Form,
    upload: FormUpload,
    *,
    files: Mapping[str, StagedFile],
    ignore_warnings: bool = False,
) -> None:
    """Make the upload the form's draft; files that the draft or the published version has are carried over by name.

    Raises 400.8 for another form's id, 400.17 for a field with another type, 400.16 for warnings.
    """
    project = hold_form(session, form)
    upload = encrypted_for(session, project, upload)
    if upload.definition.form_id != form.form_id:
        raise form_id_mismatch(form.form_id, upload.definition.form_id)
    refuse_other_types(session, form, upload)
    if not ignore_warnings:
        refuse_warnings(session, project, form, upload)
    version = _new_version(session, actor, form, upload, files)
    fill_slots(version, form.draft_version or form.current_version)
    _replace_draft(session, actor, form, version)


def copy_draft(session: Session, actor: Actor, form: Form, earlier: FormVersion | None = None) -> None:
    """Make a copy of the published version, or of an earlier one with its files, the form's draft.

    Raises 404.1 when nothing has been published.
    """
    hold_form(session, form)
    source = earlier or form.current_version
    if source is None:
        raise not_found()
    version = copy_version(actor, source)
    version.draft_token = new_token()
    for holder in (earlier, form.draft_version, form.current_version):
        fill_slots(version, holder)
    session.add(version)
    session.flush()
    _replace_draft(session, actor, form, version)


def publish_draft(
    session: Session,
    actor: Actor,
    form: Form,
    *,
    seen: int | None = None,
    version: str | None = None,
    notes: str | None = None,
) -> None:
    """Make the draft the form's version; with `version`, under that label, which is written into its XML.

    `seen` is the id of the draft that the caller has decided to publish. Raises 409.6 when the label has been
    published before, or the draft has been by somebody else; 404.1 when there is no draft.
    """
    project = hold_form(session, form)
    draft = form.draft_version
    if seen is not None and form.current_version is not None and form.current_version_id == seen:
        raise version_already_published(form.form_id, form.current_version.version)
    if draft is None:
        raise not_found()
    if version is not None and version != draft.version:
        _relabel(draft, version)
    if _is_published(session, form, draft.version):
        raise version_already_published(form.form_id, draft.version)
    form.draft_version = None
    make_current(session, actor, form, draft, notes=notes)
    note_change(project)


def make_current(session: Session, actor: Actor, form: Form, version: FormVersion, *, notes: str | None = None) -> None:
    """Publish a version that nobody else has published; the caller holds the form and counts the change."""
    before = form.current_version_id
    version.published_at = version.updated_at = form.updated_at = utc_now()
    version.published_by_id, version.publish_notes, version.draft_token = actor.id, notes, None
    form.current_version = version
    session.flush()
    audit.record(session, actor, "form.update.publish", form, newDefId=version.id, oldDefId=before)


def delete_draft(session: Session, actor: Actor, form: Form) -> None:
    """Throw the draft away; raise 409.9 when the form would be left with nothing."""
    hold_form(session, form)
    draft = form.draft_version
    if draft is None:
        raise not_found()
    if form.current_version_id is None:
        raise draft_only_form()
    form.draft_version = None
    session.flush()
    session.delete(draft)
    session.flush()
    audit.record(session, actor, "form.update.draft.delete", form, oldDraftDefId=draft.id)


def copy_version(actor: Actor, version: FormVersion) -> FormVersion:
    """A new version with the same content, whose slots for files are empty; it belongs to no session yet."""
    return FormVersion(
        form_id=version.form_id,
        version=version.version,
        title=version.title,
        xml=version.xml,
        md5=version.md5,
        fields=version.fields,
        key_id=version.key_id,
        makes_entities=version.makes_entities,
        xlsform_sha256=version.xlsform_sha256,
        xlsform_type=version.xlsform_type,
        created_by_id=actor.id,
        attachments=[FormAttachment(name=file.name, type=file.type) for file in version.attachments],
    )


def is_taken(session: Session, project: Project, form_id: str) -> bool:
    statement = select(Form.id).where(Form.project_id == project.id, Form.form_id == form_id, Form.deleted_at.is_(None))
    return session.scalar(statement) is not None


def _new_version(
    session: Session, actor: Actor, form: Form, upload: FormUpload, files: Mapping[str, StagedFile]
) -> FormVersion:
    definition = upload.definition
    blobs = {name: record_blob(session, staged) for name, staged in files.items()}
    version = FormVersion(
        form_id=form.id,
        version=definition.version,
        title=definition.title,
        xml=upload.xml,
        md5=upload.md5,
        fields=fields_to_json(definition.fields),
        key_id=key_id_of(session, definition),
        makes_entities=any(_is_entity(field) for field in definition.fields),
        xlsform_sha256=blobs.get(WORKBOOK),
        xlsform_type=upload.workbook_type,
        draft_token=new_token(),
        created_by_id=actor.id,
        attachments=[_slot(file.name, file.type, blobs) for file in definition.media],
    )
    session.add(version)
    session.flush()
    return version


def _slot(name: str, kind: str, blobs: Mapping[str, str]) -> FormAttachment:
    if name not in blobs:
        return FormAttachment(name=name, type=kind)
    return FormAttachment(name=name, type=kind, sha256=blobs[name], content_type="text/csv", updated_at=utc_now())


def fill_slots(version: FormVersion, source: FormVersion | None) -> None:
    """Take over from `source` what is still empty here."""
    files = {file.name: file for file in source.attachments} if source else {}
    for slot in version.attachments:
        file = files.get(slot.name)
        if file is not None and slot.sha256 is None:
            slot.sha256, slot.content_type, slot.updated_at = file.sha256, file.content_type, file.updated_at


def _replace_draft(session: Session, actor: Actor, form: Form, version: FormVersion) -> None:
    """Testers' phones are set up with the draft's token, so the new draft takes it over."""
    old = form.draft_version
    token = old.draft_token if old else None
    form.draft_version, form.updated_at = version, utc_now()
    if old is not None:
        old.draft_token = None
        session.flush()
        session.delete(old)
        session.flush()
        version.draft_token = token
    session.flush()
    old_id = old.id if old else None
    audit.record(session, actor, "form.update.draft.set", form, newDraftDefId=version.id, oldDraftDefId=old_id)


def _relabel(draft: FormVersion, version: str) -> None:
    try:
        draft.xml = with_version(draft.xml, version)
    except FormError as error:
        raise form_invalid(f"{error.message}.") from None
    except ValueError:
        raise unexpected_value("version", version, "it contains characters that XML cannot hold") from None
    draft.md5, draft.version = content_md5(draft.xml), version


def _is_published(session: Session, form: Form, version: str) -> bool:
    statement = select(FormVersion.id).where(
        FormVersion.form_id == form.id, FormVersion.version == version, FormVersion.published_at.is_not(None)
    )
    return session.scalar(statement) is not None


def _is_entity(field: Field) -> bool:
    return field.path.endswith(_ENTITY)
