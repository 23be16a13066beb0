"""Files on their way, in pieces."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ending(pieces: Iterator[bytes]) -> Iterator[Iterator[bytes]]:
    """However the block ends, what makes the pieces ends too: its transaction and its temporary files go at once."""
    try:
        yield pieces
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()
