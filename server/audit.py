"""The log of who did what to what; rows are written in the transaction of the deed and never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.db import Base, Id, utc_now
from server.permissions import Actee, Actor

# Where a transaction keeps the notes that each of its rows gets when it brings none of its own.
NOTES = "notes"


class Audit(Base):
    """`action` is a noun and a verb, as in `form.update.publish`; `submission_id` leads to a submission's log."""

    __tablename__ = "audit"
    __table_args__ = (
        Index(None, "submission_id", "id"),
        Index(None, "action", "id"),
        Index(None, "actee_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    action: Mapped[str] = mapped_column(String(60))
    actee_id: Mapped[str | None] = mapped_column(String(36))
    submission_id: Mapped[int | None] = mapped_column(Id)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    notes: Mapped[str | None] = mapped_column(Text)
    logged_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)


_ADD = insert(Audit.__table__)  # type: ignore[arg-type]  # a table, though typed as any selectable


def record(
    session: Session,
    actor: Actor,
    action: str,
    actee: Actee | None = None,
    *,
    submission_id: int | None = None,
    notes: str | None = None,
    **details: Any,
) -> None:
    """Add one row; `details` are the API's details of that action."""
    session.execute(
        _ADD,
        {
            "actor_id": actor.id,
            "action": action,
            "actee_id": actee.actee_id if actee else None,
            "submission_id": submission_id,
            "details": details,
            "notes": notes if notes is not None else session.info.get(NOTES),
        },
    )
