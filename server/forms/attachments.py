"""The files that a form's XML asks for: what is there, and filling or clearing a draft's slots.

Which slots there are, the XML decides. A published version's files never change.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import audit
from server.blobs import Blob, record_blob
from server.db import utc_now
from server.errors import attachment_slot_not_found, not_found
from server.forms.find import draft_version
from server.forms.hold import hold_form
from server.forms.models import Form, FormAttachment, FormVersion
from server.permissions import Actor
from server.storage import StagedFile


def list_attachments(session: Session, version: FormVersion) -> Sequence[FormAttachment]:
    """All slots in the order in which the form names them, with their files."""
    statement = select(FormAttachment).where(FormAttachment.form_version_id == version.id)
    return session.scalars(statement.order_by(FormAttachment.id)).all()


def find_file(session: Session, version: FormVersion, name: str) -> tuple[FormAttachment, Blob]:
    """A file that has been uploaded; raise 404.1 for an empty slot as for none."""
    slot = _slot(session, version, name)
    if slot is None or slot.blob is None:
        raise not_found()
    return slot, slot.blob


def expect_slot(session: Session, version: FormVersion, name: str) -> FormAttachment:
    """The slot with this name, filled or not; raise 404.8 when the form asks for no such file."""
    slot = _slot(session, version, name)
    if slot is None:
        raise attachment_slot_not_found(name)
    return slot


def fill_slot(
    session: Session, actor: Actor, form: Form, name: str, *, staged: StagedFile, content_type: str | None
) -> FormAttachment:
    """Put a file that the object store has into a slot of the draft, in place of what was there."""
    hold_form(session, form)
    version = draft_version(form)
    slot = expect_slot(session, version, name)
    before = slot.sha256
    slot.sha256, slot.content_type, slot.updated_at = record_blob(session, staged), content_type, utc_now()
    session.flush()
    session.refresh(slot)
    _record(session, actor, form, slot, before)
    return slot


def clear_slot(session: Session, actor: Actor, form: Form, name: str) -> None:
    """Empty a slot of the draft; one that is empty already stays so."""
    hold_form(session, form)
    slot = expect_slot(session, draft_version(form), name)
    before = slot.sha256
    slot.sha256 = slot.content_type = None
    slot.updated_at = utc_now()
    _record(session, actor, form, slot, before)


def _slot(session: Session, version: FormVersion, name: str) -> FormAttachment | None:
    statement = select(FormAttachment).where(FormAttachment.form_version_id == version.id, FormAttachment.name == name)
    return session.scalars(statement).one_or_none()


def _record(session: Session, actor: Actor, form: Form, slot: FormAttachment, before: str | None) -> None:
    audit.record(
        session,
        actor,
        "form.attachment.update",
        form,
        formDefId=slot.form_version_id,
        name=slot.name,
        oldSha256=before,
        newSha256=slot.sha256,
    )
