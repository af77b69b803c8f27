"""Add to runs, due checks, jobs and the outbox the template and values of the sentence that stands there in English."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = ("runs", "due_checks", "jobs", "outbox")


def upgrade() -> None:
    # What is there keeps its English alone: runs are never rewritten.
    for table in TABLES:
        op.add_column(table, sa.Column("said", sa.JSON(), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "said")
