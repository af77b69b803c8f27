"""Add to the tick when one last did all that it had to, and how many have failed since."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ticks", sa.Column("succeeded_at", sa.DateTime(), nullable=True))
    op.add_column("ticks", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("ticks", "failures")
    op.drop_column("ticks", "succeeded_at")
