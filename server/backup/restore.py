"""Taking a backup back into an empty database: all of it, or nothing.

Objects come first: each must be in the backup or in the store, and be what its name says. Then all rows are written
in one transaction.
"""

import base64
import hashlib
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

import orjson
from sqlalchemy import ForeignKeyConstraint, Table, exists, func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.schema import AddConstraint, DropConstraint

from server import migrate
from server.backup.faults import BackupError
from server.backup.make import CONTENTS, FORMAT, FORMAT_VERSION, MANIFEST, SEALED, object_file, table_file
from server.backup.sealed import open_sealed
from server.backup.tables import all_tables, load_rows, read_rows
from server.blobs import Blob
from server.db import Database
from server.storage import ObjectMissing, ObjectStore

_CHUNK = 1024 * 1024
# Of a zip's local file header: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.7
_HEADER_SIZE = 30
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Restored:
    """Rows by table, objects that were there or have been put, and those that are nowhere."""

    rows: dict[str, int]
    objects: int
    missing: tuple[str, ...]


def restore_backup(
    database: Database, storage: ObjectStore, source: BinaryIO, *, passphrase: str, allow_missing: bool = False
) -> Restored:
    """Fill the empty, migrated database; raise BackupError and change no row when anything is wrong.

    With `allow_missing`, objects that are neither in the backup nor in the store are left out.
    """
    with _opened(source, passphrase) as backup:
        told = _told(backup)
        with database.write() as session:
            _refuse_filled(session)
            found, missing = _restore_objects(backup, storage)
            if missing and not allow_missing:
                raise BackupError(_missing_message(missing))
            rows = _restore_rows(session, backup)
            if rows != told:
                raise BackupError("The backup does not hold as many rows as it says. Use another one.")
    return Restored(rows, found, tuple(missing))


def _opened(source: BinaryIO, passphrase: str) -> ZipFile:
    """The inner zip, of a backup that this program can read."""
    try:
        with ZipFile(source) as outer:
            manifest = outer.read(MANIFEST)
            salt = _salt(manifest)
            sealed = outer.getinfo(SEALED)
            start = _content_start(source, sealed)
    except (BadZipFile, KeyError, orjson.JSONDecodeError):
        raise BackupError("This is not a backup made by Transect, or it is not whole.") from None
    plain = open_sealed(source, start, sealed.file_size, passphrase=passphrase, salt=salt, context=manifest)
    try:
        return ZipFile(plain)
    except BadZipFile:
        raise BackupError("The backup is damaged. Use another one.") from None


def _content_start(source: BinaryIO, packed: ZipInfo) -> int:
    """Where a file that is stored as it is begins: behind its header, the last fields of which are two lengths."""
    source.seek(packed.header_offset + _HEADER_SIZE - 4)
    name_size, extra_size = struct.unpack("<HH", source.read(4))
    return int(packed.header_offset + _HEADER_SIZE + name_size + extra_size)


def _salt(manifest: bytes) -> bytes:
    said = orjson.loads(manifest)
    if said["format"] != FORMAT or said["version"] != FORMAT_VERSION:
        raise BackupError(f"The backup was made by {said.get('madeBy')}, whose format this program does not know.")
    if said["revision"] != migrate.head():
        raise BackupError(
            f"The backup has tables of version {said['revision']}, this program has {migrate.head()}. "
            f"Restore it with {said['madeBy']}, then install this version and run: transect db upgrade"
        )
    return base64.b64decode(said["salt"])


def _told(backup: ZipFile) -> dict[str, int]:
    tables: dict[str, int] = orjson.loads(backup.read(CONTENTS))["tables"]
    return tables


def _refuse_filled(session: Session) -> None:
    filled = [table.name for table in all_tables() if session.scalar(select(exists().select_from(table)))]
    if filled:
        raise BackupError(f"The database is not empty ({', '.join(filled[:_NAMED])}, …). Restore into a new one.")


def _missing_message(missing: list[str]) -> str:
    return (
        f"{len(missing)} objects are neither in the backup nor in the object storage "
        f"({', '.join(missing[:_NAMED])}, …). Copy them there, or restore without them: --allow-missing"
    )


def _restore_objects(backup: ZipFile, storage: ObjectStore) -> tuple[int, list[str]]:
    """How many objects are there now, and the names of those that are not."""
    packed = set(backup.namelist())
    found, missing = 0, []
    with backup.open(table_file(Blob.__tablename__)) as lines:
        for row in read_rows(lines, _table(Blob.__tablename__)):
            sha256 = row["sha256"]
            if object_file(sha256) in packed:
                _unpack(backup, storage, sha256)
            elif not _is_whole(storage, sha256):
                missing.append(sha256)
                continue
            found += 1
    return found, missing


def _table(name: str) -> Table:
    return next(table for table in all_tables() if table.name == name)


def _unpack(backup: ZipFile, storage: ObjectStore, sha256: str) -> None:
    with backup.open(object_file(sha256)) as content, storage.stage() as staged:
        while chunk := content.read(_CHUNK):
            staged.write(chunk)
        staged.finish()
        if staged.sha256 != sha256:
            raise BackupError(f"The object {sha256} is damaged in the backup. Use another one.")
        storage.put(staged)


def _is_whole(storage: ObjectStore, sha256: str) -> bool:
    """Whether the store has the object; raise BackupError when it has something else under its name."""
    digest = hashlib.sha256()
    try:
        with storage.open(sha256) as chunks:
            for chunk in chunks:
                digest.update(chunk)
    except ObjectMissing:
        return False
    if digest.hexdigest() != sha256:
        raise BackupError(f"The object {sha256} is damaged in the object storage. Copy it there again.")
    return True


def _restore_rows(session: Session, backup: ZipFile) -> dict[str, int]:
    pointers = _hold_pointers_back(session)
    rows = {}
    for table in all_tables():
        with backup.open(table_file(table.name)) as lines:
            rows[str(table.name)] = load_rows(session, table, read_rows(lines, table))
    for pointer in pointers:
        session.execute(AddConstraint(pointer))
    _count_on(session)
    return rows


def _hold_pointers_back(session: Session) -> list[ForeignKeyConstraint]:
    """Let rows point at rows that come later; returns the constraints to add again when all are there."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA defer_foreign_keys=ON"))
        return []
    pointers = [found for table in all_tables() for found in table.foreign_key_constraints if found.use_alter]
    for pointer in pointers:
        session.execute(DropConstraint(pointer))
    return pointers


def _count_on(session: Session) -> None:
    """Let Postgres number new rows after the restored ones, as SQLite does by itself."""
    if session.get_bind().dialect.name == "sqlite":
        return
    for table in all_tables():
        column: Any = table.autoincrement_column
        if column is not None and (last := session.scalar(select(func.max(column)))) is not None:
            sequence = func.pg_get_serial_sequence(f'"{table.name}"', column.name)
            session.execute(select(func.setval(sequence, last)))
