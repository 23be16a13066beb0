"""Dismissing a finding: somebody has looked, and says that the answer is right all the same."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server import audit
from server.accounts.models import ActorRow
from server.db import utc_now
from server.forms.models import Form
from server.permissions import Actor
from server.submissions.findings import open_summary
from server.submissions.models import Finding, Submission


def set_dismissed(
    session: Session, actor: Actor, finding: Finding, *, is_dismissed: bool, reason: str | None = None
) -> None:
    """Dismiss a finding of a submission's current version, or let it count again; the caller holds the submission."""
    finding.dismissed_at = utc_now() if is_dismissed else None
    finding.dismissed_by = session.get(ActorRow, actor.id) if is_dismissed and actor.id is not None else None
    finding.dismissed_reason = reason if is_dismissed else None
    session.flush()
    submission = _summarise(session, finding)
    audit.record(
        session,
        actor,
        "submission.finding.dismiss" if is_dismissed else "submission.finding.reopen",
        session.get_one(Form, finding.form_id),
        submission_id=submission.id,
        instanceId=submission.instance_id,
        path=finding.path,
        rule=finding.rule,
        code=finding.code,
        reason=finding.dismissed_reason,
    )


def _summarise(session: Session, finding: Finding) -> Submission:
    version_id = finding.submission_version_id
    still_open = select(Finding.level, Finding.rule).where(
        Finding.submission_version_id == version_id, Finding.dismissed_at.is_(None)
    )
    summary = open_summary((level, rule) for level, rule in session.execute(still_open))
    submission = session.scalars(select(Submission).where(Submission.current_version_id == version_id)).one()
    session.execute(update(Submission).where(Submission.id == submission.id).values(summary))
    return submission
