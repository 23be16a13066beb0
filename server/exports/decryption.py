"""Encrypted submissions in exports: read with the keys that the client has given passphrases for.

What stays closed is exported as it is without passphrases: with what the server knows of it, and without answers.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.encryption import PrivateKey
from server.exports.records import PAGE, Record, Selection
from server.storage import ObjectStore
from server.submissions.decrypt import OpenedSubmission, PlainFile, open_submissions
from server.submissions.models import Submission, SubmissionVersion


@dataclass(frozen=True, slots=True)
class DecryptedFile:
    """A file of a decrypted submission under its name on the phone; `is_audit` for the log that Collect keeps."""

    instance_id: str
    name: str
    is_audit: bool
    opened: OpenedSubmission
    stored: PlainFile

    def content(self, storage: ObjectStore) -> AbstractContextManager[Iterator[bytes]]:
        return self.opened.content(storage, self.stored)


@dataclass(frozen=True, slots=True)
class Decryption:
    """`keys` by their numbers, as the API gives them."""

    storage: ObjectStore
    keys: dict[int, PrivateKey]

    def open_records(self, session: Session, page: Sequence[Record]) -> None:
        """Give the records of a page their answers, as if they had never been encrypted."""
        closed = [record.version_id for record in page if record.is_encrypted]
        opened = open_submissions(session, self.storage, self.keys, closed)
        for record in page:
            found = opened.get(record.version_id)
            if found is not None:
                record.answers_json = orjson.dumps(found.answers).decode()
                record.is_encrypted = False
                # The encrypted answers are a file of their own on the way, and none to whoever reads the export.
                record.files_expected -= 1
                record.files_present -= 1

    def files(self, session: Session, selection: Selection) -> Iterator[DecryptedFile]:
        """The files of all submissions that can be read, newest submission first."""
        for versions in _encrypted_versions(session, selection):
            opened = open_submissions(session, self.storage, self.keys, list(versions))
            for version_id, instance_id in versions.items():
                if version_id in opened:
                    yield from _files(instance_id, opened[version_id])


def _files(instance_id: str, opened: OpenedSubmission) -> Iterator[DecryptedFile]:
    meta = opened.answers.get("meta")
    audit = meta.get("audit") if isinstance(meta, dict) else None
    for file in opened.files:
        yield DecryptedFile(instance_id, file.name, file.name == audit, opened, file)


def _encrypted_versions(session: Session, selection: Selection) -> Iterator[dict[int, str]]:
    """Page by page, the numbers of encrypted versions with the instanceIDs of their submissions."""
    page = (
        select(Submission.id, SubmissionVersion.id, Submission.instance_id)
        .join(SubmissionVersion, Submission.current_version_id == SubmissionVersion.id)
        .where(selection.where(), SubmissionVersion.is_encrypted)
        .order_by(Submission.id.desc())
        .limit(PAGE)
    )
    statement = page
    while rows := session.execute(statement).all():
        yield {version_id: instance_id for _, version_id, instance_id in rows}
        if len(rows) < PAGE:
            return
        statement = page.where(Submission.id < rows[-1][0])
