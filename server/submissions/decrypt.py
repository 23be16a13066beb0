"""Read encrypted submissions with the private keys of managed encryption.

What cannot be read stays closed: the key is another one, the encrypted files have not all arrived, or they are damaged.
Nothing that was decrypted is kept.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.encryption import PrivateKey, SubmissionCipher, UndecryptableError, plain_name
from server.forms.definitions import fields_of
from server.forms.models import FormVersion
from server.storage import ObjectMissing, ObjectStore
from server.submissions.models import SubmissionAttachment, SubmissionVersion
from server.xform.document import DocumentError, parse_document
from server.xform.instance import InstanceHead, read_answers, read_head

_log = logging.getLogger("transect")


@dataclass(frozen=True, slots=True)
class PlainFile:
    """An attachment under the name that it had on the phone; `number` is its place in the manifest."""

    name: str
    sha256: str
    number: int


@dataclass(frozen=True, slots=True)
class OpenedSubmission:
    """A decrypted submission version: its XML, the answers in it, and its files, which are decrypted when asked for."""

    xml: bytes
    answers: dict[str, Any]
    files: tuple[PlainFile, ...]
    cipher: SubmissionCipher

    @contextmanager
    def content(self, storage: ObjectStore, file: PlainFile) -> Iterator[Iterator[bytes]]:
        """The file piece by piece; raises ObjectMissing, and UndecryptableError at the end of a damaged one."""
        with storage.open(file.sha256) as chunks:
            yield self.cipher.decrypt(file.number, chunks)


@dataclass(frozen=True, slots=True)
class _Closed:
    """What is stored of an encrypted version; `arrived` goes from file name to hash."""

    head: InstanceHead
    form_version: FormVersion
    arrived: Mapping[str, str]


def open_submissions(
    session: Session, storage: ObjectStore, keys: Mapping[int, PrivateKey], version_ids: Sequence[int]
) -> dict[int, OpenedSubmission]:
    """Those of these submission versions that are encrypted and can be read, by id; two queries for any number."""
    opened = {}
    for version_id, closed in _closed(session, keys, version_ids).items():
        try:
            opened[version_id] = _open(session, storage, keys, closed)
        except (UndecryptableError, ObjectMissing, DocumentError) as error:
            _log.warning("submission %s cannot be decrypted: %s", closed.head.instance_id, error)
    return opened


def _closed(session: Session, keys: Mapping[int, PrivateKey], version_ids: Sequence[int]) -> dict[int, _Closed]:
    statement = (
        select(SubmissionVersion.id, SubmissionVersion.xml, FormVersion)
        .join(FormVersion, SubmissionVersion.form_version_id == FormVersion.id)
        .where(
            SubmissionVersion.id.in_(version_ids), SubmissionVersion.is_encrypted, FormVersion.key_id.in_(list(keys))
        )
    )
    rows = session.execute(statement).all()
    arrived = _arrived(session, [version_id for version_id, _, _ in rows])
    return {
        version_id: _Closed(read_head(parse_document(xml)), form_version, arrived.get(version_id, {}))
        for version_id, xml, form_version in rows
    }


def _arrived(session: Session, version_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    statement = select(
        SubmissionAttachment.submission_version_id, SubmissionAttachment.name, SubmissionAttachment.sha256
    ).where(SubmissionAttachment.submission_version_id.in_(version_ids))
    files: dict[int, dict[str, str]] = {}
    for version_id, name, sha256 in session.execute(statement):
        if sha256 is not None:
            files.setdefault(version_id, {})[name] = sha256
    return files


def _open(session: Session, storage: ObjectStore, keys: Mapping[int, PrivateKey], closed: _Closed) -> OpenedSubmission:
    head, key_id = closed.head, closed.form_version.key_id
    if head.encrypted_key is None or head.instance_id is None or not head.encrypted_files or key_id is None:
        raise UndecryptableError("its manifest lacks the key, the instanceID or the names of the files")
    cipher = SubmissionCipher(keys[key_id], head.encrypted_key, head.instance_id)
    *media, instance = _numbered(head.encrypted_files, closed.arrived)
    if instance is None:
        raise UndecryptableError("its encrypted answers have not arrived")
    with storage.open(instance.sha256) as chunks:
        xml = b"".join(cipher.decrypt(instance.number, chunks))
    answers = read_answers(fields_of(session, closed.form_version), parse_document(xml))
    return OpenedSubmission(xml, answers, tuple(file for file in media if file is not None), cipher)


def _numbered(names: Iterable[str], arrived: Mapping[str, str]) -> list[PlainFile | None]:
    """The files in the order of the manifest, the instance last; None for what has not arrived."""
    return [
        PlainFile(plain_name(name), arrived[name], number) if name in arrived else None
        for number, name in enumerate(names)
    ]
