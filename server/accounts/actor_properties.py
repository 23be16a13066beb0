"""What a project wants to know about its app users and links: registered names, and the values under them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import audit
from server.accounts.models import ActorProperty, ActorRow, AppUser, PublicLink
from server.db import flush_unique
from server.errors import already_exists, unexpected_value, wrong_type
from server.permissions import Actee, Actor

# The rules for properties of entities, and `displayName`, which every actor has anyway.
_NAME = re.compile(r"(?!__)[^\W\d][\w-]*")
_RESERVED = frozenset({"name", "label", "displayname"})
_LONGEST = 255
_RULE = (
    "it must begin with a letter or one underscore, go on with letters, digits, hyphens and underscores, "
    "and be neither name, label nor displayName"
)


def register_property(session: Session, actor: Actor, project_id: int, project: Actee, name: str) -> None:
    """Add a name; raise 400.8 for one that cannot be used, 409.3 when it is there already in whatever case."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or name.casefold() in _RESERVED:
        raise unexpected_value("name", name, _RULE)
    session.add(ActorProperty(project_id=project_id, name=name, folded=name.casefold()))
    flush_unique(session, already_exists(["name", "projectId"], [name, project_id]))
    audit.record(session, actor, "actor_property.create", project, name=name)


def list_properties(session: Session, project_id: int) -> Sequence[str]:
    statement = select(ActorProperty.name).where(ActorProperty.project_id == project_id).order_by(ActorProperty.id)
    return session.scalars(statement).all()


def properties_with_values(session: Session, project_id: int) -> list[dict[str, Any]]:
    """Each name with the different values that app users and public links have under it, in order."""
    kept = [
        properties
        for holder in (AppUser, PublicLink)
        for properties in session.scalars(
            select(holder.properties)
            .join(ActorRow, ActorRow.id == holder.actor_id)
            .where(holder.project_id == project_id, ActorRow.deleted_at.is_(None))
        )
    ]
    return [
        {"name": name, "values": sorted({properties[name] for properties in kept if name in properties})}
        for name in list_properties(session, project_id)
    ]


def changed_properties(
    session: Session, project_id: int, before: Mapping[str, str], changes: Mapping[str, Any]
) -> dict[str, str]:
    """`before` with the changes, None unsetting; raise 400.8 for a name that is not registered, 400.11 for no text."""
    if not changes:
        return dict(before)
    registered = set(list_properties(session, project_id))
    for name, value in changes.items():
        if name not in registered:
            raise unexpected_value("properties", name, "this property is not registered in the project")
        if value is not None and not isinstance(value, str):
            raise wrong_type(f"properties.{name}", value, "a string or null")
    return {name: value for name, value in {**before, **changes}.items() if value is not None}
