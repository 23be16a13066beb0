"""The files of submissions for exports: media on one side, the logs that ODK Collect keeps on the other.

Only files of current versions that have arrived; an encrypted submission's are of no use to anybody without its key.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from server.blobs import Blob
from server.exports.records import PAGE, Selection
from server.storage import ObjectChunks, ObjectStore
from server.submissions.models import Submission, SubmissionAttachment, SubmissionVersion

# Where a form keeps the name of Collect's log, and where its answers do.
AUDIT_PATH = "/meta/audit"
_AUDIT_NAME = SubmissionVersion.answers["meta", "audit"].as_string()


class SubmissionFile(NamedTuple):
    """`size` is in bytes, `instance_id` is the submission's."""

    submission_id: int
    id: int
    instance_id: str
    name: str
    sha256: str
    size: int

    def content(self, storage: ObjectStore) -> ObjectChunks:
        """Raises ObjectMissing."""
        return storage.open(self.sha256)


def read_media(session: Session, selection: Selection, *, has_audits: bool) -> Iterator[SubmissionFile]:
    """All files but the logs, newest submission first; `has_audits` False saves the look for logs."""
    condition = SubmissionAttachment.name.is_distinct_from(_AUDIT_NAME) if has_audits else None
    return _read(session, selection, condition)


def read_client_audits(session: Session, selection: Selection) -> Iterator[SubmissionFile]:
    """The logs, newest submission first."""
    return _read(session, selection, SubmissionAttachment.name == _AUDIT_NAME)


def _read(session: Session, selection: Selection, condition: ColumnElement[bool] | None) -> Iterator[SubmissionFile]:
    page = _files(selection).limit(PAGE)
    if condition is not None:
        page = page.where(condition)
    statement = page
    while rows := session.connection().execute(statement).all():
        last = None
        for row in rows:
            last = SubmissionFile._make(row)
            yield last
        if last is None or len(rows) < PAGE:
            return
        statement = page.where(
            or_(
                Submission.id < last.submission_id,
                and_(Submission.id == last.submission_id, SubmissionAttachment.id > last.id),
            )
        )


def _files(selection: Selection) -> Select[int, int, str, str, str, int]:
    return (
        select(
            Submission.id, SubmissionAttachment.id, Submission.instance_id, SubmissionAttachment.name, Blob.sha256,
            Blob.size,
        )
        .join(SubmissionVersion, Submission.current_version_id == SubmissionVersion.id)
        .join(SubmissionAttachment, SubmissionAttachment.submission_version_id == SubmissionVersion.id)
        .join(Blob, SubmissionAttachment.sha256 == Blob.sha256)
        .where(selection.where(), ~SubmissionVersion.is_encrypted)
        .order_by(Submission.id.desc(), SubmissionAttachment.id)
    )  # fmt: skip
