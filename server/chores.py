"""Work that one process of all does once in a while: whose turn it is, the database decides."""

from datetime import datetime, timedelta

from sqlalchemy import String, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Database, insert_into, utc_now


class Chore(Base):
    """`started_at` is when somebody last took it on."""

    __tablename__ = "chore"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    started_at: Mapped[datetime | None]


def claim(database: Database, name: str, every: timedelta) -> bool:
    """Take the chore on, unless anybody has within the time of `every`; of many that ask at once, one gets it."""
    now = utc_now()
    with database.read() as session:
        started_at = session.scalar(select(Chore.started_at).where(Chore.name == name))
    if started_at is not None and started_at > now - every:
        return False
    with database.write() as session:
        session.execute(insert_into(session, Chore).values(name=name, started_at=None).on_conflict_do_nothing())
        is_due = or_(Chore.started_at.is_(None), Chore.started_at <= now - every)
        mine = update(Chore).where(Chore.name == name, is_due).values(started_at=now).returning(Chore.name)
        return session.scalar(mine) is not None
