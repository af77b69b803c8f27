"""Add to measurements what tells how sure a sample is: the cubes of a mean, the ends of a percentile or composite."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

COLUMNS = ("cubes", "low", "high")


def upgrade() -> None:
    # What was measured before does not tell, and is read as it was.
    for name in COLUMNS:
        op.add_column("measurements", sa.Column(name, sa.String(60), nullable=True))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("measurements", name)
