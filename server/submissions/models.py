"""Submissions, their versions, files, findings and comments.

A submission is one filled form across its edits, known by the instanceID of its first version. Every XML that was
received is a version of its own and is kept byte for byte; `answers` beside it is derived from it and can be made
again. The database keeps identities unique: a resend that races with itself meets these indexes.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.models import ActorRow
from server.blobs import Blob
from server.db import Base, Id, utc_now
from server.forms.models import FormVersion


class Submission(Base):
    """`review_state` is empty until somebody decides or edits; submissions to a draft are apart (`is_draft`).

    `error_count` and `warning_count` are those findings of the current version that nobody has dismissed,
    `broken_rules` the rules of all of these, as `findings` writes them. `area` is its answer to the form's area
    question, `folded_name` its instance name as `search_terms` writes it, `duration` the seconds of filling it in.
    """

    __tablename__ = "submission"
    __table_args__ = (
        CheckConstraint("review_state IN ('hasIssues', 'edited', 'rejected', 'approved')", name="review_state"),
        Index(None, "form_id", "is_draft", "instance_id", unique=True),
        Index(None, "form_id", "is_draft", "id"),
        # In the order in which the review desk counts, so that nothing needs sorting.
        Index(
            "ix_submission_counts",
            "form_id",
            "is_draft",
            "deleted_at",
            "review_state",
            "submitter_id",
            "broken_rules",
            "created_at",
            "area",
            "folded_name",
        ),
        # Covers the review desk's list and search: what they ask of a row stands in the index itself.
        Index(
            "ix_submission_review",
            "form_id",
            "is_draft",
            "review_state",
            "deleted_at",
            "id",
            "submitter_id",
            "broken_rules",
            "created_at",
            "area",
            "folded_name",
        ),
        # Covers what the pages about days and progress ask of the submissions of a period.
        Index(
            "ix_submission_progress",
            "form_id",
            "is_draft",
            "deleted_at",
            "created_at",
            "review_state",
            "submitter_id",
            "area",
            "duration",
            "error_count",
            "warning_count",
            "updated_at",
            "current_version_id",
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    is_draft: Mapped[bool] = mapped_column(default=False)
    instance_id: Mapped[str] = mapped_column(Text)
    review_state: Mapped[str | None] = mapped_column(String(10))
    submitter_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    device_id: Mapped[str | None] = mapped_column(Text)
    user_agent: Mapped[str | None] = mapped_column(Text)
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("submission_version.id", use_alter=True), index=True
    )
    error_count: Mapped[int] = mapped_column(default=0)
    warning_count: Mapped[int] = mapped_column(default=0)
    broken_rules: Mapped[str | None] = mapped_column(Text)
    area: Mapped[str | None] = mapped_column(Text)
    folded_name: Mapped[str | None] = mapped_column(Text)
    duration: Mapped[int | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    current_version: Mapped["SubmissionVersion"] = relationship(foreign_keys=current_version_id, post_update=True)
    submitter: Mapped[ActorRow | None] = relationship(foreign_keys=submitter_id)

    @property
    def finding_counts(self) -> dict[str, int]:
        return {"error": self.error_count, "warning": self.warning_count}


class SubmissionVersion(Base):
    """One received XML. `form_version_id` is empty when the phone named a version that was never published here.

    `check_state` says whether its answers were held against the form's rules: "unverifiable" if they are encrypted, or
    if a limit of the engine kept it from some rule (findings with code `budget` say where). `engine_version` says by
    which engine.
    """

    __tablename__ = "submission_version"
    __table_args__ = (
        CheckConstraint("check_state IN ('checked', 'not_checked', 'unverifiable')", name="check_state"),
        Index(None, "form_id", "is_draft", "instance_id", unique=True),
        Index(None, "submission_id", "id"),
        # So that a form can be purged, and what came in its versions counted, without reading every submission.
        Index(None, "form_version_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"))
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    is_draft: Mapped[bool] = mapped_column(default=False)
    instance_id: Mapped[str] = mapped_column(Text)
    deprecated_id: Mapped[str | None] = mapped_column(Text)
    instance_name: Mapped[str | None] = mapped_column(Text)
    form_version_id: Mapped[int | None] = mapped_column(ForeignKey("form_version.id"))
    version: Mapped[str] = mapped_column(Text)
    xml: Mapped[bytes] = mapped_column(deferred=True)
    xml_sha256: Mapped[str] = mapped_column(String(64))
    answers: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    is_encrypted: Mapped[bool] = mapped_column(default=False)
    check_state: Mapped[str] = mapped_column(String(12), default="not_checked")
    engine_version: Mapped[str | None] = mapped_column(String(20))
    submitter_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    device_id: Mapped[str | None] = mapped_column(Text)
    user_agent: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    form_version: Mapped[FormVersion | None] = relationship()
    submitter: Mapped[ActorRow | None] = relationship()


class SubmissionAttachment(Base):
    """A file of one submission version: expected by its answers, received, or both.

    `sha256` is empty while an expected file has not arrived.
    """

    __tablename__ = "submission_attachment"
    __table_args__ = (Index(None, "submission_version_id", "name", unique=True),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    submission_version_id: Mapped[int] = mapped_column(ForeignKey("submission_version.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    is_expected: Mapped[bool]
    sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"), index=True)
    content_type: Mapped[str | None] = mapped_column(String(255))
    blob: Mapped[Blob | None] = relationship()


class RepeatCount(Base):
    """How often a repeat was filled in, in the current version of a submission; derived from its answers.

    So a page of a repeat's rows is found, and all of them are counted, without reading the answers before it.
    """

    __tablename__ = "repeat_count"
    __table_args__ = (Index(None, "submission_id"),)

    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"), primary_key=True)
    path: Mapped[str] = mapped_column(Text, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True)
    rows: Mapped[int]


class Finding(Base):
    """Where the answers of one submission version break the form's rules; see `xform.findings` for the words.

    A person may dismiss a finding: it stays, with who did so and why, and no longer counts.
    """

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint("level IN ('error', 'warning', 'info', 'unverifiable')", name="level"),
        Index(None, "submission_version_id", "path", "rule", "code", unique=True),
        Index(None, "form_id", "generic_path", "rule"),
        Index(None, "form_id", "rule"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    submission_version_id: Mapped[int] = mapped_column(ForeignKey("submission_version.id", ondelete="CASCADE"))
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    code: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(12))
    rule: Mapped[str] = mapped_column(String(40))
    path: Mapped[str] = mapped_column(Text)
    generic_path: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    expected: Mapped[str] = mapped_column(Text)
    expression: Mapped[str] = mapped_column(Text)
    offset: Mapped[int | None]
    messages: Mapped[dict[str, Any]]
    detail: Mapped[str] = mapped_column(Text)
    dismissed_at: Mapped[datetime | None]
    dismissed_by_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    dismissed_reason: Mapped[str | None] = mapped_column(Text)
    dismissed_by: Mapped[ActorRow | None] = relationship()


class Comment(Base):
    """What a reviewer wrote beside a submission; `review_state` when it explains a decision."""

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    actor: Mapped[ActorRow | None] = relationship()


class Decision(Base):
    """Several submissions decided at once; `items` holds the id of each with the review state that it had before.

    `made_at` is also the `updated_at` of each of them: that is how an undo sees whether somebody changed one since.
    """

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    review_state: Mapped[str | None] = mapped_column(String(10))
    items: Mapped[list[dict[str, Any]]]
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class Thumbnail(Base):
    """A small picture of a photo; without `sha256` none can be made of it.

    `source_sha256` does not count as a mention of the photo, which may go; the thumbnail then goes after it.
    """

    __tablename__ = "thumbnail"

    source_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[str] = mapped_column(String(10), primary_key=True)
    sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class SavedView(Base):
    """A name for what somebody has chosen to see of a form's submissions, `query` being that of the page's address.

    Each user gives a name once on a page. A shared view is everybody's to open who may open the page.
    """

    __tablename__ = "saved_view"
    __table_args__ = (Index(None, "form_id", "page", "actor_id", "name", unique=True),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id", ondelete="CASCADE"))
    page: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(Text)
    is_shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    actor: Mapped[ActorRow] = relationship()
