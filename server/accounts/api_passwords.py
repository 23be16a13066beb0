"""API passwords: what programs sign in with in place of a user's password.

They get by without a second factor, so that scripts and spreadsheets go on working for users who have one. A leaked
one gives what the user may do over the API, but with it alone neither the password nor the second factor is changed.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from server import audit
from server.accounts.models import ApiPassword, User
from server.accounts.second_factor import has_second_factor
from server.accounts.sign_in import actor_actee, by_password, load_user
from server.accounts.tokens import new_token, token_hash
from server.accounts.users import checked_name
from server.config import Settings
from server.db import Database, utc_now
from server.errors import api_password_needed, not_found, unexpected_value
from server.permissions import Actor

# So that people and scanners for leaked secrets know one when they see it.
PREFIX: Final = "transect_"
MOST: Final = 20
# A spreadsheet sends it with every request: when it was last used is only told to the hour.
_EVERY: Final = timedelta(hours=1)


def create_api_password(session: Session, actor: Actor, name: str) -> str:
    """Make one for the caller; the only moment at which it can be read. Raises 400.8 for a bad name or one too many."""
    assert actor.id is not None
    held = select(func.count()).select_from(ApiPassword).where(ApiPassword.actor_id == actor.id)
    if (session.scalar(held) or 0) >= MOST:
        raise unexpected_value("name", name, f"a user has at most {MOST} API passwords; end one first")
    password = f"{PREFIX}{new_token()}"
    session.add(ApiPassword(actor_id=actor.id, name=checked_name(name), token_hash=token_hash(password)))
    audit.record(session, actor, "user.api_password.create", actor_actee(session, actor.id), name=name)
    return password


def list_api_passwords(session: Session, actor_id: int) -> Sequence[ApiPassword]:
    """The user's, the newest first."""
    statement = select(ApiPassword).where(ApiPassword.actor_id == actor_id).order_by(ApiPassword.id.desc())
    return session.scalars(statement).all()


def end_api_password(session: Session, actor: Actor, api_password_id: int) -> None:
    """End one of the caller's own; raise 404.1 for any other."""
    assert actor.id is not None
    statement = delete(ApiPassword).where(ApiPassword.id == api_password_id, ApiPassword.actor_id == actor.id)
    name = session.scalar(statement.returning(ApiPassword.name))
    if name is None:
        raise not_found()
    audit.record(session, actor, "user.api_password.delete", actor_actee(session, actor.id), name=name)


def by_program(database: Database, settings: Settings, email: str, password: str, *, address: str) -> Actor:
    """Who signs in over the API: with an API password, or with the password where there is no second factor.

    Raises 401.2 for wrong ones, 429 after too many, 401.11 for the right password of a user with a second factor.
    """
    actor = _by_api_password(database, email, password) if password.startswith(PREFIX) else None
    if actor is not None:
        return actor
    actor = by_password(database, settings, email, password, address=address)
    assert actor.id is not None
    with database.read() as session:
        if has_second_factor(session, actor.id):
            raise api_password_needed()
    return actor


def _by_api_password(database: Database, email: str, password: str) -> Actor | None:
    statement = (
        select(ApiPassword)
        .join(User, User.actor_id == ApiPassword.actor_id)
        .where(ApiPassword.token_hash == token_hash(password), User.email == email.strip().lower(), ~User.is_deleted)
    )
    with database.read() as session:
        found = session.scalar(statement)
        if found is None:
            return None
        actor = load_user(session, found.actor_id)
    if found.last_used_at is None or found.last_used_at <= utc_now() - _EVERY:
        with database.write() as session:
            session.execute(update(ApiPassword).where(ApiPassword.id == found.id).values(last_used_at=utc_now()))
    return actor
