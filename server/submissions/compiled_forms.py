"""The compiled logic of form versions, kept in memory: made at the first submission that needs it.

Entries are named by what never changes under its name: a published version by its id, its XML and the moment of its
publishing, a draft by its token and the hashes of its files as well.
"""

from collections.abc import Hashable, Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import Database
from server.forms.models import FormAttachment, FormVersion
from server.storage import ObjectMissing, ObjectStore
from server.xform.form_compiler import compile_form
from server.xform.model import FormModel
from server.xform.shared_cache import SharedCache
from server.xform.table_files import TableError, TableSource

MAX_FORMS: Final = 200  # about 1 MB each

_forms: Final[SharedCache[FormModel]] = SharedCache(MAX_FORMS)


def compiled_form(database: Database, storage: ObjectStore, version: FormVersion) -> FormModel:
    """The version's logic with its files; raises FormStructureError when the XML holds no form."""
    key: tuple[Hashable, ...] = (version.id, version.md5, version.published_at)
    if version.published_at is None:
        with database.read() as session:
            key += (version.draft_token, tuple(_files(session, version).items()))
    return _forms.get(key, lambda: (_compile(database, storage, version), 1))


def _compile(database: Database, storage: ObjectStore, version: FormVersion) -> FormModel:
    with database.read() as session:
        xml = session.scalars(select(FormVersion.xml).where(FormVersion.id == version.id)).one()
        files = _files(session, version)
    return compile_form(xml, table_sources(storage, files))


def _files(session: Session, version: FormVersion) -> dict[str, str]:
    """The hashes of the files that have been uploaded, by name."""
    statement = select(FormAttachment.name, FormAttachment.sha256).where(
        FormAttachment.form_version_id == version.id, FormAttachment.sha256.is_not(None)
    )
    return {name: sha256 for name, sha256 in session.execute(statement.order_by(FormAttachment.id)) if sha256}


def table_sources(storage: ObjectStore, files: Mapping[str, str]) -> dict[str, TableSource]:
    """Files of the object store, given as SHA-256 by name, as the form engine reads them."""
    return {name: _source(storage, name, sha256) for name, sha256 in files.items()}


def _source(storage: ObjectStore, name: str, sha256: str) -> TableSource:
    def read() -> bytes:
        try:
            with storage.open(sha256) as chunks:
                return b"".join(chunks)
        except ObjectMissing as error:
            raise TableError("The object storage has lost this file. Upload it again.") from error

    return TableSource(name, sha256, read)
