"""Who administers the whole server: making somebody an administrator, and ending that."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.assignments import grant, hold, list_assignments, roles_on, unassign
from server.accounts.models import Assignment, User
from server.permissions import EVERYTHING, ROLES_BY_SYSTEM, Actor

_ADMIN: Final = ROLES_BY_SYSTEM["admin"]


def administrator_ids(session: Session) -> set[int]:
    return {given.actor_id for given in list_assignments(session) if given.role_id == _ADMIN.id}


def make_administrator(session: Session, actor: Actor, user: User) -> None:
    """Let the user administer the server; raise 403.1 for more than the giver has. Who does so already goes on."""
    hold(session, user.actor)
    if _ADMIN not in roles_on(session, user.actor):
        grant(session, actor, _ADMIN, user.actor)


def end_administrator(session: Session, actor: Actor, user: User) -> None:
    """Take the role back, from whoever has it; whether anybody would be left is asked before."""
    if _ADMIN in roles_on(session, user.actor):
        unassign(session, actor, _ADMIN, user.actor)


def is_last_administrator(session: Session, user: User) -> bool:
    """Whether nobody else who has a password administers the server.

    All administrators are held until the transaction ends: of two who end each other's role, one comes second.
    """
    statement = (
        select(User.actor_id, User.password_hash)
        .join(Assignment, Assignment.actor_id == User.actor_id)
        .where(Assignment.role_id == _ADMIN.id, Assignment.actee_id == EVERYTHING, ~User.is_deleted)
        .order_by(User.actor_id)
        .with_for_update(of=Assignment)
    )
    has_password = {actor_id: password_hash is not None for actor_id, password_hash in session.execute(statement)}
    return has_password.pop(user.actor_id, None) is not None and not any(has_password.values())
