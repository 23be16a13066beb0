"""Roles given on the forms of a project: all of them at a glance, and all of one form's at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.assignments import grant, list_assignments, unassign
from server.accounts.models import ActorRow, Assignment
from server.errors import unexpected_value
from server.forms.models import Form, Project
from server.permissions import ROLES_BY_ID, Actor, Role, require


@dataclass(frozen=True, slots=True)
class FormAssignment:
    actor: ActorRow
    role_id: int
    form_id: str

    @property
    def actor_id(self) -> int:
        return self.actor.id


def list_form_assignments(session: Session, project: Project, role: Role | None = None) -> list[FormAssignment]:
    """Who has which role on which form outside the trash, or who has this one."""
    statement = (
        select(Assignment, Form.form_id)
        .join(Form, Form.actee_id == Assignment.actee_id)
        .join(Assignment.actor)
        .where(Form.project_id == project.id, Form.deleted_at.is_(None), ActorRow.deleted_at.is_(None))
        .order_by(Form.id, Assignment.role_id, Assignment.actor_id)
    )
    if role is not None:
        statement = statement.where(Assignment.role_id == role.id)
    return [FormAssignment(row.actor, row.role_id, form_id) for row, form_id in session.execute(statement)]


def replace_assignments(
    session: Session, actor: Actor, project: Project, form: Form, wanted: Iterable[tuple[int, int]]
) -> None:
    """Make `wanted`, as pairs of actor and role, all that is given on the form; what is there already stays."""
    present = {(given.actor_id, given.role_id): given.actor for given in list_assignments(session, form)}
    to_give = set(wanted) - set(present)
    to_take = set(present) - set(wanted)
    if to_give:
        require(actor, "assignment.create", project, form)
    if to_take:
        require(actor, "assignment.delete", project, form)
    for actor_id, role_id in sorted(to_take):
        unassign(session, actor, ROLES_BY_ID[role_id], present[actor_id, role_id], form)
    targets = {row.id: row for row in _living_actors(session, [actor_id for actor_id, _ in to_give])}
    for actor_id, role_id in sorted(to_give):
        if actor_id not in targets:
            raise unexpected_value("actorId", actor_id, "there is no such actor")
        if role_id not in ROLES_BY_ID:
            raise unexpected_value("roleId", role_id, "there is no such role")
        grant(session, actor, ROLES_BY_ID[role_id], targets[actor_id], project, form)


def _living_actors(session: Session, ids: Sequence[int]) -> Sequence[ActorRow]:
    return session.scalars(select(ActorRow).where(ActorRow.id.in_(ids), ActorRow.deleted_at.is_(None))).all()
