"""What every object store promises, and the few rules that all stores share.

The rules: how an object is named inside a store, how its content is handed out in chunks, and how a store is
probed. Where the bytes lie is the business of `files` and `s3`.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self

from server.storage.faults import ObjectMissing, StorageUnavailable
from server.storage.staged import StagedFile

CHUNK_SIZE = 128 * 1024
PROBE_SIZE = 1024
SHA256_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ObjectStat:
    """Size in bytes, and when the object was last put (aware, UTC)."""

    size: int
    modified: datetime


class ByteSource(Protocol):
    """The part of an open file or network body that handing out chunks needs."""

    def read(self, size: int, /) -> bytes | None: ...
    def close(self) -> None: ...


class ObjectChunks(Iterator[bytes]):
    """The content of one object, or a range of it, chunk by chunk; close it when not read to the end.

    A class and not a generator: closing a generator that was never started would leave its source open.
    """

    def __init__(self, source: ByteSource, length: int | None = None) -> None:
        self._source = source
        self._left = length

    def __next__(self) -> bytes:
        wanted = CHUNK_SIZE if self._left is None else min(CHUNK_SIZE, self._left)
        chunk = self._source.read(wanted) if wanted else b""
        if not chunk:
            self.close()
            raise StopIteration
        if self._left is not None:
            self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        """Give back the file or the connection; closing twice is fine."""
        self._left = 0
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class ObjectStore(Protocol):
    """A place for objects. Any method may raise StorageUnavailable, and ValueError for a bad `sha256`."""

    def stage(self) -> StagedFile:
        """Begin to receive an object; nothing is visible before `put`."""
        ...

    def put(self, staged: StagedFile) -> None:
        """Keep a finished staged file, durable on return; one that was there already counts as put now."""
        ...

    def open(self, sha256: str, *, start: int = 0, length: int | None = None) -> ObjectChunks:
        """Read from byte `start`, at most `length` bytes; a range past the end is empty.

        Raises ObjectMissing at the call, while the caller can still answer with an error.
        """
        ...

    def stat(self, sha256: str) -> ObjectStat:
        """Raises ObjectMissing."""
        ...

    def path(self, sha256: str) -> Path | None:
        """The object as a file to read at any place of it; None when the store has no files. Raises ObjectMissing."""
        ...

    def delete(self, sha256: str) -> None:
        """Remove an object; removing what is not there is fine."""
        ...

    def link(self, sha256: str, *, file_name: str, content_type: str, seconds: int) -> str | None:
        """A URL under which anyone may download the object for so long; None when the store has none."""
        ...

    def objects(self) -> Iterator[tuple[str, ObjectStat]]:
        """All objects, read lazily, in no promised order."""
        ...

    def check(self) -> None:
        """Write, read back and delete a small object; raises StorageUnavailable with what to look at."""
        ...


def object_key(sha256: str) -> str:
    """Name of an object in a store, `ab/cd/<sha256>`; the one place that decides what may become a path."""
    if not SHA256_HEX.fullmatch(sha256):
        raise ValueError(f"An object is named by 64 lower-case hexadecimal digits, not {sha256[:80]!r}.")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def named_object(key: str) -> str | None:
    """The inverse of `object_key`; None for anything that no store of ours has put there."""
    sha256 = key.rpartition("/")[2]
    return sha256 if SHA256_HEX.fullmatch(sha256) and object_key(sha256) == key else None


def check_range(start: int, length: int | None) -> None:
    """Refuse a range that no object can have; a range past the end is not such a one."""
    if start < 0 or (length is not None and length < 0):
        raise ValueError(f"A range starts at 0 or later and has no negative length: start={start}, length={length}.")


def probe(store: ObjectStore, place: str) -> None:
    """Send a small random object through the store and back; `place` is named when it comes back wrong."""
    content = secrets.token_bytes(PROBE_SIZE)
    with store.stage() as staged:
        staged.write(content)
        staged.finish()
        store.put(staged)
    try:
        with closing(store.open(staged.sha256)) as chunks:
            answer = b"".join(chunks)
    except ObjectMissing:
        answer = b""
    store.delete(staged.sha256)
    if answer != content:
        raise StorageUnavailable(f"{place} accepted a test object but did not give it back unchanged.")
