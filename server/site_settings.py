"""What administrators set for the whole site: how its sign-in page looks, who needs a second
factor, the ground of its maps, and what they said about usage reports.

A setting is kept as JSON, as a blob when it is a picture, or as both when it is a file about which something is known.
No report is ever sent: that setting is only kept.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from server import audit
from server.blobs import Blob
from server.db import Base, insert_into, utc_now
from server.errors import not_found
from server.permissions import Actor

ANALYTICS, LOGIN_APPEARANCE = "analytics", "login-appearance"
# `{"roles": [system names]}`: whose users have to have a second factor.
SECOND_FACTOR = "second-factor"
# Those that people with a password can have.
SECOND_FACTOR_ROLES = ("admin", "manager", "viewer", "formfill")
PICTURES = ("logo", "hero-image")
# The ground of all maps, see `server/base_map`.
BASE_MAP = "base-map"
# Shown to people who have not signed in yet.
PUBLIC = (LOGIN_APPEARANCE, *PICTURES)


class SiteSetting(Base):
    """`value` for what is JSON, `sha256` for a file, with `content_type` for a picture."""

    __tablename__ = "config"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[dict[str, Any] | None]
    sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"))
    content_type: Mapped[str | None] = mapped_column(String(255))
    set_at: Mapped[datetime] = mapped_column(default=utc_now)
    blob: Mapped[Blob | None] = relationship(lazy="joined")


def find_setting(session: Session, key: str) -> SiteSetting:
    """Raise 404.1 when it is not set."""
    setting = session.get(SiteSetting, key)
    if setting is None:
        raise not_found()
    return setting


def public_settings(session: Session) -> dict[str, SiteSetting]:
    """Those that anybody may see and that are set, by key."""
    found = {key: session.get(SiteSetting, key) for key in PUBLIC}
    return {key: setting for key, setting in found.items() if setting is not None}


def roles_with_second_factor(session: Session) -> list[str]:
    """The system names of the roles that ask for one."""
    setting = session.get(SiteSetting, SECOND_FACTOR)
    return list(((setting and setting.value) or {}).get("roles", ()))


def set_value(session: Session, actor: Actor, key: str, value: dict[str, Any]) -> SiteSetting:
    """Put `value` in place of what was there; nothing is merged."""
    audit.record(session, actor, "config.set", key=key, value=value)
    return _put(session, key, {"value": value})


def set_picture(session: Session, actor: Actor, key: str, *, sha256: str, content_type: str | None) -> SiteSetting:
    """Set a picture that has been put into the object store and recorded."""
    audit.record(session, actor, "config.set", key=key, value={"blobExists": True})
    return _put(session, key, {"sha256": sha256, "content_type": content_type})


def set_file(session: Session, actor: Actor, key: str, value: dict[str, Any], *, sha256: str) -> SiteSetting:
    """Set a file that is recorded already, with what is to be known about it."""
    audit.record(session, actor, "config.set", key=key, value=value)
    return _put(session, key, {"value": value, "sha256": sha256})


def unset(session: Session, actor: Actor, key: str) -> None:
    """What is not set may be unset, too."""
    audit.record(session, actor, "config.set", key=key, value=None)
    session.execute(delete(SiteSetting).where(SiteSetting.key == key))


def _put(session: Session, key: str, content: dict[str, Any]) -> SiteSetting:
    row = {"key": key, "set_at": utc_now(), "value": None, "sha256": None, "content_type": None, **content}
    statement = insert_into(session, SiteSetting).values(row)
    session.execute(statement.on_conflict_do_update(index_elements=[SiteSetting.key], set_=row))
    return session.get_one(SiteSetting, key, populate_existing=True)
