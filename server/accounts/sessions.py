"""Ending sessions: one's own and somebody else's."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.accounts.models import SignIn
from server.accounts.tokens import token_hash
from server.errors import insufficient_rights, not_found
from server.permissions import Actor


def find_session(session: Session, token: str) -> SignIn:
    """The session that this token opens; raise 404.1 when it is over."""
    found = session.scalar(select(SignIn).where(SignIn.token_hash == token_hash(token)))
    if found is None:
        raise not_found()
    return found


def end_session(session: Session, actor: Actor, token: str) -> None:
    """End the session; whoever may not, and whoever guesses tokens, gets the same 403.1."""
    owner_id = session.scalar(select(SignIn.actor_id).where(SignIn.token_hash == token_hash(token)))
    if owner_id is None or (owner_id != actor.id and not actor.can("session.end")):
        raise insufficient_rights()
    session.execute(delete(SignIn).where(SignIn.token_hash == token_hash(token)))
