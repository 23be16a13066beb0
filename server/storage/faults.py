"""The two ways in which a store says no, and how a failing disk becomes one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ObjectMissing(Exception):  # noqa: N818 -- an outcome that callers expect, not a fault of the program
    """The store works, but holds no object of this name."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"The storage holds no object {sha256}.")
        self.sha256 = sha256


class StorageUnavailable(Exception):  # noqa: N818 -- a state of the outside world, not a fault of the program
    """The store is down, full or refuses us; the message says what to check and never holds a secret."""


@contextmanager
def disk_faults_named(folder: Path) -> Iterator[None]:
    """Turn a failure of the disk into StorageUnavailable that names the folder."""
    try:
        yield
    except OSError as error:
        raise StorageUnavailable(
            f"The folder {folder} failed: {error.strerror or error}. Check that it exists, has free "
            "space, and may be read and written by the user that runs the server."
        ) from error
