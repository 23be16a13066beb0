"""The life of a job: put into the queue, cancelled, tried again, claimed under a lease, and ended.

A worker that dies says nothing: its lease runs out, and another claims the job. So a job can run twice, even at once
with itself, and must be safe to. Only whoever holds it may end it.
"""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from server.db import Database, insert_into, utc_now
from server.jobs.models import CANCELLED, DONE, FAILED, FINISHED, RUNNING, WAITING, Job

# Clocks of machines that share a database may differ by less than this.
LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 3
_FIRST_PAUSE = timedelta(seconds=10)
_DIED = "The worker that ran this ended unexpectedly, several times. Look into its log, and at memory and disk."


def enqueue(session: Session, kind: str, payload: dict[str, Any], *, dedupe_key: str | None = None) -> Job:
    """Add a job to the caller's transaction; when one with this key is not finished, gives that one."""
    now = utc_now()
    row = {"kind": kind, "payload": payload, "dedupe_key": dedupe_key, "due_at": now, "created_at": now}
    adding = insert_into(session, Job).values(row).on_conflict_do_nothing().returning(Job.id)
    added = session.scalar(adding)
    wanted = Job.dedupe_key == dedupe_key if added is None else Job.id == added
    return session.scalars(select(Job).where(wanted)).one()


def cancel(session: Session, job_id: int) -> None:
    """A job that waits ends now, one that runs within a second or two; one that has ended stays as it is."""
    end = {"state": CANCELLED, "finished_at": utc_now(), "dedupe_key": None}
    session.execute(update(Job).where(Job.id == job_id, Job.state == WAITING).values(end))
    session.execute(update(Job).where(Job.id == job_id, Job.state == RUNNING).values(is_cancel_wanted=True))


def retry(session: Session, job_id: int) -> bool:
    """Let a job that failed or was cancelled begin anew; False when it is in no such state."""
    anew = {
        "state": WAITING, "attempts": 0, "due_at": utc_now(), "finished_at": None, "is_cancel_wanted": False,
        "error": None, "done": 0, "total": None,
    }  # fmt: skip
    found = update(Job).where(Job.id == job_id, Job.state.in_((FAILED, CANCELLED))).values(anew).returning(Job.id)
    return session.scalar(found) is not None


def claim(database: Database) -> Job | None:
    """Take on the job that has waited longest, or one whose worker has died; None when there is nothing to do."""
    with database.read() as session:
        # So that a worker with nothing to do never waits for the lock of writers, nor makes them wait.
        if session.scalar(select(Job.id).where(_is_free()).limit(1)) is None:
            return None
    with database.write() as session:
        _bury(session)
        oldest = select(Job.id).where(_is_free()).order_by(Job.due_at, Job.id).limit(1)
        mine = (
            update(Job)
            .where(Job.id == oldest.with_for_update(skip_locked=True).scalar_subquery())
            .values(
                state=RUNNING, holder=secrets.token_hex(16), attempts=Job.attempts + 1, lease_until=utc_now() + LEASE
            )
            .returning(Job)
        )
        return session.scalars(mine).one_or_none()


def renew(database: Database, job: Job, done: int, total: int | None) -> bool:
    """Keep the lease and tell how far it is; False when the job is to be cancelled or is no longer ours."""
    values = {"lease_until": utc_now() + LEASE, "done": done, "total": total}
    with database.write() as session:
        ours = update(Job).where(_is_held(job)).values(values).returning(Job.is_cancel_wanted)
        return session.scalar(ours) is False


def finish(database: Database, job: Job, result: dict[str, Any]) -> None:
    _end(database, job, state=DONE, result=result, error=None)


def fail(database: Database, job: Job, error: str, *, is_final: bool) -> None:
    """Tell what went wrong; it is tried again later unless the fault is final or was met too often."""
    if is_final or job.attempts >= MOST_ATTEMPTS:
        _end(database, job, state=FAILED, error=error)
        return
    due_at = utc_now() + _FIRST_PAUSE * 4 ** (job.attempts - 1)
    _change(database, job, state=WAITING, holder=None, lease_until=None, due_at=due_at, error=error)


def end_cancelled(database: Database, job: Job) -> None:
    _end(database, job, state=CANCELLED)


def release(database: Database, job: Job) -> None:
    """Give back what was begun, for the worker has to stop; this attempt does not count."""
    attempts = job.attempts - 1
    _change(database, job, state=WAITING, holder=None, lease_until=None, attempts=attempts, due_at=utc_now())


def _end(database: Database, job: Job, **values: Any) -> None:
    _change(database, job, finished_at=utc_now(), dedupe_key=None, holder=None, lease_until=None, **values)


def _change(database: Database, job: Job, **values: Any) -> None:
    with database.write() as session:
        session.execute(update(Job).where(_is_held(job)).values(values))


def _is_held(job: Job) -> ColumnElement[bool]:
    return and_(Job.id == job.id, Job.holder == job.holder, Job.state == RUNNING)


def _is_lost() -> ColumnElement[bool]:
    return and_(Job.state == RUNNING, Job.lease_until < utc_now())


def _is_free() -> ColumnElement[bool]:
    return or_(and_(Job.state == WAITING, Job.due_at <= utc_now()), _is_lost())


def _bury(session: Session) -> None:
    """End what has taken worker after worker down with it, and what its dead worker was to cancel."""
    end = {"finished_at": utc_now(), "dedupe_key": None, "holder": None, "lease_until": None}
    session.execute(update(Job).where(_is_lost(), Job.is_cancel_wanted).values(state=CANCELLED, **end))
    died = update(Job).where(_is_lost(), Job.attempts >= MOST_ATTEMPTS)
    session.execute(died.values(state=FAILED, error=_DIED, **end))


def is_finished(job: Job) -> bool:
    return job.state in FINISHED
