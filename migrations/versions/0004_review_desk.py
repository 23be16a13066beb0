"""The review desk: search terms of submissions, decisions about many, thumbnails

Revision: 0004.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
_AT_ONCE = 1000
_MAX_NAME = 300


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def upgrade() -> None:
    op.add_column("submission", sa.Column("area", sa.Text(), nullable=True))
    op.add_column("submission", sa.Column("folded_name", sa.Text(), nullable=True))
    _fold_names()
    op.drop_index("ix_submission_form_id_review_state", table_name="submission")
    op.create_index(
        "ix_submission_review",
        "submission",
        ["form_id", "is_draft", "review_state", "deleted_at", "id", "submitter_id", "area", "folded_name"],
    )
    op.create_index(
        "ix_submission_counts",
        "submission",
        ["form_id", "is_draft", "deleted_at", "review_state", "submitter_id", "area", "folded_name"],
    )
    op.create_table(
        "decision",
        sa.Column("id", ID, nullable=False),
        sa.Column("form_id", ID, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("review_state", sa.String(length=10), nullable=True),
        sa.Column("items", JSON, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name="fk_decision_form_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_decision_actor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_form_id", "decision", ["form_id"])
    op.create_table(
        "thumbnail",
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.String(length=10), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name="fk_thumbnail_sha256"),
        sa.PrimaryKeyConstraint("source_sha256", "size", name="pk_thumbnail"),
    )
    op.create_index("ix_thumbnail_sha256", "thumbnail", ["sha256"])


def _fold_names() -> None:
    """Give submissions that are there the name that a search finds them by."""
    connection, last_id = op.get_bind(), 0
    names = sa.text(
        "SELECT s.id, v.instance_name FROM submission s JOIN submission_version v ON v.id = s.current_version_id "
        "WHERE s.id > :last AND v.instance_name IS NOT NULL ORDER BY s.id LIMIT :count"
    )
    put = sa.text("UPDATE submission SET folded_name = :name WHERE id = :id")
    while rows := connection.execute(names, {"last": last_id, "count": _AT_ONCE}).all():
        connection.execute(put, [{"id": row.id, "name": _folded(row.instance_name)[:_MAX_NAME]} for row in rows])
        last_id = rows[-1].id


def downgrade() -> None:
    op.drop_table("thumbnail")
    op.drop_table("decision")
    op.drop_index("ix_submission_counts", table_name="submission")
    op.drop_index("ix_submission_review", table_name="submission")
    op.create_index("ix_submission_form_id_review_state", "submission", ["form_id", "review_state"])
    op.drop_column("submission", "folded_name")
    op.drop_column("submission", "area")
