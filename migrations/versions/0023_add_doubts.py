"""Add to runs what each saw of its source beside the counts, and to readings what is doubted of each figure."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Runs from before saw what they saw: nothing is doubted of their figures that was not kept.
    op.add_column("runs", sa.Column("seen", sa.JSON(), nullable=True))
    op.add_column("readings", sa.Column("doubts", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("readings", "doubts")
    op.drop_column("runs", "seen")
