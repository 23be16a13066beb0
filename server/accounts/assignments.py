"""Giving a role to an actor on everything, a project or a form, and taking it back."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server import audit
from server.accounts.models import ActorRow, Assignment
from server.db import flush_unique
from server.errors import already_exists, insufficient_rights, not_found
from server.permissions import EVERYTHING, ROLES_BY_ID, ROLES_BY_SYSTEM, Actee, Actor, Role


def find_role(name: str) -> Role:
    """A role by its number or its system name, as both stand in URLs."""
    role = ROLES_BY_ID.get(int(name)) if name.isdecimal() and name.isascii() else ROLES_BY_SYSTEM.get(name)
    if role is None:
        raise not_found()
    return role


def may_give(actor: Actor, role: Role, *chain: Actee) -> bool:
    """Nobody gives away more than they have: a manager makes no administrators."""
    return role.verbs <= set(actor.verbs_on(*chain))


def grant(session: Session, actor: Actor, role: Role, target: ActorRow, *chain: Actee) -> None:
    """Give the role on the innermost of `chain`, or on everything; raise 403.1 for more than the giver has."""
    if not may_give(actor, role, *chain):
        raise insufficient_rights()
    assign(session, actor, role, target, chain[-1] if chain else None)


def assign(session: Session, actor: Actor, role: Role, target: ActorRow, on: Actee | None = None) -> None:
    """Give `target` the role on `on`, or on everything; raise 409.3 when it has it already."""
    actee_id = on.actee_id if on else EVERYTHING
    key = (target.id, role.id, actee_id)
    taken = already_exists(["actorId", "roleId", "acteeId"], key)
    if session.get(Assignment, key) is not None:
        raise taken
    session.add(Assignment(actor_id=target.id, role_id=role.id, actee_id=actee_id))
    flush_unique(session, taken)
    audit.record(session, actor, f"{target.type}.assignment.create", target, roleId=role.id, grantedActeeId=actee_id)


def unassign(session: Session, actor: Actor, role: Role, target: ActorRow, on: Actee | None = None) -> None:
    """Take the role back; raise 404.1 when it was not given."""
    actee_id = on.actee_id if on else EVERYTHING
    statement = delete(Assignment).where(
        Assignment.actor_id == target.id, Assignment.role_id == role.id, Assignment.actee_id == actee_id
    )
    gone = session.execute(statement.returning(Assignment.actor_id)).all()
    if not gone:
        raise not_found()
    audit.record(session, actor, f"{target.type}.assignment.delete", target, roleId=role.id, revokedActeeId=actee_id)


def set_only_role(session: Session, actor: Actor, role: Role | None, target: ActorRow, *chain: Actee) -> None:
    """Let `target` have this role and no other on the innermost of `chain`, or none; what is so already stays.

    Raises 403.1 for more than the giver has. Who does this twice at once comes one after the other.
    """
    hold(session, target)
    held = roles_on(session, target, *chain[-1:])
    for one in held:
        if one != role:
            unassign(session, actor, one, target, *chain[-1:])
    if role is not None and role not in held:
        grant(session, actor, role, target, *chain)


def hold(session: Session, target: ActorRow) -> None:
    """Let nobody else who holds the actor go on before this transaction ends."""
    session.execute(select(ActorRow.id).where(ActorRow.id == target.id).with_for_update())


def roles_on(session: Session, target: ActorRow, on: Actee | None = None) -> list[Role]:
    """The roles that the actor has on exactly this."""
    actee_id = on.actee_id if on else EVERYTHING
    statement = select(Assignment.role_id).where(Assignment.actor_id == target.id, Assignment.actee_id == actee_id)
    return [ROLES_BY_ID[role_id] for role_id in session.scalars(statement.order_by(Assignment.role_id))]


def list_assignments(session: Session, on: Actee | None = None) -> Sequence[Assignment]:
    """Who has which role on exactly this, with the actors at hand."""
    actee_id = on.actee_id if on else EVERYTHING
    statement = (
        select(Assignment)
        .join(Assignment.actor)
        .where(Assignment.actee_id == actee_id, ActorRow.deleted_at.is_(None))
        .order_by(Assignment.role_id, Assignment.actor_id)
    )
    return session.scalars(statement).all()


def list_actors(session: Session, role: Role, on: Actee | None = None) -> Sequence[ActorRow]:
    """Who has this role on exactly this."""
    return [assignment.actor for assignment in list_assignments(session, on) if assignment.role_id == role.id]


def find_actor(session: Session, actor_id: int) -> ActorRow:
    row = session.execute(
        select(ActorRow).where(ActorRow.id == actor_id, ActorRow.deleted_at.is_(None))
    ).scalar_one_or_none()
    if row is None:
        raise not_found()
    return row
