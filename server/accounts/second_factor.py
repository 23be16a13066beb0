"""The second factor of a user: setting it up, asking for it, taking it away.

A code of the authenticator app is taken once: the time step of the last one is kept, and only later steps count. In
its place a recovery code will do.
"""

import logging
import time

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server import audit
from server.accounts import authenticator
from server.accounts.models import SecondFactor, User
from server.accounts.recovery_codes import forget_codes, new_codes, use_code
from server.accounts.sign_in import actor_actee, end_sessions
from server.accounts.throttle import note_within, refuse_within
from server.config import Settings
from server.db import Database, utc_now
from server.errors import already_exists, not_found, wrong_code
from server.permissions import Actor

_log = logging.getLogger("transect")


def has_second_factor(session: Session, actor_id: int) -> bool:
    statement = select(SecondFactor.actor_id).where(
        SecondFactor.actor_id == actor_id, SecondFactor.confirmed_at.is_not(None)
    )
    return session.scalar(statement) is not None


def begin_set_up(session: Session, settings: Settings, actor_id: int) -> None:
    """Make a secret, in place of one that was not confirmed; raise 409.3 when there is a second factor already."""
    if has_second_factor(session, actor_id):
        raise already_exists(["actorId"], [actor_id])
    session.execute(delete(SecondFactor).where(SecondFactor.actor_id == actor_id))
    sealed = authenticator.seal(authenticator.new_secret(), settings.secret_key, actor_id)
    session.add(SecondFactor(actor_id=actor_id, sealed_secret=sealed))
    session.flush()


def secret_to_confirm(session: Session, settings: Settings, actor_id: int) -> bytes:
    """The secret that may still be shown, because nothing depends on it yet; raise 404.1 when there is none."""
    statement = select(SecondFactor.sealed_secret).where(
        SecondFactor.actor_id == actor_id, SecondFactor.confirmed_at.is_(None)
    )
    sealed = session.scalar(statement)
    secret = None if sealed is None else _unsealed(sealed, settings, actor_id)
    if secret is None:
        raise not_found()
    return secret


def confirm(session: Session, settings: Settings, actor: Actor, code: str) -> list[str]:
    """Let the second factor count from now on and end all sessions; returns the recovery codes, readable only now.

    Raises 404.1 when none was begun, 401.12 for a code that the app does not show now.
    """
    assert actor.id is not None
    secret = secret_to_confirm(session, settings, actor.id)
    step = next(authenticator.steps_of(secret, _digits(code), time.time()), None)
    if step is None:
        raise wrong_code()
    mine = (SecondFactor.actor_id == actor.id, SecondFactor.confirmed_at.is_(None))
    values = {"confirmed_at": utc_now(), "last_step": step}
    if session.scalar(update(SecondFactor).where(*mine).values(values).returning(SecondFactor.actor_id)) is None:
        raise not_found()
    # They were opened with a password alone.
    end_sessions(session, actor.id)
    audit.record(session, actor, "user.second_factor.create", actor_actee(session, actor.id))
    return new_codes(session, actor.id)


def check_code(database: Database, settings: Settings, actor: Actor, code: str, *, address: str) -> None:
    """Use up a code of the app or a recovery code, counting failures; raise 401.12 or, after too many, 429.

    Tries of one user come one after another: many at once would all be let through before the first is counted.
    """
    assert actor.id is not None
    subjects = (f"code {actor.id}", f"address {address}")
    with database.write() as session:
        session.execute(select(SecondFactor.actor_id).where(SecondFactor.actor_id == actor.id).with_for_update())
        if settings.login_throttle:
            refuse_within(session, subjects)
        is_right = _take_code(session, settings, actor.id, code) or _take_recovery_code(session, actor, code)
        if settings.login_throttle and not is_right:
            note_within(session, subjects)
    if not is_right:
        raise wrong_code()


def renew_codes(session: Session, actor: Actor) -> list[str]:
    """Ten new recovery codes; those that were left are good no more. Raises 404.1 without a second factor."""
    assert actor.id is not None
    if not has_second_factor(session, actor.id):
        raise not_found()
    audit.record(session, actor, "user.recovery_code.create", actor_actee(session, actor.id))
    return new_codes(session, actor.id)


def remove(session: Session, actor: Actor, actor_id: int) -> None:
    """Take the second factor and its recovery codes away; raise 404.1 when there is none."""
    statement = delete(SecondFactor).where(SecondFactor.actor_id == actor_id)
    if session.scalar(statement.returning(SecondFactor.actor_id)) is None:
        raise not_found()
    forget_codes(session, actor_id)
    audit.record(session, actor, "user.second_factor.delete", actor_actee(session, actor_id))


def reset(session: Session, actor: Actor, user: User) -> None:
    """For somebody who lost the app and the recovery codes: the same, and all sessions end."""
    remove(session, actor, user.actor_id)
    end_sessions(session, user.actor_id)


def _take_code(session: Session, settings: Settings, actor_id: int, code: str) -> bool:
    """The condition on the step decides, so that of two requests with one code one is refused."""
    statement = select(SecondFactor.sealed_secret).where(
        SecondFactor.actor_id == actor_id, SecondFactor.confirmed_at.is_not(None)
    )
    sealed = session.scalar(statement)
    secret = None if sealed is None else _unsealed(sealed, settings, actor_id)
    steps = () if secret is None else authenticator.steps_of(secret, _digits(code), time.time())
    return any(_move_on(session, actor_id, step) for step in steps)


def _move_on(session: Session, actor_id: int, step: int) -> bool:
    statement = (
        update(SecondFactor)
        .where(SecondFactor.actor_id == actor_id, SecondFactor.last_step < step)
        .values(last_step=step)
        .returning(SecondFactor.actor_id)
    )
    return session.scalar(statement) is not None


def _take_recovery_code(session: Session, actor: Actor, code: str) -> bool:
    assert actor.id is not None
    if not use_code(session, actor.id, code):
        return False
    audit.record(session, actor, "user.recovery_code.use", actor_actee(session, actor.id))
    return True


def _unsealed(sealed: bytes, settings: Settings, actor_id: int) -> bytes | None:
    try:
        return authenticator.unseal(sealed, settings.secret_key, actor_id)
    except authenticator.SealBroken:
        _log.error(
            "the second factor of actor %s was sealed with another TRANSECT_SECRET_KEY: set that one again, "
            "or let the user begin anew with: transect user reset-second-factor EMAIL",
            actor_id,
        )
        return None


def _digits(code: str) -> str:
    """Apps show a space in the middle, and people type it."""
    return "".join(code.split())
