"""Making a backup while the server runs: one consistent view of all tables, then the objects that they mention.

Objects never change and stay for at least a day after the last mention, so they may be read after the rows.
"""

import base64
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED

import orjson
from sqlalchemy import Table
from sqlalchemy.orm import Session
from zipstream import ZipStream

from server import migrate
from server.backup.sealed import SALT_SIZE, seal
from server.backup.tables import all_tables, write_rows
from server.blobs import mentioned
from server.db import Database, utc_now
from server.storage import ObjectChunks, ObjectMissing, ObjectStore

FORMAT, FORMAT_VERSION = "transect-backup", 1
MANIFEST, SEALED, CONTENTS = "manifest.json", "contents.sealed", "contents.json"
# Rows shrink well at once; more effort would cost several times the time for a few percent.
_EFFORT = 3


@dataclass(slots=True)
class Contents:
    """What a backup holds, known when it is done; `missing` are objects that the store should have and has not."""

    tables: dict[str, int] = field(default_factory=dict)
    objects: int = 0
    missing: list[str] = field(default_factory=list)


def table_file(name: str) -> str:
    return f"tables/{name}.jsonl"


def object_file(sha256: str) -> str:
    return f"objects/{sha256}"


def make_backup(
    database: Database, storage: ObjectStore, *, passphrase: str, with_objects: bool = False, contents: Contents
) -> Iterator[bytes]:
    """The backup piece by piece; `contents` is filled on the way."""
    salt = os.urandom(SALT_SIZE)
    manifest = orjson.dumps(_manifest(salt, with_objects=with_objects), option=orjson.OPT_INDENT_2)
    plain = _write_contents(database, storage, contents, with_objects=with_objects)
    outer = ZipStream(compress_type=ZIP_STORED)
    outer.add(manifest, MANIFEST)
    # The manifest as context: whoever changes it cannot open the rest.
    outer.add(seal(plain, passphrase=passphrase, salt=salt, context=manifest), SEALED)
    yield from outer


def _manifest(salt: bytes, *, with_objects: bool) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "revision": migrate.head(),
        "madeAt": utc_now(),
        "madeBy": f"Transect {version('transect')}",
        "withObjects": with_objects,
        "salt": base64.b64encode(salt).decode(),
        "readWith": "transect restore FILE",
    }


def _write_contents(
    database: Database, storage: ObjectStore, contents: Contents, *, with_objects: bool
) -> Iterator[bytes]:
    inner = ZipStream(compress_type=ZIP_STORED)
    with database.read() as session:
        for table in all_tables():
            lines = _counted(session, table, contents)
            inner.add(lines, table_file(table.name), compress_type=ZIP_DEFLATED, compress_level=_EFFORT)
            yield from inner.file()
        hashes = list(session.scalars(mentioned())) if with_objects else []
    for sha256 in hashes:
        try:
            chunks = storage.open(sha256)
        except ObjectMissing:
            contents.missing.append(sha256)
            continue
        inner.add(_closing(chunks), object_file(sha256))
        contents.objects += 1
        yield from inner.file()
    inner.add(orjson.dumps(asdict(contents)), CONTENTS)
    yield from inner.finalize()


def _counted(session: Session, table: Table, contents: Contents) -> Iterator[bytes]:
    lines = 0
    for part in write_rows(session, table):
        lines += part.count(b"\n")
        yield part
    contents.tables[str(table.name)] = lines - 1  # the first line names the columns


def _closing(chunks: ObjectChunks) -> Iterator[bytes]:
    with chunks:
        yield from chunks
