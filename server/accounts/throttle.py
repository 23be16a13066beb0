"""Slowing down who guesses passwords or fills mailboxes: attempts are counted in the database.

Counting there makes the limit the same however many processes run.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from server.accounts.models import Attempt
from server.db import Database, utc_now
from server.errors import too_many_attempts

WINDOW = timedelta(minutes=5)
# An office behind one router shares its address, so addresses may fail more often than accounts.
# A mailbox gets few mails: whoever waits for one asks again, and nobody else should.
# Codes have six digits: fewer may be tried than passwords, and only who knows the password can use them up.
LIMITS = {"account": 10, "address": 50, "mailbox": 3, "code": 5}
_LONGEST = 330


def refuse_when_throttled(database: Database, subjects: Sequence[str]) -> None:
    """Raise 429.7 when one of the subjects (such as `account x`, see LIMITS) was tried too often lately."""
    with database.read() as session:
        refuse_within(session, subjects)


def note_attempt(database: Database, subjects: Iterable[str]) -> None:
    """Count one attempt for each subject, and forget those that no longer matter."""
    with database.write() as session:
        note_within(session, subjects)


def refuse_within(session: Session, subjects: Sequence[str]) -> None:
    """`refuse_when_throttled`, for who has a transaction already."""
    statement = (
        select(Attempt.subject, func.count(), func.min(Attempt.at))
        .where(Attempt.subject.in_(_cut(subjects)), Attempt.at > utc_now() - WINDOW)
        .group_by(Attempt.subject)
    )
    for subject, attempts, first in session.execute(statement):
        if attempts >= LIMITS[subject.partition(" ")[0]]:
            wait = first + WINDOW - utc_now()
            raise too_many_attempts(max(1, int(wait.total_seconds())))


def note_within(session: Session, subjects: Iterable[str]) -> None:
    """`note_attempt`, for who has a transaction already."""
    session.execute(delete(Attempt).where(Attempt.at <= utc_now() - WINDOW))
    session.execute(insert(Attempt), [{"subject": subject} for subject in _cut(subjects)])


def _cut(subjects: Iterable[str]) -> list[str]:
    return [subject[:_LONGEST] for subject in subjects]
