"""The first tables

Revision: 0001, the start.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _pointer(column: str, target: str, name: str) -> list[sa.ForeignKeyConstraint]:
    """A key to a table that is made later: SQLite takes it at once, Postgres when both tables are there."""
    return [sa.ForeignKeyConstraint([column], [target], name=name)] if _on_sqlite() else []


def upgrade() -> None:
    op.create_table(
        "actor",
        sa.Column("id", ID, nullable=False),
        sa.Column("actee_id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("display_name", sa.String(length=255), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.CheckConstraint("type IN ('user', 'field_key', 'public_link')", name=op.f("ck_actor_type")),
        sa.PrimaryKeyConstraint("id", name="pk_actor"),
        sa.UniqueConstraint("actee_id", name="uq_actor_actee_id"),
    )
    op.create_table(
        "attempt",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject", sa.String(length=330), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
    )
    op.create_index("ix_attempt_subject_at", "attempt", ["subject", "at"], unique=False)

    op.create_table(
        "blob",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("md5", sa.String(length=32), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("unmentioned_since", MOMENT, nullable=True),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("sha256", name="pk_blob"),
    )
    op.create_table(
        "chore",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_chore"),
    )
    op.create_table(
        "encryption_key",
        sa.Column("id", ID, nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("public_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_managed", sa.Boolean(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=True),
        sa.Column("private", JSON, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_encryption_key"),
        sa.UniqueConstraint("public_sha256", name="uq_encryption_key_public_sha256"),
    )
    op.create_table(
        "assignment",
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("role_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("actee_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_assignment_actor_id"),
        sa.PrimaryKeyConstraint("actor_id", "role_id", "actee_id", name="pk_assignment"),
    )
    op.create_index("ix_assignment_actee_id", "assignment", ["actee_id"], unique=False)

    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("actee_id", sa.String(length=36), nullable=True),
        sa.Column("submission_id", ID, nullable=True),
        sa.Column("details", JSON, nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("logged_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_audit_actor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_actee_id_id", "audit", ["actee_id", "id"], unique=False)
    op.create_index("ix_audit_action_id", "audit", ["action", "id"], unique=False)
    op.create_index("ix_audit_logged_at", "audit", ["logged_at"], unique=False)
    op.create_index("ix_audit_submission_id_id", "audit", ["submission_id", "id"], unique=False)

    op.create_table(
        "config",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", JSON, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("content_type", sa.String(length=255), nullable=True),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name="fk_config_sha256"),
        sa.PrimaryKeyConstraint("key", name="pk_config"),
    )
    op.create_table(
        "password_reset",
        sa.Column("id", ID, nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_password_reset_actor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_password_reset"),
        sa.UniqueConstraint("token_hash", name="uq_password_reset_token_hash"),
    )
    op.create_index("ix_password_reset_actor_id", "password_reset", ["actor_id"], unique=False)

    op.create_table(
        "project",
        sa.Column("id", ID, nullable=False),
        sa.Column("actee_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("key_id", ID, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["encryption_key.id"], name="fk_project_key_id"),
        sa.PrimaryKeyConstraint("id", name="pk_project"),
        sa.UniqueConstraint("actee_id", name="uq_project_actee_id"),
    )
    op.create_table(
        "session",
        sa.Column("id", ID, nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_session_actor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("token_hash", name="uq_session_token_hash"),
    )
    op.create_index("ix_session_actor_id", "session", ["actor_id"], unique=False)

    op.create_table(
        "user",
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("last_login_at", MOMENT, nullable=True),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("preferences", JSON, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_user_actor_id"),
        sa.PrimaryKeyConstraint("actor_id", name="pk_user"),
    )
    op.create_index(
        "uq_user_email_live",
        "user",
        ["email"],
        unique=True,
        sqlite_where=sa.text("NOT is_deleted"),
        postgresql_where=sa.text("NOT is_deleted"),
    )

    op.create_table(
        "actor_property",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("folded", sa.String(length=255), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_actor_property_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_actor_property"),
    )
    op.create_index("ix_actor_property_project_id_folded", "actor_property", ["project_id", "folded"], unique=True)

    op.create_table(
        "app_user",
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("token", sa.String(length=64), nullable=True),
        sa.Column("created_by_id", ID, nullable=True),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.Column("properties", JSON, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_app_user_actor_id"),
        sa.ForeignKeyConstraint(["created_by_id"], ["actor.id"], name="fk_app_user_created_by_id"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_app_user_project_id"),
        sa.PrimaryKeyConstraint("actor_id", name="pk_app_user"),
        sa.UniqueConstraint("token", name="uq_app_user_token"),
    )
    op.create_index("ix_app_user_project_id", "app_user", ["project_id"], unique=False)

    op.create_table(
        "form",
        sa.Column("id", ID, nullable=False),
        sa.Column("actee_id", sa.String(length=36), nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("form_id", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("webforms_enabled", sa.Boolean(), nullable=False),
        sa.Column("link_id", sa.String(length=43), nullable=False),
        sa.Column("current_version_id", ID, nullable=True),
        sa.Column("draft_version_id", ID, nullable=True),
        sa.Column("created_by_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('open', 'closing', 'closed')", name=op.f("ck_form_state")),
        sa.ForeignKeyConstraint(["created_by_id"], ["actor.id"], name="fk_form_created_by_id"),
        *_pointer("current_version_id", "form_version.id", "fk_form_current_version_id"),
        *_pointer("draft_version_id", "form_version.id", "fk_form_draft_version_id"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_form_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_form"),
        sa.UniqueConstraint("actee_id", name="uq_form_actee_id"),
        sa.UniqueConstraint("link_id", name="uq_form_link_id"),
    )
    op.create_index("ix_form_project_id", "form", ["project_id"], unique=False)
    op.create_index(
        "uq_form_project_id_form_id_live",
        "form",
        ["project_id", "form_id"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )

    op.create_table(
        "form_version",
        sa.Column("id", ID, nullable=False),
        sa.Column("form_id", ID, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("md5", sa.String(length=32), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("key_id", ID, nullable=True),
        sa.Column("makes_entities", sa.Boolean(), nullable=False),
        sa.Column("xlsform_sha256", sa.String(length=64), nullable=True),
        sa.Column("xlsform_type", sa.String(length=100), nullable=True),
        sa.Column("draft_token", sa.String(length=64), nullable=True),
        sa.Column("publish_notes", sa.Text(), nullable=True),
        sa.Column("created_by_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("published_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["actor.id"], name="fk_form_version_created_by_id"),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name="fk_form_version_form_id"),
        sa.ForeignKeyConstraint(["key_id"], ["encryption_key.id"], name="fk_form_version_key_id"),
        sa.ForeignKeyConstraint(["published_by_id"], ["actor.id"], name="fk_form_version_published_by_id"),
        sa.ForeignKeyConstraint(["xlsform_sha256"], ["blob.sha256"], name="fk_form_version_xlsform_sha256"),
        sa.PrimaryKeyConstraint("id", name="pk_form_version"),
        sa.UniqueConstraint("draft_token", name="uq_form_version_draft_token"),
    )
    op.create_index("ix_form_version_form_id", "form_version", ["form_id"], unique=False)
    op.create_index(
        "uq_form_version_form_id_version_published",
        "form_version",
        ["form_id", "version"],
        unique=True,
        sqlite_where=sa.text("published_at IS NOT NULL"),
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )

    op.create_table(
        "public_link",
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("form_id", ID, nullable=False),
        sa.Column("token", sa.String(length=64), nullable=True),
        sa.Column("is_once", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", ID, nullable=True),
        sa.Column("properties", JSON, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_public_link_actor_id"),
        sa.ForeignKeyConstraint(["created_by_id"], ["actor.id"], name="fk_public_link_created_by_id"),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name="fk_public_link_form_id"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_public_link_project_id"),
        sa.PrimaryKeyConstraint("actor_id", name="pk_public_link"),
        sa.UniqueConstraint("token", name="uq_public_link_token"),
    )
    op.create_index("ix_public_link_form_id", "public_link", ["form_id"], unique=False)
    op.create_index("ix_public_link_project_id", "public_link", ["project_id"], unique=False)

    op.create_table(
        "submission",
        sa.Column("id", ID, nullable=False),
        sa.Column("form_id", ID, nullable=False),
        sa.Column("is_draft", sa.Boolean(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("review_state", sa.String(length=10), nullable=True),
        sa.Column("submitter_id", ID, nullable=True),
        sa.Column("device_id", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("current_version_id", ID, nullable=True),
        sa.Column("error_count", sa.Integer(), nullable=False),
        sa.Column("warning_count", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "review_state IN ('hasIssues', 'edited', 'rejected', 'approved')", name=op.f("ck_submission_review_state")
        ),
        *_pointer("current_version_id", "submission_version.id", "fk_submission_current_version_id"),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name="fk_submission_form_id"),
        sa.ForeignKeyConstraint(["submitter_id"], ["actor.id"], name="fk_submission_submitter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
    )
    op.create_index("ix_submission_current_version_id", "submission", ["current_version_id"], unique=False)
    op.create_index("ix_submission_form_id_is_draft_id", "submission", ["form_id", "is_draft", "id"], unique=False)
    op.create_index(
        "ix_submission_form_id_is_draft_instance_id", "submission", ["form_id", "is_draft", "instance_id"], unique=True
    )
    op.create_index("ix_submission_form_id_review_state", "submission", ["form_id", "review_state"], unique=False)

    op.create_table(
        "comment",
        sa.Column("id", ID, nullable=False),
        sa.Column("submission_id", ID, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_comment_actor_id"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_comment_submission_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
    )
    op.create_index("ix_comment_submission_id", "comment", ["submission_id"], unique=False)

    op.create_table(
        "form_attachment",
        sa.Column("id", ID, nullable=False),
        sa.Column("form_version_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("content_type", sa.String(length=255), nullable=True),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["form_version_id"], ["form_version.id"], name="fk_form_attachment_form_version_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name="fk_form_attachment_sha256"),
        sa.PrimaryKeyConstraint("id", name="pk_form_attachment"),
    )
    op.create_index(
        "ix_form_attachment_form_version_id_name", "form_attachment", ["form_version_id", "name"], unique=True
    )

    op.create_table(
        "submission_version",
        sa.Column("id", ID, nullable=False),
        sa.Column("submission_id", ID, nullable=False),
        sa.Column("form_id", ID, nullable=False),
        sa.Column("is_draft", sa.Boolean(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("deprecated_id", sa.Text(), nullable=True),
        sa.Column("instance_name", sa.Text(), nullable=True),
        sa.Column("form_version_id", ID, nullable=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("xml_sha256", sa.String(length=64), nullable=False),
        sa.Column("answers", JSON, nullable=True),
        sa.Column("is_encrypted", sa.Boolean(), nullable=False),
        sa.Column("check_state", sa.String(length=12), nullable=False),
        sa.Column("engine_version", sa.String(length=20), nullable=True),
        sa.Column("submitter_id", ID, nullable=True),
        sa.Column("device_id", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "check_state IN ('checked', 'not_checked', 'unverifiable')", name=op.f("ck_submission_version_check_state")
        ),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name="fk_submission_version_form_id"),
        sa.ForeignKeyConstraint(["form_version_id"], ["form_version.id"], name="fk_submission_version_form_version_id"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_submission_version_submission_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["submitter_id"], ["actor.id"], name="fk_submission_version_submitter_id"),
        sa.PrimaryKeyConstraint("id", name="pk_submission_version"),
    )
    op.create_index(
        "ix_submission_version_form_id_is_draft_instance_id",
        "submission_version",
        ["form_id", "is_draft", "instance_id"],
        unique=True,
    )
    op.create_index("ix_submission_version_form_version_id", "submission_version", ["form_version_id"], unique=False)
    op.create_index(
        "ix_submission_version_submission_id_id", "submission_version", ["submission_id", "id"], unique=False
    )

    op.create_table(
        "finding",
        sa.Column("id", ID, nullable=False),
        sa.Column("submission_version_id", ID, nullable=False),
        sa.Column("form_id", ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("generic_path", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("expression", sa.Text(), nullable=False),
        sa.Column("offset", sa.Integer(), nullable=True),
        sa.Column("messages", JSON, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("dismissed_at", MOMENT, nullable=True),
        sa.Column("dismissed_by_id", ID, nullable=True),
        sa.Column("dismissed_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("level IN ('error', 'warning', 'info', 'unverifiable')", name=op.f("ck_finding_level")),
        sa.ForeignKeyConstraint(["dismissed_by_id"], ["actor.id"], name="fk_finding_dismissed_by_id"),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name="fk_finding_form_id"),
        sa.ForeignKeyConstraint(
            ["submission_version_id"],
            ["submission_version.id"],
            name="fk_finding_submission_version_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_finding"),
    )
    op.create_index(
        "ix_finding_form_id_generic_path_rule", "finding", ["form_id", "generic_path", "rule"], unique=False
    )
    op.create_index("ix_finding_form_id_rule", "finding", ["form_id", "rule"], unique=False)
    op.create_index(
        "ix_finding_submission_version_id_path_rule_code",
        "finding",
        ["submission_version_id", "path", "rule", "code"],
        unique=True,
    )

    op.create_table(
        "submission_attachment",
        sa.Column("id", ID, nullable=False),
        sa.Column("submission_version_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_expected", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("content_type", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name="fk_submission_attachment_sha256"),
        sa.ForeignKeyConstraint(
            ["submission_version_id"],
            ["submission_version.id"],
            name="fk_submission_attachment_submission_version_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_submission_attachment"),
    )
    op.create_index("ix_submission_attachment_sha256", "submission_attachment", ["sha256"], unique=False)
    op.create_index(
        "ix_submission_attachment_submission_version_id_name",
        "submission_attachment",
        ["submission_version_id", "name"],
        unique=True,
    )
    if not _on_sqlite():
        op.create_foreign_key("fk_form_current_version_id", "form", "form_version", ["current_version_id"], ["id"])
        op.create_foreign_key("fk_form_draft_version_id", "form", "form_version", ["draft_version_id"], ["id"])
        op.create_foreign_key(
            "fk_submission_current_version_id", "submission", "submission_version", ["current_version_id"], ["id"]
        )


def downgrade() -> None:
    if not _on_sqlite():
        op.drop_constraint("fk_form_current_version_id", "form", type_="foreignkey")
        op.drop_constraint("fk_form_draft_version_id", "form", type_="foreignkey")
        op.drop_constraint("fk_submission_current_version_id", "submission", type_="foreignkey")
    op.drop_index("ix_submission_attachment_submission_version_id_name", table_name="submission_attachment")
    op.drop_index("ix_submission_attachment_sha256", table_name="submission_attachment")

    op.drop_table("submission_attachment")
    op.drop_index("ix_finding_submission_version_id_path_rule_code", table_name="finding")
    op.drop_index("ix_finding_form_id_rule", table_name="finding")
    op.drop_index("ix_finding_form_id_generic_path_rule", table_name="finding")

    op.drop_table("finding")
    op.drop_index("ix_submission_version_submission_id_id", table_name="submission_version")
    op.drop_index("ix_submission_version_form_version_id", table_name="submission_version")
    op.drop_index("ix_submission_version_form_id_is_draft_instance_id", table_name="submission_version")

    op.drop_table("submission_version")
    op.drop_index("ix_form_attachment_form_version_id_name", table_name="form_attachment")

    op.drop_table("form_attachment")
    op.drop_index("ix_comment_submission_id", table_name="comment")

    op.drop_table("comment")
    op.drop_index("ix_submission_form_id_review_state", table_name="submission")
    op.drop_index("ix_submission_form_id_is_draft_instance_id", table_name="submission")
    op.drop_index("ix_submission_form_id_is_draft_id", table_name="submission")
    op.drop_index("ix_submission_current_version_id", table_name="submission")

    op.drop_table("submission")
    op.drop_index("ix_public_link_project_id", table_name="public_link")
    op.drop_index("ix_public_link_form_id", table_name="public_link")

    op.drop_table("public_link")
    op.drop_index(
        "uq_form_version_form_id_version_published",
        table_name="form_version",
        sqlite_where=sa.text("published_at IS NOT NULL"),
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )
    op.drop_index("ix_form_version_form_id", table_name="form_version")

    op.drop_table("form_version")
    op.drop_index(
        "uq_form_project_id_form_id_live",
        table_name="form",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index("ix_form_project_id", table_name="form")

    op.drop_table("form")
    op.drop_index("ix_app_user_project_id", table_name="app_user")

    op.drop_table("app_user")
    op.drop_index("ix_actor_property_project_id_folded", table_name="actor_property")

    op.drop_table("actor_property")
    op.drop_index(
        "uq_user_email_live",
        table_name="user",
        sqlite_where=sa.text("NOT is_deleted"),
        postgresql_where=sa.text("NOT is_deleted"),
    )

    op.drop_table("user")
    op.drop_index("ix_session_actor_id", table_name="session")

    op.drop_table("session")
    op.drop_table("project")
    op.drop_index("ix_password_reset_actor_id", table_name="password_reset")

    op.drop_table("password_reset")
    op.drop_table("config")
    op.drop_index("ix_audit_submission_id_id", table_name="audit")
    op.drop_index("ix_audit_logged_at", table_name="audit")
    op.drop_index("ix_audit_action_id", table_name="audit")
    op.drop_index("ix_audit_actee_id_id", table_name="audit")

    op.drop_table("audit")
    op.drop_index("ix_assignment_actee_id", table_name="assignment")

    op.drop_table("assignment")
    op.drop_table("encryption_key")
    op.drop_table("chore")
    op.drop_table("blob")
    op.drop_index("ix_attempt_subject_at", table_name="attempt")

    op.drop_table("attempt")
    op.drop_table("actor")
