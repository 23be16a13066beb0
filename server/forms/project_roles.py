"""Which roles web users have in which projects."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import Assignment, User
from server.db import is_among
from server.forms.models import Project
from server.permissions import ROLES_BY_ID, Role


@dataclass(frozen=True, slots=True)
class ProjectRole:
    project_id: int
    project_name: str
    role: Role


def roles_in_projects(session: Session, users: Sequence[User]) -> Mapping[int, list[ProjectRole]]:
    """By the user's number, by name of the project; roles on everything and on single forms are none of these."""
    statement = (
        select(Assignment.actor_id, Assignment.role_id, Project.id, Project.name)
        .join(Project, Project.actee_id == Assignment.actee_id)
        .join(User, User.actor_id == Assignment.actor_id)
        .where(Project.deleted_at.is_(None), is_among(User.actor_id, (user.actor_id for user in users)))
    )
    found = defaultdict[int, list[ProjectRole]](list)
    for actor_id, role_id, project_id, name in session.execute(statement):
        found[actor_id].append(ProjectRole(project_id, name, ROLES_BY_ID[role_id]))
    for roles in found.values():
        # Sorted here, since the databases do not agree on how letters follow each other.
        roles.sort(key=lambda given: (given.project_name.casefold(), given.project_id, given.role.id))
    return found
