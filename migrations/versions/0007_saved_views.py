"""Saved views of the review desk and the table

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", ID, nullable=False),
        sa.Column("form_id", ID, nullable=False),
        sa.Column("page", sa.String(length=10), nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name="fk_saved_view_form_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_saved_view_actor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
    )
    op.create_index(
        "ix_saved_view_form_id_page_actor_id_name", "saved_view", ["form_id", "page", "actor_id", "name"], unique=True
    )


def downgrade() -> None:
    op.drop_table("saved_view")
