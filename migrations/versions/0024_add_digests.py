"""Add to entries of the audit log the digests of the rows written with them, and which key their hash is made with."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Entries that are there stay as they are. The next one takes up the rows that are there: services/records.
    op.add_column("audit_entries", sa.Column("rows", sa.JSON(), nullable=True))
    op.add_column("audit_entries", sa.Column("key", sa.String(length=16), nullable=True))
    op.add_column("chain_heads", sa.Column("is_adopted", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("chain_heads", "is_adopted")
    op.drop_column("audit_entries", "key")
    op.drop_column("audit_entries", "rows")
