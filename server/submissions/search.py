"""Finding submissions by a text, whatever its accents: in their instance names and in the names of who sent them.

People are looked up first, of whom there are few, so that the search reads no answers.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from server.accounts.models import ActorRow
from server.submissions.models import Submission
from server.submissions.search_terms import folded


def is_named(session: Session, form_id: int, words: str) -> ColumnElement[bool]:
    """`words` are folded already; what is found has them side by side."""
    found: ColumnElement[bool] = Submission.folded_name.contains(words, autoescape=True)
    senders = _senders_named(session, form_id, words)
    return or_(found, Submission.submitter_id.in_(senders)) if senders else found


def _senders_named(session: Session, form_id: int, words: str) -> Sequence[int]:
    rows = session.execute(select(ActorRow.id, ActorRow.display_name).where(_has_sent(form_id)))
    return [number for number, name in rows if words in folded(name)]


def _has_sent(form_id: int) -> ColumnElement[bool]:
    """Found by the index for each actor, of whom there are few beside their submissions."""
    sent = select(Submission.id).where(
        Submission.form_id == form_id, ~Submission.is_draft, Submission.submitter_id == ActorRow.id
    )
    return sent.exists()
