"""The files of a submission version: what its answers expect, what has arrived, and what is carried over by an edit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from server.blobs import record_blob
from server.content_types import content_type_of
from server.submissions.arrival import ReceivedFile
from server.submissions.models import SubmissionAttachment, SubmissionVersion


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that the object store holds: its content by hash, and its media type."""

    sha256: str
    content_type: str | None


def record_files(session: Session, files: Iterable[ReceivedFile]) -> dict[str, KeptFile]:
    """Note files that have been put into the store; by name."""
    # In one order for everybody: two phones that send the same files in different orders would wait for each other.
    ordered = sorted(files, key=lambda file: file.staged.sha256)
    return {
        file.name: KeptFile(record_blob(session, file.staged), content_type_of(file.name, file.content_type))
        for file in ordered
    }


def kept_files(session: Session, version_id: int) -> dict[str, KeptFile]:
    """The files that a version has; by name."""
    statement = select(SubmissionAttachment).where(
        SubmissionAttachment.submission_version_id == version_id, SubmissionAttachment.sha256.is_not(None)
    )
    return {row.name: KeptFile(row.sha256, row.content_type) for row in session.scalars(statement) if row.sha256}


def place_files(session: Session, version_id: int, expected: Sequence[str], files: Mapping[str, KeptFile]) -> None:
    """Make the rows of a new version: a slot for each expected file, and one for each that nobody asked for."""
    names = dict.fromkeys([*expected, *files])
    if names:
        session.execute(
            insert(SubmissionAttachment),
            [_row(version_id, name, expected, files.get(name)) for name in names],
        )


def add_files(session: Session, version_id: int, files: Mapping[str, KeptFile]) -> list[str]:
    """Put files that came later into their slots; gives the names of those that changed anything."""
    if not files:
        return []
    of_version = SubmissionAttachment.submission_version_id == version_id
    statement = select(SubmissionAttachment.name, SubmissionAttachment.sha256).where(of_version)
    there = {row.name: row.sha256 for row in session.execute(statement)}
    for name, file in files.items():
        if name not in there:
            session.execute(insert(SubmissionAttachment), _row(version_id, name, (), file))
        elif there[name] != file.sha256:
            slot = update(SubmissionAttachment).where(of_version, SubmissionAttachment.name == name)
            session.execute(slot.values(sha256=file.sha256, content_type=file.content_type))
    _fill_later_versions(session, version_id, files)
    return [name for name, file in files.items() if there.get(name) != file.sha256]


def _fill_later_versions(session: Session, version_id: int, files: Mapping[str, KeptFile]) -> None:
    """An edit may have arrived before the photo that it inherits: its empty slot takes the photo too."""
    submission_id = select(SubmissionVersion.submission_id).where(SubmissionVersion.id == version_id).scalar_subquery()
    later = select(SubmissionVersion.id).where(
        SubmissionVersion.submission_id == submission_id, SubmissionVersion.id > version_id
    )
    for name, file in files.items():
        empty_slots = update(SubmissionAttachment).where(
            SubmissionAttachment.submission_version_id.in_(later),
            SubmissionAttachment.name == name,
            SubmissionAttachment.sha256.is_(None),
        )
        session.execute(empty_slots.values(sha256=file.sha256, content_type=file.content_type))


def _row(version_id: int, name: str, expected: Sequence[str], file: KeptFile | None) -> dict[str, Any]:
    return {
        "submission_version_id": version_id,
        "name": name,
        "is_expected": name in expected,
        "sha256": file.sha256 if file else None,
        "content_type": file.content_type if file else None,
    }
