"""Web users: the people who manage, review and read."""

import uuid

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server import audit
from server.accounts.models import ActorRow, ApiPassword, Assignment, PasswordReset, RecoveryCode, SecondFactor, User
from server.accounts.passwords import hash_password
from server.accounts.sign_in import end_sessions
from server.db import flush_unique, utc_now
from server.errors import already_exists, not_found, unexpected_value
from server.permissions import Actor

LONGEST_EMAIL = 320
LONGEST_NAME = 255


def new_actor(session: Session, kind: str, display_name: str) -> ActorRow:
    """Add the row that every actor has; `kind` is the API's actor type."""
    row = ActorRow(actee_id=str(uuid.uuid4()), type=kind, display_name=checked_name(display_name))
    session.add(row)
    session.flush()
    return row


def checked_name(display_name: str) -> str:
    """The name as it is kept; raise 400.8 for one that nobody could read in a list."""
    name = display_name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise unexpected_value("displayName", display_name, f"it must have 1 to {LONGEST_NAME} characters")
    return name


def normal_email(email: str) -> str:
    """The address as it is kept and looked for; raise 400.8 for what is none."""
    address = email.strip().lower()
    local, _, domain = address.rpartition("@")
    if not local or not domain or len(address) > LONGEST_EMAIL or not address.isprintable() or " " in address:
        raise unexpected_value("email", email, "it must be an e-mail address")
    return address


def create_user(
    session: Session, actor: Actor, *, email: str, password: str | None, display_name: str | None = None
) -> User:
    """Create a user without any rights; without a password nobody can sign in until one is set by a reset."""
    address = normal_email(email)
    password_hash = None if password is None else hash_password(password, address, display_name or "")
    row = new_actor(session, "user", (display_name or address)[:LONGEST_NAME])
    user = User(actor=row, email=address, password_hash=password_hash)
    session.add(user)
    flush_unique(session, already_exists(["email"], [address]))
    audit.record(session, actor, "user.create", row, data={"email": address, "displayName": row.display_name})
    return user


def find_user(session: Session, actor_id: int) -> User:
    """The user, unless deleted; raise 404.1 when there is none."""
    user = session.scalar(select(User).where(User.actor_id == actor_id, ~User.is_deleted))
    if user is None:
        raise not_found()
    return user


def find_user_by_email(session: Session, email: str) -> User:
    user = session.scalar(select(User).where(User.email == normal_email(email), ~User.is_deleted))
    if user is None:
        raise not_found()
    return user


def update_user(
    session: Session, actor: Actor, user: User, *, email: str | None = None, display_name: str | None = None
) -> None:
    """Change what is given. Reset links that went to an earlier address die with it."""
    data: dict[str, str] = {}
    if display_name is not None:
        user.actor.display_name = data["displayName"] = checked_name(display_name)
    if email is not None:
        user.email = data["email"] = normal_email(email)
    user.actor.updated_at = utc_now()
    flush_unique(session, already_exists(["email"], [user.email]))
    if email is not None:
        forget_resets(session, user.actor_id)
    audit.record(session, actor, "user.update", user.actor, data=data)


def set_password(session: Session, actor: Actor, user: User, password: str | None) -> None:
    """Set a new password, or none; every session, API password and reset link of the user ends."""
    given = (user.email, user.actor.display_name)
    user.password_hash = None if password is None else hash_password(password, *given)
    user.actor.updated_at = utc_now()
    _end_access(session, user.actor_id)
    audit.record(session, actor, "user.update", user.actor, data={"password": True})


def delete_user(session: Session, actor: Actor, user: User) -> None:
    """Take away all access and free the address; what the user did keeps its author's name."""
    user.is_deleted = True
    user.password_hash = None
    user.actor.deleted_at = utc_now()
    _end_access(session, user.actor_id)
    session.execute(delete(SecondFactor).where(SecondFactor.actor_id == user.actor_id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.actor_id == user.actor_id))
    session.execute(delete(Assignment).where(Assignment.actor_id == user.actor_id))
    audit.record(session, actor, "user.delete", user.actor)


def _end_access(session: Session, actor_id: int) -> None:
    end_sessions(session, actor_id)
    session.execute(delete(ApiPassword).where(ApiPassword.actor_id == actor_id))
    forget_resets(session, actor_id)


def forget_resets(session: Session, actor_id: int) -> None:
    session.execute(delete(PasswordReset).where(PasswordReset.actor_id == actor_id))
