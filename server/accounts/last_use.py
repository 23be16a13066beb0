"""When an app user was last heard of: good to the minute, so that most requests write nothing for it."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from server.accounts.models import AppUser
from server.db import utc_now
from server.permissions import Actor

_EVERY = timedelta(minutes=1)


def is_worth_noting(last_used_at: datetime | None) -> bool:
    return last_used_at is None or last_used_at <= utc_now() - _EVERY


def note_use(session: Session, actor: Actor) -> None:
    """Write down that the app user was here, unless somebody has done so within the minute."""
    now = utc_now()
    is_old = or_(AppUser.last_used_at.is_(None), AppUser.last_used_at <= now - _EVERY)
    session.execute(update(AppUser).where(AppUser.actor_id == actor.id, is_old).values(last_used_at=now))
