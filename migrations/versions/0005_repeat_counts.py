"""How often repeats were filled in

Revision: 0005, after 0004
"""

from collections.abc import Iterator
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT_ONCE = 500
_NEXT = sa.text("""
    SELECT s.id, s.form_id, CAST(v.answers AS TEXT) FROM submission s
    JOIN submission_version v ON v.id = s.current_version_id WHERE s.id > :last ORDER BY s.id LIMIT :number
""")


def upgrade() -> None:
    counts = op.create_table(
        "repeat_count",
        sa.Column("form_id", ID, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("submission_id", ID, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name="fk_repeat_count_form_id"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_repeat_count_submission_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("form_id", "path", "submission_id", name="pk_repeat_count"),
    )
    op.create_index("ix_repeat_count_submission_id", "repeat_count", ["submission_id"])
    last = 0
    while found := op.get_bind().execute(_NEXT, {"last": last, "number": _AT_ONCE}).all():
        rows = [row for item in found for row in _counted(*item)]
        if rows:
            op.bulk_insert(counts, rows)
        last = found[-1].id


def downgrade() -> None:
    op.drop_table("repeat_count")


def _counted(submission_id: int, form_id: int, answers: str | None) -> Iterator[dict[str, Any]]:
    counts: dict[str, int] = {}
    for path in _paths((answers and orjson.loads(answers)) or {}, ""):
        counts[path] = counts.get(path, 0) + 1
    for path, rows in counts.items():
        yield {"form_id": form_id, "path": path, "submission_id": submission_id, "rows": rows}


def _paths(answers: dict[str, Any], within: str) -> Iterator[str]:
    for name, value in answers.items():
        path = f"{within}/{name}"
        if isinstance(value, dict):
            yield from _paths(value, path)
        elif isinstance(value, list):
            for row in value:
                if isinstance(row, dict):
                    yield path
                    yield from _paths(row, path)
