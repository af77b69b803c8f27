"""Add to each reading what its chart says and what stood before it; an index for the checks of some indicators."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("readings", sa.Column("chart_says", sa.String(length=8), nullable=True))
    op.add_column("readings", sa.Column("chart_lower", sa.Double(), nullable=True))
    op.add_column("readings", sa.Column("chart_upper", sa.Double(), nullable=True))
    op.add_column("readings", sa.Column("earlier", sa.String(length=10), nullable=True))
    op.add_column("readings", sa.Column("is_break", sa.Boolean(), nullable=True))
    op.create_index("ix_due_checks_indicator_key_period_end", "due_checks", ["indicator_key", "period_end"])


def downgrade() -> None:
    op.drop_index("ix_due_checks_indicator_key_period_end", "due_checks")
    for column in ("is_break", "earlier", "chart_upper", "chart_lower", "chart_says"):
        op.drop_column("readings", column)
