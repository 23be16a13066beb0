"""Which keys a form's submissions were encrypted with."""

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from server.forms.models import EncryptionKey, Form, FormVersion
from server.submissions.models import Submission, SubmissionVersion


def list_keys(session: Session, form: Form, *, is_draft: bool = False) -> Sequence[EncryptionKey]:
    """The keys without which some submissions outside the trash cannot be read, oldest first."""
    needed = exists().where(
        FormVersion.key_id == EncryptionKey.id,
        SubmissionVersion.form_version_id == FormVersion.id,
        SubmissionVersion.is_encrypted,
        Submission.current_version_id == SubmissionVersion.id,
        Submission.form_id == form.id,
        Submission.is_draft == is_draft,
        Submission.deleted_at.is_(None),
    )
    return session.scalars(select(EncryptionKey).where(needed).order_by(EncryptionKey.id)).all()
