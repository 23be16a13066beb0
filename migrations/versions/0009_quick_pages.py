"""What pages count by stands beside each submission: the rules that it breaks, and how long it took to fill in

Revision: 0009, after 0008
"""

from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT_ONCE = 1000
_NEXT = sa.text("""
    SELECT s.id, s.current_version_id, CAST(v.answers AS TEXT) AS answers FROM submission s
    JOIN submission_version v ON v.id = s.current_version_id WHERE s.id > :last ORDER BY s.id LIMIT :number
""")
_RULES = sa.text("""
    SELECT DISTINCT submission_version_id, rule FROM finding
    WHERE dismissed_at IS NULL AND submission_version_id IN :versions ORDER BY submission_version_id, rule
""").bindparams(sa.bindparam("versions", expanding=True))
_PUT = sa.text("UPDATE submission SET broken_rules = :broken_rules, duration = :duration WHERE id = :id")
_IN_FORM = ["form_id", "is_draft"]
_KNOWN_BY = ["area", "folded_name"]


def upgrade() -> None:
    op.add_column("submission", sa.Column("broken_rules", sa.Text(), nullable=True))
    op.add_column("submission", sa.Column("duration", ID, nullable=True))
    # Rows are filled before they are indexed: each index is written once.
    op.drop_index("ix_submission_review", table_name="submission")
    op.drop_index("ix_submission_counts", table_name="submission")
    _fill()
    more = ["submitter_id", "broken_rules", "created_at", *_KNOWN_BY]
    op.create_index("ix_submission_review", "submission", [*_IN_FORM, "review_state", "deleted_at", "id", *more])
    op.create_index("ix_submission_counts", "submission", [*_IN_FORM, "deleted_at", "review_state", *more])
    counted = ["review_state", "submitter_id", "area", "duration", "error_count", "warning_count"]
    marks = ["updated_at", "current_version_id"]
    op.create_index("ix_submission_progress", "submission", [*_IN_FORM, "deleted_at", "created_at", *counted, *marks])
    op.drop_index("ix_submission_version_form_version_id", table_name="submission_version")
    op.create_index("ix_submission_version_form_version_id_id", "submission_version", ["form_version_id", "id"])


def _fill() -> None:
    connection, last_id = op.get_bind(), 0
    while found := connection.execute(_NEXT, {"last": last_id, "number": _AT_ONCE}).all():
        rules: dict[int, list[str]] = {}
        for version_id, rule in connection.execute(_RULES, {"versions": [row.current_version_id for row in found]}):
            rules.setdefault(version_id, []).append(rule)
        rows = [_row(row.id, rules.get(row.current_version_id), row.answers) for row in found]
        if filled := [row for row in rows if row["broken_rules"] or row["duration"] is not None]:
            connection.execute(_PUT, filled)
        last_id = found[-1].id


def _row(submission_id: int, rules: list[str] | None, answers: str | None) -> dict[str, Any]:
    broken = f" {' '.join(rules)} " if rules else None
    return {"id": submission_id, "broken_rules": broken, "duration": _seconds(answers)}


def _seconds(answers: str | None) -> int | None:
    found = (answers and orjson.loads(answers)) or {}
    try:
        begun, ended = (datetime.fromisoformat(found[name]) for name in ("start", "end"))
        seconds = (ended - begun).total_seconds()
    except (KeyError, ValueError, TypeError):
        return None
    return round(seconds) if seconds >= 0 else None


def downgrade() -> None:
    op.drop_index("ix_submission_version_form_version_id_id", table_name="submission_version")
    op.create_index("ix_submission_version_form_version_id", "submission_version", ["form_version_id"])
    op.drop_index("ix_submission_progress", table_name="submission")
    op.drop_index("ix_submission_counts", table_name="submission")
    op.drop_index("ix_submission_review", table_name="submission")
    op.create_index(
        "ix_submission_review",
        "submission",
        [*_IN_FORM, "review_state", "deleted_at", "id", "submitter_id", *_KNOWN_BY],
    )
    op.create_index(
        "ix_submission_counts",
        "submission",
        [*_IN_FORM, "deleted_at", "review_state", "submitter_id", *_KNOWN_BY],
    )
    op.drop_column("submission", "duration")
    op.drop_column("submission", "broken_rules")
