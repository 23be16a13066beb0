"""All files of the selected submissions in one zip, under names that a pattern makes of the answers.

Which files are there is looked up before the first byte, so that the length is known and what the store has lost is
listed. What is kept of each file meanwhile is its name and hash: some 400 bytes.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.exports.files import SubmissionFile, read_media
from server.exports.media_names import MediaNames, check_pattern, field_of
from server.exports.records import PAGE, Record, Selection, read_records
from server.exports.sized_archive import Member, archive_size, stream_archive
from server.forms.definitions import fields_of
from server.forms.find import published_version
from server.forms.listing import list_versions
from server.forms.models import Form
from server.storage import ObjectChunks, ObjectMissing, ObjectStore
from server.submissions.models import SubmissionVersion

_MISSING_NAME = "missing-attachments.txt"
_MISSING_HEAD = (
    "The storage has lost these files; tell the administrator.\n"
    "Kho lưu trữ đã mất các tệp sau; hãy báo cho quản trị viên.\n\n"
)
# As many as the store's client has connections.
_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class MediaZip:
    members: tuple[Member, ...]
    tag: str

    @property
    def size(self) -> int:
        return archive_size(self.members)

    def stream(self) -> Iterator[bytes]:
        return stream_archive(self.members)


def check_media_pattern(session: Session, form: Form, pattern: str) -> None:
    """Raise 400.8 when the pattern names what no version of the form asks."""
    published_version(form)
    names: set[str] = set()
    for version in list_versions(session, form):
        for field in fields_of(session, version):
            if not field.has_children:
                names |= {field.name, field.path, field.path.strip("/")}
    check_pattern(pattern, frozenset(names))


def prepare_media(session: Session, storage: ObjectStore, selection: Selection, pattern: str) -> MediaZip:
    """Name the files and look which of them are there."""
    named = list(_named(session, selection, MediaNames(pattern)))
    sizes = _sizes(storage, {file.sha256 for _, file in named})
    members, missing = [], []
    for name, file in named:
        if sizes[file.sha256] == file.size:
            members.append(Member(name, file.size, partial(storage.open, file.sha256)))
        else:
            missing.append(f"{name}\t{file.name}\t{file.instance_id}\t{file.sha256}\n")
    if missing:
        members.append(_text_member(_MISSING_NAME, (_MISSING_HEAD + "".join(missing)).encode()))
    return MediaZip(tuple(members), _tag((name, file.sha256) for name, file in named) + f"-{len(missing)}")


def _named(session: Session, selection: Selection, names: MediaNames) -> Iterator[tuple[str, SubmissionFile]]:
    """Files and submissions come in the same order, so that a page of each is in memory."""
    files = groupby(read_media(session, selection, has_audits=False), key=lambda file: file.submission_id)
    pages = read_records(session, selection)
    page: dict[int, Record] = {}
    titles: Mapping[int, str | None] = {}
    for submission_id, group in files:
        while submission_id not in page:
            page = {record.id: record for record in next(pages)}
            titles = _instance_names(session, page.values())
        record = page[submission_id]
        answers = record.answers()
        for file in group:
            words = _words(record, titles.get(record.version_id), file, field_of(answers, file.name))
            yield names.name(words, answers), file


def _instance_names(session: Session, records: Iterable[Record]) -> Mapping[int, str | None]:
    wanted = [record.version_id for record in records]
    assert len(wanted) <= PAGE
    statement = select(SubmissionVersion.id, SubmissionVersion.instance_name).where(SubmissionVersion.id.in_(wanted))
    return {row.id: row.instance_name for row in session.execute(statement)}


def _words(record: Record, instance_name: str | None, file: SubmissionFile, field: str | None) -> dict[str, str]:
    return {
        "instanceName": instance_name or record.instance_id,
        "instanceId": record.instance_id,
        "submitter": record.submitter_name or "",
        "date": record.submitted_at.date().isoformat(),
        "field": field or "",
        "filename": file.name,
    }


def _sizes(storage: ObjectStore, hashes: set[str]) -> dict[str, int | None]:
    """Of each object in the store; None for one that is lost."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return dict(zip(hashes, threads.map(partial(_size, storage), hashes), strict=True))


def _size(storage: ObjectStore, sha256: str) -> int | None:
    try:
        return storage.stat(sha256).size
    except ObjectMissing:
        return None


def _text_member(name: str, content: bytes) -> Member:
    return Member(name, len(content), lambda: ObjectChunks(io.BytesIO(content)))


def _tag(files: Iterable[tuple[str, str]]) -> str:
    digest = hashlib.sha256()
    for name, sha256 in files:
        digest.update(f"{name}\0{sha256}\0".encode())
    return digest.hexdigest()[:32]
