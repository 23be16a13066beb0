"""The keys that forms are encrypted with: which key a definition carries, and giving it that of its project.

A form that brings a key of its own is left alone: its author reads the answers elsewhere.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, undefer

from server.db import insert_into, utc_now
from server.encryption import KeyPair, PrivateKey, WrongPassphraseError, open_key
from server.errors import undecryptable
from server.forms.models import EncryptionKey, Form, FormVersion, Project
from server.forms.upload import FormUpload, read_definition
from server.xform.definition import FormDefinition
from server.xform.relabel import with_public_key

# Enough of the key's hash to tell two keys apart; one that depends on the key alone makes a version that is uploaded
# twice the same version again.
_MARK = 8


def new_key(session: Session, pair: KeyPair, hint: str | None) -> EncryptionKey:
    """Keep a pair that this server has made."""
    key = EncryptionKey(
        public=pair.public, public_sha256=_sha256(pair.public), is_managed=True, hint=hint, private=dict(pair.private)
    )
    session.add(key)
    session.flush()
    return key


def key_id_of(session: Session, definition: FormDefinition) -> int | None:
    """The number of the key that the definition carries; one that nobody has seen before gets a row."""
    public = definition.submission.rsa_public_key
    if public is None:
        return None
    row = {"public": public, "public_sha256": _sha256(public), "is_managed": False, "created_at": utc_now()}
    # The same key may come with two projects' forms at once.
    session.execute(insert_into(session, EncryptionKey).values(row).on_conflict_do_nothing())
    return session.scalars(select(EncryptionKey.id).where(EncryptionKey.public_sha256 == _sha256(public))).one()


def encrypted_for(session: Session, project: Project, upload: FormUpload) -> FormUpload:
    """The upload as phones of this project shall have it: with the project's key, if there is one to give."""
    if project.key_id is None or upload.definition.submission.rsa_public_key is not None:
        return upload
    xml = encrypted_xml(upload.xml, upload.definition.version, session.get_one(EncryptionKey, project.key_id))
    return replace(upload, xml=xml, definition=read_definition(xml))


def encrypted_xml(xml: bytes, version: str, key: EncryptionKey) -> bytes:
    """The XForm with this key, under a version label that tells it from the one without."""
    return with_public_key(xml, key.public, marked_version(version, key))


def marked_version(version: str, key: EncryptionKey) -> str:
    return f"{version}[encrypted:{key.public_sha256[:_MARK]}]"


def open_keys(session: Session, form: Form, passphrases: Mapping[int, str]) -> dict[int, PrivateKey]:
    """The managed keys of the form that there are passphrases for; raise 400.12 when one does not fit."""
    of_form = exists().where(FormVersion.key_id == EncryptionKey.id, FormVersion.form_id == form.id)
    statement = select(EncryptionKey).where(EncryptionKey.id.in_(list(passphrases)), of_form)
    opened = {}
    for key in session.scalars(statement.options(undefer(EncryptionKey.private))):
        if key.private is None:
            continue
        try:
            opened[key.id] = open_key(key.private, passphrases[key.id])
        except WrongPassphraseError:
            raise undecryptable() from None
    return opened


def _sha256(public: str) -> str:
    return hashlib.sha256(public.encode()).hexdigest()
