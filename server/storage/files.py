"""Objects as files in a folder: `<root>/ab/cd/<sha256>`.

A crash at any point leaves no object or the whole object: content is written and fsynced under
`<root>/staging`, renamed into place, and the folder entry fsynced before `put` returns. What a crash leaves
in `staging` is removed a day later.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from server.storage.contract import ObjectChunks, ObjectStat, check_range, named_object, object_key, probe
from server.storage.faults import ObjectMissing, disk_faults_named
from server.storage.staged import STAGED_PREFIX, StagedFile

STALE_SECONDS = 24 * 60 * 60
FOLDER_MODE = 0o700


class FileStore:
    """An ObjectStore in one folder, which several processes may share."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._staging = root / "staging"
        # A flag for each `ab` and `ab/cd`: whether this process has made sure of its entry on disk. To find a
        # folder is not enough: one that another process has just created may be gone after a power cut.
        self._settled_outer = bytearray(256)
        self._settled_inner = bytearray(256 * 256)
        with disk_faults_named(root):
            _make_folder(self._staging)
            self._remove_stale()

    def stage(self) -> StagedFile:
        return StagedFile(self._staging, self.put)

    def put(self, staged: StagedFile) -> None:
        path = self._path(staged.sha256)
        with disk_faults_named(self._root):
            self._settle(path.parent, int(staged.sha256[:4], 16))
            if not _touch(path, staged.size):
                staged.save().replace(path)
            # Also when it was there: who renamed it may not have come to this line yet.
            _sync_folder(path.parent)

    def open(self, sha256: str, *, start: int = 0, length: int | None = None) -> ObjectChunks:
        check_range(start, length)
        path = self._path(sha256)
        with disk_faults_named(self._root):
            try:
                file = path.open("rb", buffering=0)
            except FileNotFoundError as error:
                raise ObjectMissing(sha256) from error
            file.seek(start)
        return ObjectChunks(file, length)

    def stat(self, sha256: str) -> ObjectStat:
        path = self._path(sha256)
        with disk_faults_named(self._root):
            try:
                return _object_stat(path.stat())
            except FileNotFoundError as error:
                raise ObjectMissing(sha256) from error

    def path(self, sha256: str) -> Path:
        self.stat(sha256)
        return self._path(sha256)

    def delete(self, sha256: str) -> None:
        path = self._path(sha256)
        with disk_faults_named(self._root):
            path.unlink(missing_ok=True)

    def link(
        self,
        sha256: str,  # noqa: ARG002 -- the interface; files have no URLs
        *,
        file_name: str,  # noqa: ARG002 -- the same
        content_type: str,  # noqa: ARG002 -- the same
        seconds: int,  # noqa: ARG002 -- the same
    ) -> str | None:
        return None

    def objects(self) -> Iterator[tuple[str, ObjectStat]]:
        with disk_faults_named(self._root):
            for path in self._root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
                sha256 = named_object(path.relative_to(self._root).as_posix())
                if sha256 is None:
                    continue
                try:
                    yield sha256, _object_stat(path.stat())
                except FileNotFoundError:
                    continue

    def check(self) -> None:
        probe(self, f"The folder {self._root}")

    def _path(self, sha256: str) -> Path:
        return self._root / object_key(sha256)

    def _settle(self, folder: Path, number: int) -> None:
        """Make sure that the folder of objects 0x`number`... survives a power cut."""
        if self._settled_inner[number] and folder.is_dir():
            return
        outer = folder.parent
        if not (self._settled_outer[number >> 8] and outer.is_dir()):
            # The root is not made again: when it is gone, a disk is missing, and another would fill in its place.
            outer.mkdir(mode=FOLDER_MODE, exist_ok=True)
            _sync_folder(self._root)
            self._settled_outer[number >> 8] = True
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
        _sync_folder(outer)
        self._settled_inner[number] = True

    def _remove_stale(self) -> None:
        before = time.time() - STALE_SECONDS
        for path in self._staging.glob(f"{STAGED_PREFIX}*"):
            try:
                if path.stat().st_mtime < before:
                    path.unlink()
            except FileNotFoundError:
                continue  # another process tidies up at the same time


def _object_stat(found: os.stat_result) -> ObjectStat:
    return ObjectStat(found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def _touch(path: Path, size: int) -> bool:
    """Set the modification time to now; False when it is not there, or not whole as after a bad restore."""
    try:
        if path.stat().st_size != size:
            return False
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _make_folder(folder: Path) -> None:
    """Create a folder and its parents, each with its entry on disk."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
