"""App users: the keys that phones carry in their server URL."""

from sqlalchemy.orm import Session

from server import audit
from server.accounts.models import AppUser
from server.accounts.sign_in import new_token
from server.accounts.users import new_actor
from server.permissions import Actee, Actor


def create_app_user(session: Session, actor: Actor, project_id: int, project: Actee, display_name: str) -> AppUser:
    """Create a key without any rights: what it may fill in is assigned afterwards, by project or by form."""
    row = new_actor(session, "field_key", display_name)
    app_user = AppUser(actor=row, project_id=project_id, token=new_token(), created_by_id=actor.id)
    session.add(app_user)
    session.flush()
    audit.record(session, actor, "field_key.create", project, appUserId=row.id, displayName=display_name)
    return app_user
