"""What each edit of a submission changed."""

from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from server.forms.definitions import fields_of
from server.submissions.models import Submission, SubmissionVersion
from server.xform.differences import Difference, differences
from server.xform.document import parse_document
from server.xform.fields import REPEAT


def changes_by_version(session: Session, submission: Submission) -> dict[str, list[Difference]]:
    """What each version changed against the one before it, by its instanceID; the first one changed nothing."""
    statement = (
        select(SubmissionVersion)
        .where(SubmissionVersion.submission_id == submission.id)
        .options(undefer(SubmissionVersion.xml), joinedload(SubmissionVersion.form_version))
        .order_by(SubmissionVersion.id)
    )
    versions = session.scalars(statement).all()
    known = {version.form_version for version in versions if version.form_version is not None}
    repeats = {
        field.path for form_version in known for field in fields_of(session, form_version) if field.type == REPEAT
    }
    return {
        after.instance_id: differences(repeats, parse_document(before.xml), parse_document(after.xml))
        for before, after in pairwise(versions)
    }
