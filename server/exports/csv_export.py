"""Stream a form's submissions as CSV: the form's own table alone, or all tables with files in a zip.

Everything is read in one transaction that is open while the client reads, so that all tables show the same moment. A
fault in the middle is raised, which breaks the stream: nobody takes half an export for a whole one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import chain

from sqlalchemy.orm import Session

from server.db import Database
from server.encryption import UndecryptableError
from server.exports.ahead import made_ahead
from server.exports.archive import Archive, member_name
from server.exports.choices import all_choices
from server.exports.client_audits import HEADER, UnreadableAudit, audit_lines
from server.exports.csv_tables import Spools, TableLines, open_spools, read_back
from server.exports.csv_text import CsvLayout, csv_pieces
from server.exports.decryption import DecryptedFile, Decryption
from server.exports.files import SubmissionFile, read_client_audits, read_media
from server.exports.records import OnRecords, Record, Selection, read_records, unheard
from server.exports.tables import Table
from server.storage import ObjectMissing, ObjectStore

_MISSING_NAME = "missing-attachments.txt"
_MISSING_HEAD = (
    "These files have been received, but could not be read; the reason stands behind each. Tell the administrator.\n"
    "Các tệp sau đã được nhận nhưng không đọc được; lý do ghi ở cuối mỗi dòng. Hãy báo cho quản trị viên.\n\n"
)


@dataclass(frozen=True, slots=True)
class CsvExport:
    """What to export, and how. `split` holds the declared choices when they get columns, by question; else None.

    With `decryption`, what it can read is exported as if it had not been encrypted.
    """

    form_id: str
    selection: Selection
    root: Table
    has_group_paths: bool = True
    split: Mapping[str, Sequence[str]] | None = None
    has_audits: bool = False
    decryption: Decryption | None = None
    on_records: OnRecords = unheard

    @property
    def name(self) -> str:
        return member_name(self.form_id)


def stream_csv(database: Database, export: CsvExport) -> Iterator[bytes]:
    """The table of the form itself."""
    with database.read() as session:
        yield from _table_pieces(session, export, {})


def stream_zip(
    database: Database, storage: ObjectStore, export: CsvExport, *, with_attachments: bool
) -> Iterator[bytes]:
    """All tables, the logs of Collect as one table more, and the files if they are wanted."""
    archive, missing = Archive(), list[str]()
    with database.read() as session, open_spools(export.root) as spools:
        yield from archive.add(f"{export.name}.csv", _table_pieces(session, export, spools))
        for path, spool in spools.items():
            name = member_name(path.strip("/").replace("/", "-"))
            yield from archive.add(f"{export.name}-{name}.csv", read_back(spool))
        if export.has_audits:
            yield from _add_audits(session, storage, export, archive, missing)
        if with_attachments:
            yield from _add_media(session, storage, export, archive, missing)
        if missing:
            yield from archive.add(_MISSING_NAME, [_MISSING_HEAD.encode(), *(f"{line}\n".encode() for line in missing)])
        yield from archive.end()


def _layout(session: Session, export: CsvExport) -> CsvLayout:
    if export.split is None:
        return CsvLayout(export.has_group_paths)
    choices = all_choices(_pages(session, export, is_first_look=True), export.root, export.split)
    return CsvLayout(export.has_group_paths, choices)


def _table_pieces(session: Session, export: CsvExport, spools: Spools) -> Iterator[bytes]:
    lines = TableLines(export.root, _layout(session, export), spools)
    yield lines.take()
    for page in _pages(session, export):
        for record in page:
            lines.add(record)
        yield lines.take()


def _pages(session: Session, export: CsvExport, *, is_first_look: bool = False) -> Iterator[list[Record]]:
    records = read_records(session, export.selection)
    # What decrypts them asks the same session.
    with made_ahead(records) if export.decryption is None else nullcontext(records) as pages:
        for page in pages:
            if export.decryption is not None:
                export.decryption.open_records(session, page)
            yield page
            export.on_records(0 if is_first_look else len(page))


def _add_audits(
    session: Session, storage: ObjectStore, export: CsvExport, archive: Archive, missing: list[str]
) -> Iterator[bytes]:
    audits: Iterator[SubmissionFile | DecryptedFile] = chain(
        read_client_audits(session, export.selection),
        (file for file in _decrypted_files(session, export) if file.is_audit),
    )
    first = next(audits, None)
    if first is not None:
        rows = _audit_rows(storage, chain([first], audits), missing)
        yield from archive.add(f"{export.name} - audit.csv", csv_pieces(rows))


def _audit_rows(
    storage: ObjectStore, audits: Iterable[SubmissionFile | DecryptedFile], missing: list[str]
) -> Iterator[Sequence[str]]:
    yield HEADER
    for file in audits:
        try:
            with file.content(storage) as chunks:
                yield from audit_lines(file.instance_id, chunks)
        except (ObjectMissing, UnreadableAudit, UndecryptableError) as error:
            missing.append(_missing_line(file, str(error)))


def _decrypted_files(session: Session, export: CsvExport) -> Iterator[DecryptedFile]:
    return iter(()) if export.decryption is None else export.decryption.files(session, export.selection)


def _missing_line(file: SubmissionFile | DecryptedFile, reason: str) -> str:
    return f"{file.name}\t{file.instance_id}\t{reason}"


def _add_media(
    session: Session, storage: ObjectStore, export: CsvExport, archive: Archive, missing: list[str]
) -> Iterator[bytes]:
    for file in read_media(session, export.selection, has_audits=export.has_audits):
        try:
            chunks = storage.open(file.sha256)
        except ObjectMissing as error:
            missing.append(_missing_line(file, str(error)))
            continue
        with chunks:
            yield from archive.add(_media_name(archive, file), _whole(chunks, file), stored_size=file.size)
    for decrypted in _decrypted_files(session, export):
        if not decrypted.is_audit:
            yield from archive.add(_media_name(archive, decrypted), _plain(storage, decrypted, missing))


def _plain(storage: ObjectStore, file: DecryptedFile, missing: list[str]) -> Iterator[bytes]:
    """As much of the file as can be decrypted; its size is known only then."""
    try:
        with file.content(storage) as chunks:
            yield from chunks
    except (ObjectMissing, UndecryptableError) as error:
        missing.append(_missing_line(file, str(error)))


def _media_name(archive: Archive, file: SubmissionFile | DecryptedFile) -> str:
    """Where the answers say it is, unless a newer submission has a file of that name: then in a folder of its own."""
    name = f"media/{member_name(file.name)}"
    if not archive.is_taken(name):
        return name
    return f"media/{member_name(file.instance_id)}/{member_name(file.name)}"


def _whole(chunks: Iterable[bytes], file: SubmissionFile) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        yield chunk
    if size != file.size:
        raise OSError(f"The object {file.sha256} has {size} bytes and should have {file.size}.")
