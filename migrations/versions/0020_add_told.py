"""Add to runs what each tells of how it read the cells of its source."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Runs from before told nothing; they are never rewritten.
    op.add_column("runs", sa.Column("told", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("runs", "told")
