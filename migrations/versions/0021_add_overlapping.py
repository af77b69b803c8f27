"""Add to runs how many rows stood, equal in all columns, in two files of their source."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What is there does not tell: it was not looked for.
    op.add_column("runs", sa.Column("overlapping", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("runs", "overlapping")
