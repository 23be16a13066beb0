"""A file while it is being received: hashed as it is written, and held until a store keeps it.

Small content (most photos and every XML) stays in memory; larger content goes to a temporary file, so that
memory does not depend on what somebody sends. Whether it is kept, and under which name, the store decides.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Self

from server.storage.faults import StorageUnavailable, disk_faults_named

MEMORY_LIMIT = 1024 * 1024
STAGED_PREFIX = "staged-"


class StagedFile:
    """One file being received. Belongs to one thread; as a context manager it removes what was not kept.

    `folder` must exist; it takes the temporary file when one is needed. `keep` is the `put` of its store.
    """

    def __init__(self, folder: Path, keep: Callable[[StagedFile], None] | None = None) -> None:
        self._folder = folder
        self._keep = keep
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._size = 0
        self._is_finished = False
        self._is_closed = False
        self._memory = bytearray()
        self._file: io.FileIO | None = None
        self._path: Path | None = None

    def write(self, chunk: bytes) -> None:
        """Append a chunk. Raises StorageUnavailable when the disk fails, ValueError after `finish`."""
        if self._is_finished:
            raise ValueError("This file is finished; nothing can be added to it.")
        if self._file is None and self._size + len(chunk) > MEMORY_LIMIT:
            self._move_to_file()
        if self._file is None:
            self._memory += chunk
        else:
            with disk_faults_named(self._folder):
                _write_all(self._file, chunk)
        self._sha256.update(chunk)
        self._md5.update(chunk)
        self._size += len(chunk)

    def finish(self) -> None:
        """No more writes: hashes and size are final. Finishing twice is fine."""
        self._is_finished = True

    @property
    def sha256(self) -> str:
        """Lower-case hexadecimal; known once finished."""
        self._require_finished()
        return self._sha256.hexdigest()

    @property
    def md5(self) -> str:
        """Lower-case hexadecimal; known once finished."""
        self._require_finished()
        return self._md5.hexdigest()

    @property
    def size(self) -> int:
        """Bytes; known once finished."""
        self._require_finished()
        return self._size

    def read_start(self, size: int) -> bytes:
        """Up to `size` first bytes, enough to recognise what kind of file this is."""
        if self._file is None:
            return bytes(self._memory[:size])
        with disk_faults_named(self._folder):
            return os.pread(self._file.fileno(), size, 0)

    def content(self) -> BinaryIO:
        """Read everything again from the start; close what this returns."""
        self._require_content()
        if self._file is None:
            return io.BytesIO(self._memory)
        with disk_faults_named(self._folder):
            again = os.fdopen(os.dup(self._file.fileno()), "rb")
            again.seek(0)
            return again

    def save(self) -> Path:
        """Bring the whole content to stable storage in a temporary file, which the caller may rename away."""
        self._require_content()
        if self._path is None or not self._path.exists():
            self._move_to_file()
        with disk_faults_named(self._folder):
            return self._synced_path()

    def put_again(self) -> None:
        """Put it into its store once more: what was put before may have been swept away since."""
        assert self._keep is not None, "this file belongs to no store"
        self._keep(self)

    def close(self) -> None:
        """Let go of the content, and of the temporary file unless a store has taken it. Twice is fine."""
        self._is_closed = True
        self._memory = bytearray()
        if self._file is not None:
            self._file.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _require_finished(self) -> None:
        if not self._is_finished:
            raise ValueError("This file is still being received; call finish() first.")

    def _require_content(self) -> None:
        self._require_finished()
        if self._is_closed:
            raise ValueError("This file is closed; its content is gone.")

    def _move_to_file(self) -> None:
        """Continue in a new temporary file, be the content in memory or in a file that a store took."""
        with disk_faults_named(self._folder):
            number, name = tempfile.mkstemp(prefix=STAGED_PREFIX, dir=self._folder)
            # Unbuffered: nothing of a failed write may be left to be tried again later.
            file = io.FileIO(number, "r+")
            try:
                self._copy_to(file)
            except OSError:
                file.close()
                Path(name).unlink()
                raise
        if self._file is not None:
            self._file.close()
        self._file, self._path = file, Path(name)
        self._memory = bytearray()

    def _copy_to(self, file: io.FileIO) -> None:
        if self._file is None:
            _write_all(file, self._memory)
            return
        with self.content() as content:
            while chunk := content.read(MEMORY_LIMIT):
                _write_all(file, chunk)

    def _synced_path(self) -> Path:
        assert self._file is not None
        assert self._path is not None
        try:
            os.fsync(self._file.fileno())
        except OSError:
            # The system may have dropped what it could not write, and a second fsync would then claim success.
            self.close()
            raise
        # A failed write that somebody ignored must not become an object whose name promises other content.
        if os.fstat(self._file.fileno()).st_size != self._size:
            raise StorageUnavailable(f"The folder {self._folder} did not take the whole file. Check its free space.")
        return self._path


def _write_all(file: io.FileIO, content: bytes | bytearray) -> None:
    """Write to the end, since one unbuffered write may take only a part."""
    with memoryview(content) as rest:
        written = 0
        while written < len(rest):
            written += file.write(rest[written:]) or 0
