"""In how many submissions a question was answered, or a choice chosen: what a change to the form would leave behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from server.forms.models import Form
from server.submissions.models import Submission, SubmissionVersion

# Reading the answers of so many takes half a second.
MOST_SUBMISSIONS: Final = 20_000
MOST_ASKED: Final = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """A question outside of repeats by its path; with `value`, one of its choices. `has_several` as for fields."""

    path: str
    value: str | None = None
    has_several: bool = False


def count_answers(session: Session, form: Form, asked: Sequence[Asked]) -> list[int]:
    """For each, in how many submissions outside the trash; at most `MOST_ASKED` of them in one call."""
    if not asked:
        return []
    statement = (
        select(*(func.count().filter(_answered(one)) for one in asked[:MOST_ASKED]))
        .select_from(Submission)
        .join(SubmissionVersion, SubmissionVersion.id == Submission.current_version_id)
        .where(Submission.form_id == form.id, ~Submission.is_draft, Submission.deleted_at.is_(None))
    )
    return list(session.execute(statement).one())


def _answered(asked: Asked) -> ColumnElement[bool]:
    text = cast(SubmissionVersion.answers[tuple(asked.path.strip("/").split("/"))].as_string(), Text)
    if asked.value is None:
        return and_(text.is_not(None), text != "")
    chosen = text == asked.value
    return or_(chosen, text.contains(f'"{asked.value}"', autoescape=True)) if asked.has_several else chosen
