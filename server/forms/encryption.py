"""Project managed encryption: one key for a project, given at once to every form that has none of its own.

It cannot be turned off: what phones have encrypted by then needs the key for good.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from server import audit
from server.db import utc_now
from server.encryption import KeyPair
from server.errors import already_exists
from server.forms.hold import hold_project
from server.forms.keys import encrypted_xml, marked_version, new_key
from server.forms.models import EncryptionKey, Form, FormVersion, Project
from server.forms.projects import note_change
from server.forms.publish import copy_version, fill_slots, make_current
from server.forms.upload import content_md5
from server.permissions import Actor


def refuse_second_key(project: Project) -> None:
    """Raise 409.3 when the project's forms are encrypted already."""
    if project.key_id is not None:
        raise already_exists(["id"], [project.id])


def enable_encryption(session: Session, actor: Actor, project_id: int, pair: KeyPair, hint: str | None) -> Project:
    """Make the pair the project's key; forms get a new version with it, also those in the trash, and drafts change."""
    project = hold_project(session, project_id)
    refuse_second_key(project)
    key = new_key(session, pair, hint)
    project.key_id = key.id
    for form in _forms(session, project):
        if form.current_version is not None and form.current_version.key_id is None:
            _publish_encrypted(session, actor, form, form.current_version, key)
        if form.draft_version is not None and form.draft_version.key_id is None:
            _encrypt(form.draft_version, key)
            audit.record(session, actor, "form.update.draft.replace", form, newDraftDefId=form.draft_version.id)
    note_change(project)
    session.flush()
    audit.record(session, actor, "project.update", project, data={"keyId": key.id})
    return project


def _forms(session: Session, project: Project) -> list[Form]:
    """With the XML at hand. A form in the trash may come back, and must not come back in plain text."""
    statement = (
        select(Form)
        .where(Form.project_id == project.id)
        .options(
            joinedload(Form.current_version).options(undefer(FormVersion.xml), undefer(FormVersion.fields)),
            joinedload(Form.draft_version).undefer(FormVersion.xml),
        )
        .order_by(Form.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement).unique())


def _publish_encrypted(session: Session, actor: Actor, form: Form, before: FormVersion, key: EncryptionKey) -> None:
    version = copy_version(actor, before)
    fill_slots(version, before)
    _encrypt(version, key)
    session.add(version)
    session.flush()
    make_current(session, actor, form, version)


def _encrypt(version: FormVersion, key: EncryptionKey) -> None:
    version.xml = encrypted_xml(version.xml, version.version, key)
    version.md5 = content_md5(version.xml)
    version.version = marked_version(version.version, key)
    version.key_id, version.updated_at = key.id, utc_now()
