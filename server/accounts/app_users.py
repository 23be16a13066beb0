"""App users: the keys that phones carry in their server URL."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from server import audit
from server.accounts.actor_properties import changed_properties
from server.accounts.models import ActorRow, AppUser
from server.accounts.tokens import new_token
from server.accounts.users import new_actor
from server.errors import not_found
from server.permissions import Actor


def create_app_user(
    session: Session,
    actor: Actor,
    project_id: int,
    display_name: str,
    *,
    properties: Mapping[str, str | None] | None = None,
) -> AppUser:
    """Create a key without any rights: what it may fill in is assigned afterwards, by project or by form."""
    values = changed_properties(session, project_id, {}, properties or {})
    row = new_actor(session, "field_key", display_name)
    app_user = AppUser(actor=row, project_id=project_id, token=new_token(), created_by_id=actor.id, properties=values)
    session.add(app_user)
    session.flush()
    audit.record(session, actor, "field_key.create", row, projectId=project_id, displayName=row.display_name)
    if values:
        audit.record(session, actor, "field_key.property.set", row, properties=values)
    return app_user


def list_app_users(session: Session, project_id: int) -> Sequence[AppUser]:
    """The project's app users with their makers: those with a key first, the newest first."""
    statement = (
        select(AppUser)
        .join(AppUser.actor)
        .options(joinedload(AppUser.created_by))
        .where(AppUser.project_id == project_id, ActorRow.deleted_at.is_(None))
        .order_by(AppUser.token.is_(None), ActorRow.created_at.desc(), AppUser.actor_id.desc())
    )
    return session.scalars(statement).unique().all()


def find_app_user(session: Session, project_id: int, actor_id: int) -> AppUser:
    """The project's app user; raise 404.1 when it is deleted or another project's."""
    statement = (
        select(AppUser)
        .join(AppUser.actor)
        .options(joinedload(AppUser.created_by))
        .where(AppUser.actor_id == actor_id, AppUser.project_id == project_id, ActorRow.deleted_at.is_(None))
    )
    app_user = session.scalar(statement)
    if app_user is None:
        raise not_found()
    return app_user


def count_app_users(session: Session, project_ids: Iterable[int]) -> dict[int, int]:
    """App users that are not deleted, by project id."""
    statement = (
        select(AppUser.project_id, func.count())
        .join(AppUser.actor)
        .where(AppUser.project_id.in_(list(project_ids)), ActorRow.deleted_at.is_(None))
        .group_by(AppUser.project_id)
    )
    return dict(session.execute(statement).all())
