"""The file of the ground on this machine's disk: a tile lies anywhere in it.

A folder of objects has it already. From other stores it is copied once, beside the request that first asks.
"""

import os
from pathlib import Path
from threading import Lock

from server.storage import ObjectStore

_copying = Lock()


def local_file(storage: ObjectStore, folder: Path, sha256: str) -> Path | None:
    """None while another thread copies it. Raises ObjectMissing."""
    copy = folder / sha256
    if copy.is_file():
        return copy
    return storage.path(sha256) or _copied(storage, copy)


def _copied(storage: ObjectStore, copy: Path) -> Path | None:
    if not _copying.acquire(blocking=False):
        return None
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        part = copy.with_name(f"{copy.name}.{os.getpid()}")
        with storage.open(copy.name) as chunks, part.open("wb") as file:
            file.writelines(chunks)
        part.replace(copy)
        _remove_others(copy)
        return copy
    finally:
        _copying.release()


def _remove_others(copy: Path) -> None:
    """Files that were the ground before."""
    for path in copy.parent.iterdir():
        if not path.name.startswith(copy.name):
            path.unlink(missing_ok=True)
