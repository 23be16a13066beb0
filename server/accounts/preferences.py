"""What users set for themselves: preferences for the whole site and for single projects, of whatever JSON type."""

from copy import deepcopy
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import audit
from server.accounts.models import User
from server.errors import not_found, unexpected_value
from server.permissions import Actor

_MOST_BYTES = 100_000
_LONGEST_NAME = 100


def preferences_of(user: User) -> dict[str, Any]:
    """`{"site": {name: value}, "projects": {project id: {name: value}}}`."""
    return {"site": {}, "projects": {}} | user.preferences


def set_preference(session: Session, actor: Actor, name: str, value: Any, *, project_id: int | None = None) -> None:
    """Keep the value; raise 400.8 when the user keeps too much."""
    if len(name) > _LONGEST_NAME:
        raise unexpected_value("propertyName", name, f"it may have {_LONGEST_NAME} characters at most")
    user = _caller(session, actor)
    kept = deepcopy(preferences_of(user))
    _place(kept, project_id)[name] = value
    if len(orjson.dumps(kept)) > _MOST_BYTES:
        raise unexpected_value("propertyValue", "(long)", f"all preferences of a user take {_MOST_BYTES} bytes at most")
    user.preferences = kept
    session.flush()
    details = {"propertyName": name, "propertyValue": value} | _which(project_id)
    audit.record(session, actor, "user.preference.update", user.actor, **details)


def delete_preference(session: Session, actor: Actor, name: str, *, project_id: int | None = None) -> None:
    """Forget the value; raise 404.1 when there is none."""
    user = _caller(session, actor)
    kept = deepcopy(preferences_of(user))
    if name not in _place(kept, project_id):
        raise not_found()
    del _place(kept, project_id)[name]
    kept["projects"] = {project: values for project, values in kept["projects"].items() if values}
    user.preferences = kept
    session.flush()
    audit.record(session, actor, "user.preference.delete", user.actor, propertyName=name, **_which(project_id))


def _caller(session: Session, actor: Actor) -> User:
    """The user who acts, held until the transaction ends, so that two browser windows do not undo each other."""
    statement = select(User).where(User.actor_id == actor.id, ~User.is_deleted).with_for_update(of=User)
    user = session.scalar(statement)
    if user is None:
        raise not_found()
    return user


def _place(kept: dict[str, Any], project_id: int | None) -> dict[str, Any]:
    place = kept["site"] if project_id is None else kept["projects"].setdefault(str(project_id), {})
    assert isinstance(place, dict)
    return place


def _which(project_id: int | None) -> dict[str, Any]:
    return {} if project_id is None else {"projectId": project_id}
