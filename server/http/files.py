"""Files out of the object storage: streamed, with ranges and ETags, and never run by the reader's browser."""

import re
from urllib.parse import quote

from flask import Request, Response

from server.blobs import Blob
from server.errors import not_found, range_not_satisfiable
from server.storage import ObjectMissing, ObjectStore

# What browsers show as a picture and nothing else. SVG is left out: it can carry scripts.
_SHOWN_INLINE = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
# No file is so large that a position in it needs more digits.
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
# A file that is opened by itself may load and run nothing.
_SANDBOX = "default-src 'none'; sandbox"


def send_blob(request: Request, storage: ObjectStore, blob: Blob, *, name: str, content_type: str | None) -> Response:
    """Answer with the file or the part that `Range` asks for; 304 when the client has it already."""
    kind = content_type or "application/octet-stream"
    response = Response(content_type=kind)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Disposition"] = disposition(name, inline=kind in _SHOWN_INLINE)
    response.set_etag(blob.sha256)
    if request.if_none_match.contains_weak(blob.sha256):
        response.status_code = 304
        return response
    start, length = asked_range(request, blob.size, blob.sha256)
    if length != blob.size:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{blob.size}"
    response.content_length = length
    if request.method != "HEAD":
        try:
            chunks = storage.open(blob.sha256, start=start, length=length)
        except ObjectMissing:
            raise not_found() from None
        response.response = chunks
        response.call_on_close(chunks.close)
    return response


def disposition(name: str, *, inline: bool = False) -> str:
    """A Content-Disposition that every client reads: plain ASCII, and the true name in UTF-8 beside it."""
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", name)
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def asked_range(request: Request, size: int, tag: str) -> tuple[int, int]:
    """First byte and number of bytes; a header that is not one plain range is ignored, as the standard allows."""
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    condition = request.headers.get("If-Range")
    if not asked or asked.group(0) == "bytes=-" or (condition and condition.strip('"') != tag):
        return 0, size
    first, last = asked.groups()
    if not first:
        length = min(int(last), size)
        start = size - length
    else:
        start = int(first)
        length = (min(int(last), size - 1) if last else size - 1) - start + 1
    if start >= size or length <= 0:
        raise range_not_satisfiable()
    return start, length
