"""Between the password and the code: a ticket that says who has shown the password, and nothing more.

It is signed and not kept; a new password makes it worthless.
"""

import hmac
import time
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import User
from server.accounts.sign_in import load_user
from server.errors import not_authenticated
from server.permissions import Actor

SECONDS: Final = 600


def new_ticket(session: Session, secret_key: str, actor: Actor, *, seconds: int = SECONDS) -> str:
    """For a user who has just shown the password; good for so many seconds."""
    assert actor.id is not None
    until = int(time.time()) + seconds
    return f"{actor.id}.{until}.{_signature(session, secret_key, actor.id, until)}"


def holder_of(session: Session, secret_key: str, ticket: str) -> Actor:
    """Who has shown the password; raise 401.2 when the ticket is too old, or not ours."""
    given, _, rest = ticket.partition(".")
    until, _, signature = rest.partition(".")
    if not (_is_number(given) and _is_number(until)) or int(until) < time.time():
        raise not_authenticated()
    if not hmac.compare_digest(signature.encode(), _signature(session, secret_key, int(given), int(until)).encode()):
        raise not_authenticated()
    return load_user(session, int(given))


def _signature(session: Session, secret_key: str, actor_id: int, until: int) -> str:
    password_hash = session.scalar(select(User.password_hash).where(User.actor_id == actor_id)) or ""
    material = f"half sign-in\0{actor_id}\0{until}\0{password_hash}"
    return hmac.digest(secret_key.encode(), material.encode(), "sha256").hex()


def _is_number(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) <= 18
