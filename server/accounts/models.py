"""Actors and what belongs to them.

Tokens of app users and public links are kept readable, because the API shows them again; session tokens are kept
as hashes. An actor that is deleted stays as a row: what it did keeps its author.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.db import Base, Id, utc_now


class ActorRow(Base):
    """`type` is one of `user`, `field_key` (the API's word for an app user), `public_link`."""

    __tablename__ = "actor"
    __table_args__ = (CheckConstraint("type IN ('user', 'field_key', 'public_link')", name="type"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    actee_id: Mapped[str] = mapped_column(String(36), unique=True)
    type: Mapped[str] = mapped_column(String(20))
    display_name: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class User(Base):
    """`email` is kept in lower case; a deleted user gives its address free."""

    __tablename__ = "user"
    __table_args__ = (
        Index(
            "uq_user_email_live",
            "email",
            unique=True,
            sqlite_where=text("NOT is_deleted"),
            postgresql_where=text("NOT is_deleted"),
        ),
    )

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    last_login_at: Mapped[datetime | None]
    is_deleted: Mapped[bool] = mapped_column(default=False)
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    actor: Mapped[ActorRow] = relationship(lazy="joined", innerjoin=True)


class AppUser(Base):
    """A device's key; revoking takes the token away and leaves the actor."""

    __tablename__ = "app_user"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    token: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    last_used_at: Mapped[datetime | None]
    properties: Mapped[dict[str, Any]] = mapped_column(default=dict)
    actor: Mapped[ActorRow] = relationship(lazy="joined", innerjoin=True, foreign_keys=actor_id)
    created_by: Mapped[ActorRow | None] = relationship(foreign_keys=created_by_id)


class PublicLink(Base):
    """A key to one form for whoever holds it; revoking takes the token away and leaves the actor.

    `is_once` asks the browser that fills in the form to let each respondent do so once; the server takes what comes.
    """

    __tablename__ = "public_link"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"), index=True)
    token: Mapped[str | None] = mapped_column(String(64), unique=True)
    is_once: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    properties: Mapped[dict[str, Any]] = mapped_column(default=dict)
    actor: Mapped[ActorRow] = relationship(lazy="joined", innerjoin=True, foreign_keys=actor_id)
    created_by: Mapped[ActorRow | None] = relationship(foreign_keys=created_by_id)


class SignIn(Base):
    """A session of a user: the API's bearer token (kept as a hash) and the CSRF token that goes with its cookie."""

    __tablename__ = "session"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    user_agent: Mapped[str | None] = mapped_column(String(255))


class SecondFactor(Base):
    """The secret that a user's authenticator app shares with us, sealed; it counts once `confirmed_at` is set.

    `last_step` is the time step of the last code that was taken: none of this step or an earlier one is taken again.
    """

    __tablename__ = "second_factor"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    sealed_secret: Mapped[bytes]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCode(Base):
    """A code that is good once in place of the authenticator app's, kept as a hash."""

    __tablename__ = "recovery_code"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)


class ApiPassword(Base):
    """What a program signs in with in place of its user's password, kept as a hash."""

    __tablename__ = "api_password"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_used_at: Mapped[datetime | None]


class PasswordReset(Base):
    """A link that was mailed to a user, kept as a hash; whoever holds it may set that user's password once."""

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]


class ActorProperty(Base):
    """A name under which a project keeps values on its app users; `folded` makes it unique whatever its case."""

    __tablename__ = "actor_property"
    __table_args__ = (Index(None, "project_id", "folded", unique=True),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    name: Mapped[str] = mapped_column(String(255))
    folded: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Assignment(Base):
    """A system role given to an actor on `*`, a project or a form."""

    __tablename__ = "assignment"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    role_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    actee_id: Mapped[str] = mapped_column(String(36), primary_key=True, index=True)
    actor: Mapped[ActorRow] = relationship(lazy="joined", innerjoin=True)


class Attempt(Base):
    """One attempt that counts, kept as long as the throttle looks back; see `throttle.LIMITS` for subjects."""

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "subject", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    subject: Mapped[str] = mapped_column(String(330))
    at: Mapped[datetime] = mapped_column(default=utc_now)
