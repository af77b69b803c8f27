"""Add to alerts whose account answered: when that person may not answer there any more, somebody else does."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alerts", sa.Column("acted_by_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("alerts", "acted_by_id")
