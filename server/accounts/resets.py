"""Setting a password by a link that was mailed or handed on: for new users, and for those who forgot theirs."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server import audit
from server.accounts import mails
from server.accounts.models import PasswordReset, User
from server.accounts.sign_in import load_actor
from server.accounts.throttle import note_attempt, refuse_when_throttled
from server.accounts.tokens import new_token, token_hash
from server.accounts.users import find_user, normal_email, set_password
from server.config import Settings
from server.db import Database, utc_now
from server.errors import not_authenticated
from server.mail import Mail, send
from server.permissions import Actor, require

LIFETIME = timedelta(days=1)


def new_reset(session: Session, user: User) -> str:
    """A token with which the user's password can be set once within a day; earlier ones stay good."""
    token, now = new_token(), utc_now()
    session.execute(delete(PasswordReset).where(PasswordReset.expires_at <= now))
    session.add(PasswordReset(actor_id=user.actor_id, token_hash=token_hash(token), expires_at=now + LIFETIME))
    session.flush()
    return token


def invite(session: Session, user: User, public_url: str | None) -> Mail:
    """The mail that lets a new user set a password."""
    return mails.welcome(user.email, mails.claim_link(public_url, new_reset(session, user)))


def ask_for_reset(
    database: Database, settings: Settings, actor: Actor, email: str, *, address: str, invalidates: bool = False
) -> None:
    """Mail a link to whoever owns the e-mail address; the caller learns nothing about it.

    Raises 400.8 for what is no e-mail address, 429 for one that has been asked for too often, 403.1 for somebody who
    `invalidates` the present password without the right to.
    """
    subjects = (f"mailbox {email.strip().lower()}", f"address {address}")
    if settings.login_throttle:
        refuse_when_throttled(database, subjects)
        note_attempt(database, subjects)
    with database.write() as session:
        mail = initiate_reset(session, actor, email, public_url=settings.public_url, invalidates=invalidates)
    send(settings, mail)


def initiate_reset(
    session: Session, actor: Actor, email: str, *, public_url: str | None, invalidates: bool = False
) -> Mail:
    """The mail for whoever owns the address; it alone tells whether there is such an account.

    With `invalidates` the present password stops working at once; that takes the verb `user.password.invalidate`.
    """
    if invalidates:
        require(actor, "user.password.invalidate")
    address = normal_email(email)
    user = session.scalar(select(User).where(User.email == address, ~User.is_deleted))
    if user is None:
        was_removed = session.scalar(select(User.actor_id).where(User.email == address).limit(1)) is not None
        return mails.account_removed(address) if was_removed else mails.no_account(address)
    if invalidates:
        set_password(session, actor, user, None)
    return mails.reset(address, mails.claim_link(public_url, new_reset(session, user)))


def hand_out_reset(session: Session, actor: Actor, user: User, origin: str, *, invalidates: bool = False) -> str:
    """The link itself, at the address by which who acts reaches the server, to hand it on without a mail.

    With `invalidates` the present password and whatever is signed in with it end at once.
    """
    if invalidates:
        set_password(session, actor, user, None)
    audit.record(session, actor, "user.reset.create", user.actor)
    return mails.claim_link(origin, new_reset(session, user))


def reset_password(session: Session, token: str, new_password: str) -> None:
    """Set the password and end all sessions and links; raise 401.2 when the token is used, too old or wrong.

    A password that is refused (400.21) leaves the token good, since the caller's transaction is undone.
    """
    statement = delete(PasswordReset).where(
        PasswordReset.token_hash == token_hash(token), PasswordReset.expires_at > utc_now()
    )
    actor_id = session.scalar(statement.returning(PasswordReset.actor_id))
    if actor_id is None:
        raise not_authenticated()
    set_password(session, load_actor(session, actor_id), find_user(session, actor_id), new_password)
