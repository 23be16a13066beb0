"""Giving a role to an actor on everything, a project or a form, and taking it back."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server import audit
from server.accounts.models import ActorRow, Assignment
from server.errors import already_exists, not_found
from server.permissions import EVERYTHING, ROLES_BY_ID, ROLES_BY_SYSTEM, Actee, Actor, Role


def find_role(name: str) -> Role:
    """A role by its number or its system name, as both stand in URLs."""
    role = ROLES_BY_ID.get(int(name)) if name.isdecimal() else ROLES_BY_SYSTEM.get(name)
    if role is None:
        raise not_found()
    return role


def assign(session: Session, actor: Actor, role: Role, target: ActorRow, on: Actee | None = None) -> None:
    """Give `target` the role on `on`, or on everything; raise 409.3 when it has it already."""
    actee_id = on.actee_id if on else EVERYTHING
    key = (target.id, role.id, actee_id)
    if session.get(Assignment, key) is not None:
        raise already_exists(["actorId", "roleId", "acteeId"], key)
    session.add(Assignment(actor_id=target.id, role_id=role.id, actee_id=actee_id))
    session.flush()
    audit.record(session, actor, "user.assignment.create", target, roleId=role.id, grantedActeeId=actee_id)


def unassign(session: Session, actor: Actor, role: Role, target: ActorRow, on: Actee | None = None) -> None:
    """Take the role back; raise 404.1 when it was not given."""
    actee_id = on.actee_id if on else EVERYTHING
    statement = delete(Assignment).where(
        Assignment.actor_id == target.id, Assignment.role_id == role.id, Assignment.actee_id == actee_id
    )
    gone = session.execute(statement.returning(Assignment.actor_id)).all()
    if not gone:
        raise not_found()
    audit.record(session, actor, "user.assignment.delete", target, roleId=role.id, revokedActeeId=actee_id)


def find_actor(session: Session, actor_id: int) -> ActorRow:
    row = session.execute(select(ActorRow).where(ActorRow.id == actor_id, ActorRow.deleted_at.is_(None))).scalar_one_or_none()
    if row is None:
        raise not_found()
    return row
