"""Add to runs how many cases had rows that contradict each other, and how many rows stood in two files."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None

COLUMNS = ("contradictory", "overlapping")


def upgrade() -> None:
    # What is there does not tell: it was not looked for.
    for name in COLUMNS:
        op.add_column("runs", sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("runs", name)
