"""Submissions to drafts: they are there for trying, and go when their draft does."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.forms.hold import hold_form
from server.forms.models import Form, FormVersion
from server.submissions.models import Submission, SubmissionVersion


def clear_draft_submissions(session: Session, form: Form) -> None:
    """Remove all that testers have sent to the form's draft; files in the object store are swept up later."""
    hold_form(session, form)
    # A tester's phone may be sending: what comes in now waits, and finds the draft gone.
    session.execute(select(FormVersion.id).where(FormVersion.id == form.draft_version_id).with_for_update())
    to_draft = (Submission.form_id == form.id, Submission.is_draft)
    # The pointers first: each table points at the other.
    session.execute(update(Submission).where(*to_draft).values(current_version_id=None))
    session.execute(
        delete(SubmissionVersion).where(SubmissionVersion.submission_id.in_(select(Submission.id).where(*to_draft)))
    )
    session.execute(delete(Submission).where(*to_draft))
