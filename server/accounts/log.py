"""Reading the audit log together with the actors who appear in it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import ActorRow
from server.audit import Audit


@dataclass(frozen=True, slots=True)
class LogEntry:
    """`actor` is None for what nobody in particular did: the command line, a draft's tester."""

    audit: Audit
    actor: ActorRow | None


def log_of_submission(session: Session, submission_id: int) -> list[LogEntry]:
    """What happened to a submission, newest first."""
    statement = (
        select(Audit, ActorRow)
        .outerjoin(ActorRow, ActorRow.id == Audit.actor_id)
        .where(Audit.submission_id == submission_id)
        .order_by(Audit.id.desc())
    )
    return [LogEntry(row.Audit, row.ActorRow) for row in session.execute(statement)]
