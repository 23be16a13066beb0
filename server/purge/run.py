"""One purge from beginning to end. It may run twice, at once with another, and while the server is in use."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from server.accounts.models import Attempt, PasswordReset, SignIn
from server.accounts.throttle import WINDOW
from server.db import Database, utc_now
from server.desk.thumbnails import forget_thumbnails
from server.exports.export_jobs import end_exports
from server.purge.objects import Sweep
from server.purge.trash import count_trash, purge_forms, purge_submissions
from server.storage import ObjectStore

DAYS_IN_TRASH = 30


@dataclass(frozen=True, slots=True)
class Purged:
    """How much of each was removed, or would be."""

    forms: int
    submissions: int
    sign_ins: int
    objects: int


def purge(
    database: Database, storage: ObjectStore, *, days: int = DAYS_IN_TRASH, now: datetime | None = None
) -> Purged:
    """Remove what has lain in the trash for so many days, what has expired, and the objects that are left over."""
    now = now or utc_now()
    before = now - timedelta(days=days)
    forms, submissions = purge_forms(database, before), purge_submissions(database, before)
    end_exports(database, now)
    forget_thumbnails(database)
    return Purged(forms, submissions, _end_expired(database, now), Sweep(database, storage, now).run())


def preview(
    database: Database, storage: ObjectStore, *, days: int = DAYS_IN_TRASH, now: datetime | None = None
) -> Purged:
    """What `purge` would remove; changes nothing."""
    now = now or utc_now()
    with database.read() as session:
        forms, submissions = count_trash(session, now - timedelta(days=days))
        expired = session.scalar(select(func.count()).select_from(SignIn).where(SignIn.expires_at <= now)) or 0
    return Purged(forms, submissions, expired, Sweep(database, storage, now).count())


def _end_expired(database: Database, now: datetime) -> int:
    """Forget sessions, password links and attempts that no longer matter; returns how many sessions."""
    with database.write() as session:
        session.execute(delete(PasswordReset).where(PasswordReset.expires_at <= now))
        session.execute(delete(Attempt).where(Attempt.at <= now - WINDOW))
        ended = session.scalars(delete(SignIn).where(SignIn.expires_at <= now).returning(SignIn.id))
        return len(ended.all())
