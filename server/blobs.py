"""Which objects the object storage holds for us.

The object is durable before its row is written, and the row before anything points at it: so no row ever leads to a
missing object, and an object without a row is swept up later.
"""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.db import Base, Id, utc_now
from server.storage import StagedFile


class Blob(Base):
    """A stored object: what the object storage holds under this SHA-256; `size` in bytes."""

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    md5: Mapped[str] = mapped_column(String(32))
    size: Mapped[int] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


def record_blob(session: Session, staged: StagedFile) -> str:
    """Note an object that has been put; the same content may arrive many times and at once. Returns its SHA-256."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    row = {"sha256": staged.sha256, "md5": staged.md5, "size": staged.size, "created_at": utc_now()}
    session.execute(dialect.insert(Blob).values(row).on_conflict_do_nothing())
    return staged.sha256
