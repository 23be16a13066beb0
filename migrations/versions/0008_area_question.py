"""The area question that somebody has chosen for a form

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("form", sa.Column("area_path", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("form", "area_path")
