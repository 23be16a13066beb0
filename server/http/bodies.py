"""Bodies that are not JSON: whole, streamed into the store's staging, or the fields and files of a page's form."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from server.errors import cut_off, too_large
from server.storage import ObjectStore, StagedFile

_CHUNK = 64 * 1024
_FILE_CHUNK = 1024 * 1024
# How long a client may be silent in the midst of a body: Collect gives up writing after 60 s too.
_SILENCE_SECONDS = 60


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
    _limit_silence(request)
    received = 0
    while chunk := _read(request):
        received += len(chunk)
        if received > limit:
            raise too_large(limit)
        yield chunk
    # Gunicorn ends the stream without a word when the client is gone.
    if received < (request.content_length or 0):
        raise cut_off()


def read_form(request: Request, limit: int) -> MultiDict[str, str]:
    """The fields of a page's form; its files are in `request.files` then. Raise 413 for more than `limit` bytes."""
    if (request.content_length or 0) > limit:
        raise too_large(limit)
    request.max_content_length = limit
    _limit_silence(request)
    try:
        return request.form
    except RequestEntityTooLarge:
        raise too_large(limit) from None
    except (HTTPException, OSError):
        raise cut_off() from None


def receive_file(file: FileStorage, staged: StagedFile) -> None:
    """Stage a file of a page's form."""
    while chunk := file.stream.read(_FILE_CHUNK):
        staged.write(chunk)
    staged.finish()


def _limit_silence(request: Request) -> None:
    """Without a limit, each phone that loses its signal while it sends would hold one of our threads for good."""
    connection = request.environ.get("gunicorn.socket")
    if connection is not None:
        # Gunicorn takes the limit off again before it reads the next request.
        connection.settimeout(_SILENCE_SECONDS)


def _read(request: Request) -> bytes:
    try:
        return request.stream.read(_CHUNK)
    except Exception:  # noqa: BLE001 -- each WSGI server has its own errors for a body that breaks off or is malformed
        raise cut_off() from None
