"""Slowing down who guesses passwords: failures are counted per account and per address, in the database.

Counting in the database makes the limit the same however many processes run.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import delete, func, insert, select

from server.accounts.models import FailedSignIn
from server.db import Database, utc_now
from server.errors import too_many_attempts

WINDOW = timedelta(minutes=5)
# An office behind one router shares its address, so addresses may fail more often than accounts.
FAILURES = {"account": 10, "address": 50}


def refuse_when_throttled(database: Database, subjects: Sequence[str]) -> None:
    """Raise 429 when one of the subjects (`account x`, `address y`) has failed too often lately."""
    statement = (
        select(FailedSignIn.subject, func.count(), func.min(FailedSignIn.at))
        .where(FailedSignIn.subject.in_(subjects), FailedSignIn.at > utc_now() - WINDOW)
        .group_by(FailedSignIn.subject)
    )
    with database.read() as session:
        for subject, failures, first in session.execute(statement):
            if failures >= FAILURES[subject.partition(" ")[0]]:
                wait = first + WINDOW - utc_now()
                raise too_many_attempts(max(1, int(wait.total_seconds())))


def note_failure(database: Database, subjects: Iterable[str]) -> None:
    """Count one failure for each subject, and forget those that no longer matter."""
    with database.write() as session:
        session.execute(delete(FailedSignIn).where(FailedSignIn.at <= utc_now() - WINDOW))
        session.execute(insert(FailedSignIn), [{"subject": subject[:330]} for subject in subjects])
