"""Projects, forms, their versions, files and encryption keys.

A form version never changes once it is published. A form points at its published version and at its draft; moving
those pointers is what publishing is, so a phone sees the old version or the new one.
"""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.models import ActorRow
from server.blobs import Blob
from server.db import Base, Id, utc_now


def new_link_id() -> str:
    """What a form is called in the addresses of pages that fill it in, so that nobody finds it by guessing."""
    return secrets.token_urlsafe(24)


class EncryptionKey(Base):
    """An RSA key that phones encrypt with; `public` is base64 without an envelope, as it stands in the XForm.

    Of a key that this server made (`is_managed`), `private` is the other half, sealed with a passphrase that is not
    kept. Of one that came with a form, nothing else is known.
    """

    __tablename__ = "encryption_key"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public: Mapped[str] = mapped_column(Text)
    public_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    is_managed: Mapped[bool] = mapped_column(default=False)
    hint: Mapped[str | None] = mapped_column(Text)
    private: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Project(Base):
    """`revision` counts up with every change that a phone could see in the project's form list.

    With `key_id` the project's forms are encrypted, unless they bring a key of their own.
    """

    __tablename__ = "project"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    actee_id: Mapped[str] = mapped_column(String(36), unique=True)
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    archived: Mapped[bool] = mapped_column(default=False)
    key_id: Mapped[int | None] = mapped_column(ForeignKey("encryption_key.id"))
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class Form(Base):
    """`form_id` is the XML's id (the API's `xmlFormId`), unique among a project's forms outside the trash.

    `area_path` is the question that says where a submission was made, where somebody has chosen it.
    """

    __tablename__ = "form"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'closing', 'closed')", name="state"),
        Index(
            "uq_form_project_id_form_id_live", "project_id", "form_id", unique=True,
            sqlite_where=text("deleted_at IS NULL"), postgresql_where=text("deleted_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    actee_id: Mapped[str] = mapped_column(String(36), unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    form_id: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="open")
    webforms_enabled: Mapped[bool] = mapped_column(default=False)
    area_path: Mapped[str | None] = mapped_column(Text)
    link_id: Mapped[str] = mapped_column(String(43), unique=True, default=new_link_id)
    current_version_id: Mapped[int | None] = mapped_column(ForeignKey("form_version.id", use_alter=True))
    draft_version_id: Mapped[int | None] = mapped_column(ForeignKey("form_version.id", use_alter=True))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    current_version: Mapped["FormVersion | None"] = relationship(foreign_keys=current_version_id, post_update=True)
    draft_version: Mapped["FormVersion | None"] = relationship(foreign_keys=draft_version_id, post_update=True)
    created_by: Mapped[ActorRow | None] = relationship(foreign_keys=created_by_id)

    @property
    def is_offered(self) -> bool:
        """Whether anybody can begin to fill it in."""
        return self.current_version_id is not None and self.state == "open"

    @property
    def takes_submissions(self) -> bool:
        """A closing form is no longer offered, but phones that have it may still send."""
        return self.state != "closed"


class FormVersion(Base):
    """One XForm, byte for byte, with what was read from it; a draft while `published_at` is empty."""

    __tablename__ = "form_version"
    __table_args__ = (
        Index(
            "uq_form_version_form_id_version_published", "form_id", "version", unique=True,
            sqlite_where=text("published_at IS NOT NULL"), postgresql_where=text("published_at IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"), index=True)
    version: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    xml: Mapped[bytes] = mapped_column(deferred=True)
    md5: Mapped[str] = mapped_column(String(32))
    fields: Mapped[list[dict[str, Any]]] = mapped_column(deferred=True)
    key_id: Mapped[int | None] = mapped_column(ForeignKey("encryption_key.id"))
    makes_entities: Mapped[bool] = mapped_column(default=False)
    xlsform_sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"))
    xlsform_type: Mapped[str | None] = mapped_column(String(100))
    draft_token: Mapped[str | None] = mapped_column(String(64), unique=True)
    publish_notes: Mapped[str | None] = mapped_column(Text)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now)
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    published_by: Mapped[ActorRow | None] = relationship(foreign_keys=published_by_id)
    attachments: Mapped[list["FormAttachment"]] = relationship(
        back_populates="form_version", order_by="FormAttachment.id", cascade="all, delete-orphan"
    )


class FormAttachment(Base):
    """A file that the XForm names; without `sha256` it has not been uploaded yet."""

    __tablename__ = "form_attachment"
    __table_args__ = (Index(None, "form_version_id", "name", unique=True),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    form_version_id: Mapped[int] = mapped_column(ForeignKey("form_version.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(String(10))
    sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"))
    content_type: Mapped[str | None] = mapped_column(String(255))
    updated_at: Mapped[datetime | None]
    form_version: Mapped[FormVersion] = relationship(back_populates="attachments")
    blob: Mapped[Blob | None] = relationship(lazy="joined")
