"""Add to measurements how long cases stood in each stage between their start and their stop."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was measured before does not tell: no stages were asked for.
    op.add_column("measurements", sa.Column("stages", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("measurements", "stages")
