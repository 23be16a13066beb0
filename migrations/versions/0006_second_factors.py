"""Second factors, recovery codes, API passwords, and the browser of each session

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "second_factor",
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_second_factor_actor_id"),
        sa.PrimaryKeyConstraint("actor_id", name="pk_second_factor"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_recovery_code_actor_id"),
        sa.PrimaryKeyConstraint("actor_id", "code_hash", name="pk_recovery_code"),
    )
    op.create_table(
        "api_password",
        sa.Column("id", ID, nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_api_password_actor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_api_password"),
        sa.UniqueConstraint("token_hash", name="uq_api_password_token_hash"),
    )
    op.create_index("ix_api_password_actor_id", "api_password", ["actor_id"])
    op.add_column("session", sa.Column("user_agent", sa.String(length=255), nullable=True))


def downgrade() -> None:
    op.drop_column("session", "user_agent")
    op.drop_table("api_password")
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
