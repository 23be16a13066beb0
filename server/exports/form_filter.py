"""`$filter` of one form's submissions: on what the server knows of them, and on answers of any version of the form."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.exports.answer_names import answer_names
from server.exports.conditions import SubmissionFilter, submission_filter
from server.exports.tables import merged_fields
from server.forms.definitions import fields_of
from server.forms.find import draft_version
from server.forms.listing import list_versions
from server.forms.models import Form


def form_filter(
    session: Session, form: Form, text: str, now: datetime, *, is_draft: bool = False
) -> SubmissionFilter | None:
    """None for an empty text; raise 400.8 for what cannot be read or compared, 501.1 for what is not supported."""
    if not text.strip():
        return None
    versions = [draft_version(form)] if is_draft else list_versions(session, form)
    fields = merged_fields([fields_of(session, version) for version in versions])
    return submission_filter(text, now, answer_names(session, fields))
