"""From what a caller presents to the Actor that it is: password, session token or app-user key."""

import hmac
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, null, select, update
from sqlalchemy.orm import Session

from server import audit
from server.accounts.models import ActorRow, AppUser, Assignment, PublicLink, SecondFactor, SignIn, User
from server.accounts.passwords import is_password
from server.accounts.throttle import note_attempt, refuse_when_throttled
from server.accounts.tokens import new_token, token_hash
from server.config import Settings
from server.db import Database, utc_now
from server.errors import not_authenticated
from server.permissions import ROLES_BY_ID, Actor, Grant
from server.site_settings import SECOND_FACTOR, SiteSetting

SESSION_LIFETIME = timedelta(days=1)


# These are made once: every request of every phone asks them.
_KEY_HOLDER = (
    select(AppUser.actor_id, AppUser.last_used_at)
    .where(AppUser.token == bindparam("token"))
    .union_all(select(PublicLink.actor_id, null()).where(PublicLink.token == bindparam("token")))
)
_ACTOR = (
    select(ActorRow.type, ActorRow.display_name, Assignment.role_id, Assignment.actee_id)
    .outerjoin(Assignment, Assignment.actor_id == ActorRow.id)
    .where(ActorRow.id == bindparam("actor_id"), ActorRow.deleted_at.is_(None))
)
_USER = (
    _ACTOR.add_columns(SecondFactor.confirmed_at, SiteSetting.value)
    .outerjoin(SecondFactor, SecondFactor.actor_id == ActorRow.id)
    .outerjoin(SiteSetting, SiteSetting.key == SECOND_FACTOR)
)
_LONGEST_USER_AGENT = 255


@dataclass(frozen=True, slots=True)
class OpenSession:
    actor: Actor
    csrf: str


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """`last_used_at` is that of an app user; of a public link nobody asks when it was used."""

    actor: Actor
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewSession:
    """The only moment at which the session's token can be read."""

    token: str
    csrf: str
    sign_in: SignIn


def by_key(session: Session, token: str) -> KeyHolder:
    """The app user or public link whose key stands in the URL."""
    found = session.execute(_KEY_HOLDER, {"token": token}).one_or_none()
    if found is None:
        raise not_authenticated()
    return KeyHolder(load_actor(session, found.actor_id), found.last_used_at)


def by_token(session: Session, token: str) -> OpenSession:
    """The user whose session this bearer or cookie token opens."""
    statement = select(SignIn.actor_id, SignIn.csrf).where(
        SignIn.token_hash == token_hash(token), SignIn.expires_at > utc_now()
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        raise not_authenticated()
    return OpenSession(load_user(session, found.actor_id), found.csrf)


def by_password(database: Database, settings: Settings, email: str, password: str, *, address: str) -> Actor:
    """Check an e-mail address and password, counting failures; raise 401.2 or, after too many, 429.

    Whether a second factor is needed, too, the caller decides.
    """
    subjects = (f"account {email.strip().lower()}", f"address {address}")
    if settings.login_throttle:
        refuse_when_throttled(database, subjects)
    with database.read() as session:
        statement = select(User.actor_id, User.password_hash).where(
            User.email == email.strip().lower(), ~User.is_deleted
        )
        found = session.execute(statement).one_or_none()
        actor = load_user(session, found.actor_id) if found else None
    password_hash = found.password_hash if found else None
    if not _VERIFIED.matches(settings.secret_key, email, password, password_hash) or actor is None:
        if settings.login_throttle:
            note_attempt(database, subjects)
        raise not_authenticated()
    return actor


def open_session(session: Session, actor: Actor, *, user_agent: str | None = None) -> NewSession:
    """Begin a session of a day for a user who has just shown all that it takes; forget those that are over."""
    assert actor.id is not None
    token, now = new_token(), utc_now()
    session.execute(delete(SignIn).where(SignIn.actor_id == actor.id, SignIn.expires_at <= now))
    row = SignIn(
        actor_id=actor.id,
        token_hash=token_hash(token),
        csrf=new_token(),
        created_at=now,
        expires_at=now + SESSION_LIFETIME,
        user_agent=user_agent and user_agent[:_LONGEST_USER_AGENT],
    )
    session.add(row)
    session.execute(update(User).where(User.actor_id == actor.id).values(last_login_at=now))
    audit.record(session, actor, "user.session.create", actor_actee(session, actor.id), userAgent=user_agent)
    return NewSession(token, row.csrf, row)


def end_sessions(session: Session, actor_id: int) -> None:
    """End every session of an actor: after a password change, a reset, a deletion."""
    session.execute(delete(SignIn).where(SignIn.actor_id == actor_id))


def actor_actee(session: Session, actor_id: int) -> ActorRow:
    return session.execute(select(ActorRow).where(ActorRow.id == actor_id)).scalar_one()


def load_actor(session: Session, actor_id: int) -> Actor:
    """The actor with its grants; raise 401.2 when it has been deleted."""
    rows = session.execute(_ACTOR, {"actor_id": actor_id}).all()
    if not rows:
        raise not_authenticated()
    grants = tuple(Grant(ROLES_BY_ID[row.role_id].verbs, row.actee_id) for row in rows if row.role_id is not None)
    return Actor(actor_id, rows[0].type, rows[0].display_name, grants)


def load_user(session: Session, actor_id: int) -> Actor:
    """The same for a user, who can do nothing while a role asks for a second factor that is not there."""
    rows = session.execute(_USER, {"actor_id": actor_id}).all()
    if not rows:
        raise not_authenticated()
    first, roles = rows[0], [(ROLES_BY_ID[row.role_id], row.actee_id) for row in rows if row.role_id is not None]
    asking = (first.value or {}).get("roles", ())
    if first.confirmed_at is None and any(role.system in asking for role, _ in roles):
        return Actor(actor_id, first.type, first.display_name, lacks_second_factor=True)
    return Actor(actor_id, first.type, first.display_name, tuple(Grant(role.verbs, on) for role, on in roles))


class _VerifiedPasswords:
    """Remembers for a minute that a password fitted its hash, as Basic auth sends it with every request.

    What is kept is an HMAC over address, password and hash: it tells nothing, and a changed password does not match.
    """

    SECONDS = 60
    ENTRIES = 1000

    def __init__(self) -> None:
        self._until: dict[bytes, float] = {}
        self._lock = threading.Lock()

    def matches(self, secret: str, email: str, password: str, password_hash: str | None) -> bool:
        material = "\0".join((email, password, password_hash or "")).encode()
        key, now = hmac.digest(secret.encode(), material, "sha256"), time.monotonic()
        if self._until.get(key, 0) > now:
            return True
        if not is_password(password, password_hash):
            return False
        with self._lock:
            if len(self._until) >= self.ENTRIES:
                self._until.clear()
            self._until[key] = now + self.SECONDS
        return True


_VERIFIED = _VerifiedPasswords()
