"""Add to measurements and readings what misses owe to customers."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TABLES = ("measurements", "readings")


def upgrade() -> None:
    # What was measured before does not tell: nothing was owed by the charter.
    for table in TABLES:
        op.add_column(table, sa.Column("owed", sa.JSON(), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "owed")
