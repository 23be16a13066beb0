"""The first administrator of a server that nobody can sign in to yet: made by whoever can read the server's log.

The code comes from the server's secret key, so that all its processes know the same one and none has to keep it. It
is good until there is a user, and never after.
"""

import base64
import hmac
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.assignments import assign
from server.accounts.models import User
from server.accounts.sign_in import load_actor
from server.accounts.throttle import note_attempt, refuse_when_throttled
from server.accounts.users import create_user
from server.chores import Chore
from server.config import Settings
from server.db import Database, insert_into, utc_now
from server.errors import insufficient_rights, wrong_code
from server.permissions import COMMAND_LINE, ROLES_BY_SYSTEM, Actor

_ONCE: Final = "first administrator"
_BYTES: Final = 10
_GROUP: Final = 4


def has_users(session: Session) -> bool:
    """Whether there is a user or ever was one."""
    return session.scalar(select(User.actor_id).limit(1)) is not None


def first_admin_code(secret_key: str) -> str:
    """Such as ABCD-EFGH-IJKL-MNOP; only for the server's terminal and log."""
    digest = hmac.digest(secret_key.encode(), b"first administrator", "sha256")
    letters = base64.b32encode(digest[:_BYTES]).decode()
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def check_first_admin_code(database: Database, settings: Settings, code: str, *, address: str) -> None:
    """Raise 401.12 for a wrong code, 429 after too many."""
    subjects = (f"address {address}",)
    if settings.login_throttle:
        refuse_when_throttled(database, subjects)
    given = "".join(filter(str.isalnum, code)).upper()
    wanted = first_admin_code(settings.secret_key).replace("-", "")
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        if settings.login_throttle:
            note_attempt(database, subjects)
        raise wrong_code()


def create_first_admin(session: Session, *, email: str, password: str, display_name: str) -> Actor:
    """Create the user and make them administrator; raise 403.1 when there is a user already.

    Of two who do this at once, one is refused: the row that both add is there once.
    """
    row = insert_into(session, Chore).values(name=_ONCE, started_at=utc_now()).on_conflict_do_nothing()
    is_first = session.scalar(row.returning(Chore.name)) is not None
    if not is_first or has_users(session):
        raise insufficient_rights()
    user = create_user(session, COMMAND_LINE, email=email, password=password, display_name=display_name)
    assign(session, COMMAND_LINE, ROLES_BY_SYSTEM["admin"], user.actor)
    return load_actor(session, user.actor_id)
