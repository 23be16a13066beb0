"""The label that a draft can be published under."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.forms.models import Form, FormVersion


def free_version(session: Session, form: Form, draft: FormVersion, today: date) -> str:
    """The draft's own label, or when that is taken or blank, the day and the number of the version of that day."""
    statement = select(FormVersion.version).where(FormVersion.form_id == form.id, FormVersion.published_at.is_not(None))
    taken = {"", *session.scalars(statement)}
    if draft.version not in taken:
        return draft.version
    numbered = (f"{today:%Y%m%d}{number:02d}" for number in range(1, len(taken) + 2))
    return next(label for label in numbered if label not in taken)
