"""What people decide about a submission: its review state, comments, its files, the trash."""

from datetime import datetime

from sqlalchemy.orm import Session

from server import audit
from server.db import utc_now
from server.errors import unexpected_value
from server.forms.models import Form
from server.permissions import Actor
from server.submissions.attachments import KeptFile
from server.submissions.find import expect_slot
from server.submissions.models import Comment, Submission, SubmissionVersion

REVIEW_STATES = ("received", "hasIssues", "edited", "rejected", "approved")


def set_review_state(
    session: Session, actor: Actor, form: Form, submission: Submission, state: str | None, *, at: datetime | None = None
) -> None:
    """`received` and None both mean that nothing has been decided; `at` is now unless several are decided at once."""
    if state is not None and state not in REVIEW_STATES:
        raise unexpected_value("reviewState", state, f"it must be one of {', '.join(REVIEW_STATES)}")
    submission.review_state = None if state == "received" else state
    submission.updated_at = at or utc_now()
    audit.record(
        session,
        actor,
        "submission.update",
        form,
        submission_id=submission.id,
        instanceId=submission.instance_id,
        reviewState=submission.review_state,
    )


def add_comment(session: Session, actor: Actor, submission: Submission, body: str) -> Comment:
    comment = Comment(submission_id=submission.id, actor_id=actor.id, body=body)
    session.add(comment)
    session.flush()
    return comment


def put_attachment(
    session: Session, actor: Actor, form: Form, version: SubmissionVersion, *, name: str, file: KeptFile | None
) -> None:
    """Fill the slot of a file, or empty it with None; raise 404.8 when the version has no such slot."""
    slot = expect_slot(session, version, name)
    slot.sha256 = file.sha256 if file else None
    slot.content_type = file.content_type if file else None
    if not version.is_draft:
        audit.record(
            session,
            actor,
            "submission.attachment.update",
            form,
            submission_id=version.submission_id,
            instanceId=version.instance_id,
            name=name,
        )


def delete_submission(session: Session, actor: Actor, form: Form, submission: Submission) -> None:
    """Into the trash, from which it can be restored."""
    submission.deleted_at = utc_now()
    _record_move(session, actor, "submission.delete", form, submission)


def restore_submission(session: Session, actor: Actor, form: Form, submission: Submission) -> None:
    submission.deleted_at = None
    _record_move(session, actor, "submission.restore", form, submission)


def _record_move(session: Session, actor: Actor, action: str, form: Form, submission: Submission) -> None:
    audit.record(session, actor, action, form, submission_id=submission.id, instanceId=submission.instance_id)
