"""Room for the temporary files of an export: when there is none, that is said in words."""

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class NoRoom(OSError):  # noqa: N818 -- a state of the outside world, not a fault of the program
    """The folder for temporary files is full; the message names it."""


@contextmanager
def room_needed() -> Iterator[None]:
    """Turn the failure of a full disk into NoRoom."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        folder = tempfile.gettempdir()
        raise NoRoom(f"The folder for temporary files, {folder}, has no free space: {error.strerror}.") from error
