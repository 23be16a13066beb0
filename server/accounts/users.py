"""Web users: the people who manage, review and read."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import audit
from server.accounts.models import ActorRow, User
from server.accounts.passwords import hash_password
from server.errors import already_exists, unexpected_value
from server.permissions import Actor

LONGEST_EMAIL = 320


def new_actor(session: Session, kind: str, display_name: str) -> ActorRow:
    """Add the row that every actor has; `kind` is the API's actor type."""
    row = ActorRow(actee_id=str(uuid.uuid4()), type=kind, display_name=display_name)
    session.add(row)
    session.flush()
    return row


def create_user(session: Session, actor: Actor, *, email: str, password: str | None, display_name: str | None = None) -> User:
    """Create a user without any rights; without a password nobody can sign in until one is set by a reset."""
    address = email.strip().lower()
    if "@" not in address or len(address) > LONGEST_EMAIL:
        raise unexpected_value("email", email, "it must be an e-mail address")
    if session.scalar(select(User.actor_id).where(User.email == address, ~User.is_deleted)) is not None:
        raise already_exists(["email"], [address])
    row = new_actor(session, "user", display_name or address)
    user = User(actor=row, email=address, password_hash=hash_password(password) if password is not None else None)
    session.add(user)
    session.flush()
    audit.record(session, actor, "user.create", row, data={"email": address, "displayName": row.display_name})
    return user
