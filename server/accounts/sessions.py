"""Ending sessions: one's own and somebody else's."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server import audit
from server.accounts.models import SignIn, User
from server.accounts.sign_in import end_sessions
from server.accounts.tokens import token_hash
from server.db import utc_now
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


def list_sessions(session: Session, actor_id: int) -> Sequence[SignIn]:
    """The user's sessions that are not over, the newest first."""
    statement = select(SignIn).where(SignIn.actor_id == actor_id, SignIn.expires_at > utc_now())
    return session.scalars(statement.order_by(SignIn.id.desc())).all()


def end_own_session(session: Session, actor: Actor, session_id: int) -> None:
    """End one of the caller's own; raise 404.1 for any other."""
    statement = delete(SignIn).where(SignIn.id == session_id, SignIn.actor_id == actor.id)
    if session.scalar(statement.returning(SignIn.id)) is None:
        raise not_found()


def end_other_sessions(session: Session, actor: Actor, token: str) -> None:
    """End all of the caller's own but the one with this token."""
    session.execute(delete(SignIn).where(SignIn.actor_id == actor.id, SignIn.token_hash != token_hash(token)))


def end_all_sessions(session: Session, actor: Actor, user: User) -> None:
    """Sign the user out of every browser and program; passwords, also those of the API, stay good."""
    end_sessions(session, user.actor_id)
    audit.record(session, actor, "user.session.end", user.actor)
