"""Who has sent submissions to a form."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import ActorRow
from server.forms.models import Form
from server.submissions.models import Submission


def list_submitters(session: Session, form: Form, *, is_draft: bool = False) -> list[ActorRow]:
    """Each once, by name; those who have been deleted stand here too."""
    senders = select(Submission.submitter_id).where(
        Submission.form_id == form.id, Submission.is_draft == is_draft, Submission.deleted_at.is_(None)
    )
    actors = session.scalars(select(ActorRow).where(ActorRow.id.in_(senders)))
    # Sorted here, since the databases do not agree on how letters follow each other.
    return sorted(actors, key=lambda actor: (actor.display_name.casefold(), actor.id))
