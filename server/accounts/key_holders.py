"""What app users and public links have in common: a key in the URL, values about them, and an end."""

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server import audit
from server.accounts.actor_properties import changed_properties
from server.accounts.models import AppUser, Assignment, PublicLink
from server.db import utc_now
from server.permissions import Actee, Actor, require

Holder = AppUser | PublicLink


def find_key(session: Session, token: str) -> Holder | None:
    """The app user or public link with this key."""
    app_user = session.scalar(select(AppUser).where(AppUser.token == token))
    return app_user or session.scalar(select(PublicLink).where(PublicLink.token == token))


def revoke_key(session: Session, actor: Actor, holder: Holder, *chain: Actee) -> None:
    """Take the key away; its holder stays in the list without one."""
    require(actor, "session.end", *chain)
    holder.token = None
    audit.record(session, actor, f"{holder.actor.type}.session.end", holder.actor)


def set_properties(session: Session, actor: Actor, holder: Holder, changes: Mapping[str, str | None]) -> None:
    """Set the values that `changes` names and unset those that are None there."""
    holder.properties = changed_properties(session, holder.project_id, holder.properties, changes)
    holder.actor.updated_at = utc_now()
    session.flush()
    audit.record(session, actor, f"{holder.actor.type}.property.set", holder.actor, properties=dict(changes))


def delete_holder(session: Session, actor: Actor, holder: Holder) -> None:
    """Take away the key and all rights; what was sent with it keeps its sender's name."""
    holder.token = None
    holder.actor.deleted_at = utc_now()
    session.execute(delete(Assignment).where(Assignment.actor_id == holder.actor_id))
    audit.record(session, actor, f"{holder.actor.type}.delete", holder.actor)
