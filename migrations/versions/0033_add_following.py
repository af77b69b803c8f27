"""Add to contacts what a person follows, what else they are told of, and how a report reaches them."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contacts", sa.Column("follows", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("contacts", sa.Column("tells", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("contacts", sa.Column("report_as", sa.String(4), nullable=False, server_default="file"))


def downgrade() -> None:
    for column in ("report_as", "tells", "follows"):
        op.drop_column("contacts", column)
