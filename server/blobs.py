"""Which objects the object storage holds for us.

The object is durable before its row is written, and the row before anything points at it: so no row that is pointed
at ever leads to a missing object. Rows stay when their objects are swept away, and say so: whoever brings the same
content at that very moment sees it, and puts the object once more. See docs/decisions/0005 and `server/purge`.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, CompoundSelect, Select, String, except_, select, union, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.db import Base, Id, insert_into, utc_now
from server.storage import StagedFile


class Blob(Base):
    """A stored object: what the object storage holds under this SHA-256; `size` in bytes.

    `unmentioned_since`: when a sweep first found that nothing points at it. `removed_at`: when its object was removed.
    """

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    md5: Mapped[str] = mapped_column(String(32))
    size: Mapped[int] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    unmentioned_since: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


def record_blob(session: Session, staged: StagedFile) -> str:
    """Note an object that has been put; the same content may arrive many times and at once. Returns its SHA-256."""
    row = {"sha256": staged.sha256, "md5": staged.md5, "size": staged.size, "created_at": utc_now()}
    added = session.execute(insert_into(session, Blob).values(row).on_conflict_do_nothing().returning(Blob.sha256))
    if added.scalar() is None:
        _revive(session, staged)
    return staged.sha256


def mentions() -> Iterator[Column[Any]]:
    """Every column of every table that points at a blob."""
    key = Blob.__tablename__ + ".sha256"
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(pointer.target_fullname == key for pointer in column.foreign_keys):
                yield column


def mentioned() -> CompoundSelect[str]:
    """The SHA-256s of all blobs that anything points at."""
    return union(*_mentioned_by_column())


def without_mentioned(blobs: Select[str]) -> CompoundSelect[str]:
    """Of a query for SHA-256s, those that nothing points at."""
    return except_(blobs, *_mentioned_by_column())


def _mentioned_by_column() -> list[Select[str]]:
    return [select(column).where(column.is_not(None)) for column in mentions()]


def _revive(session: Session, staged: StagedFile) -> None:
    """Take back what a sweep has noted about a blob that is wanted again; its object may be gone or about to go.

    The lock is shared between those who bring the same content. A sweep leaves alone what is so locked, and we wait
    for a sweep that was first.
    """
    is_it = Blob.sha256 == staged.sha256
    marks = select(Blob.unmentioned_since, Blob.removed_at).where(is_it).with_for_update(read=True, key_share=True)
    unmentioned_since, removed_at = session.execute(marks).one()
    if removed_at is not None or unmentioned_since is not None:
        staged.put_again()
        whole = {"md5": staged.md5, "size": staged.size, "unmentioned_since": None, "removed_at": None}
        session.execute(update(Blob).where(is_it).values(whole))
