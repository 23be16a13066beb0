"""Small pictures of photos, made when somebody first looks and kept in the object storage from then on.

They are named by the photo's content, so that a photo that was sent twice has one thumbnail, and none is ever stale.
"""

import io
from threading import BoundedSemaphore
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.blobs import Blob, record_blob
from server.db import Database, insert_into
from server.desk.pictures import shrunk
from server.storage import ObjectMissing, ObjectStore
from server.submissions.models import Thumbnail

# By name: the box in pixels, and whether the picture is cut to fill it.
SIZES: Final[dict[str, tuple[tuple[int, int], bool]]] = {"small": ((160, 120), True), "large": ((1200, 1200), False)}
MAX_PHOTO: Final = 40 * 1024 * 1024
# Unpacking one takes up to 240 MB for a moment: a page of thumbnails must not unpack them all at once.
_at_once = BoundedSemaphore(2)


def thumbnail(database: Database, storage: ObjectStore, photo: Blob, size: str) -> Blob | None:
    """The photo in one of `SIZES`; None when it is no photo that can be shown."""
    with database.read() as session:
        is_known, found = _find(session, photo.sha256, size)
    if is_known:
        return found
    with _at_once:
        content = _shrink(storage, photo, size)
    return _keep(database, storage, photo.sha256, size, content)


def forget_thumbnails(database: Database) -> None:
    """Remove those whose photo has gone from the storage, so that their own objects are swept up too."""
    alive = select(Blob.sha256).where(Blob.sha256 == Thumbnail.source_sha256, Blob.removed_at.is_(None))
    with database.write() as session:
        session.execute(delete(Thumbnail).where(~alive.exists()))


def _find(session: Session, source_sha256: str, size: str) -> tuple[bool, Blob | None]:
    row = session.execute(
        select(Thumbnail, Blob)
        .outerjoin(Blob, Blob.sha256 == Thumbnail.sha256)
        .where(Thumbnail.source_sha256 == source_sha256, Thumbnail.size == size)
    ).one_or_none()
    return (False, None) if row is None else (True, row.Blob)


def _shrink(storage: ObjectStore, photo: Blob, size: str) -> bytes | None:
    if photo.size > MAX_PHOTO:
        return None
    try:
        with storage.open(photo.sha256) as chunks:
            content = b"".join(chunks)
    except ObjectMissing:
        return None
    box, fills = SIZES[size]
    return shrunk(io.BytesIO(content), box, fills=fills)


def _keep(
    database: Database, storage: ObjectStore, source_sha256: str, size: str, content: bytes | None
) -> Blob | None:
    with storage.stage() as staged:
        if content is not None:
            staged.write(content)
        staged.finish()
        if content is not None:
            storage.put(staged)
        with database.write() as session:
            row = {"source_sha256": source_sha256, "size": size}
            row |= {"sha256": record_blob(session, staged)} if content is not None else {}
            # Two who look at once make the same picture: the first one stands.
            session.execute(insert_into(session, Thumbnail).values(row).on_conflict_do_nothing())
            return _find(session, source_sha256, size)[1]
