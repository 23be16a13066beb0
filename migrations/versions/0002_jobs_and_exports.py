"""Jobs, and the exports that they make

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("is_cancel_wanted", sa.Boolean(), nullable=False),
        sa.Column("done", ID, nullable=False),
        sa.Column("total", ID, nullable=True),
        sa.Column("result", JSON, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_job_state")),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("dedupe_key", name="uq_job_dedupe_key"),
    )
    op.create_index("ix_job_state_due_at", "job", ["state", "due_at"])
    op.create_table(
        "export",
        sa.Column("id", ID, nullable=False),
        sa.Column("form_id", ID, nullable=False),
        sa.Column("job_id", ID, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name="fk_export_form_id"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_export_job_id"),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_export_actor_id"),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name="fk_export_sha256"),
        sa.PrimaryKeyConstraint("id", name="pk_export"),
    )
    for column in ("form_id", "job_id", "sha256", "expires_at"):
        op.create_index(f"ix_export_{column}", "export", [column])


def downgrade() -> None:
    op.drop_table("export")
    op.drop_table("job")
