"""Files on their way, in pieces."""

from collections.abc import Iterator
from contextlib import contextmanager


def end(pieces: Iterator[bytes]) -> None:
    """No more is wanted: the transaction and the temporary files of what makes the pieces go at once."""
    close = getattr(pieces, "close", None)
    if close is not None:
        close()


@contextmanager
def ending(pieces: Iterator[bytes]) -> Iterator[Iterator[bytes]]:
    """The pieces, which end with the block, however that ends."""
    try:
        yield pieces
    finally:
        end(pieces)
