"""Bodies that are not JSON: whole, for documents that must be parsed at once, or streamed into the store's staging."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Request
from werkzeug.exceptions import ClientDisconnected

from server.errors import cut_off, too_large
from server.storage import ObjectStore, StagedFile

_CHUNK = 64 * 1024


def read_raw_body(request: Request, limit: int) -> bytes:
    """The whole body; raise 413 as soon as it is known to be larger than `limit` bytes."""
    return b"".join(body_chunks(request, limit))


@contextmanager
def staged_body(request: Request, storage: ObjectStore, limit: int) -> Iterator[StagedFile]:
    """The body as a staged file, which is gone after the block unless it was put into the store."""
    with storage.stage() as staged:
        for chunk in body_chunks(request, limit):
            staged.write(chunk)
        staged.finish()
        yield staged


def body_chunks(request: Request, limit: int) -> Iterator[bytes]:
    """The body piece by piece; raise 413 before reading one that says it is too large, 400 when it ends early."""
    if (request.content_length or 0) > limit:
        raise too_large(limit)
    received = 0
    while chunk := _read(request):
        received += len(chunk)
        if received > limit:
            raise too_large(limit)
        yield chunk


def _read(request: Request) -> bytes:
    try:
        return request.stream.read(_CHUNK)
    except (ClientDisconnected, OSError):
        raise cut_off() from None
