"""Add to contacts whether a director wishes a line each week, and to notices of alerts the mail that tells them."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contacts", sa.Column("weekly_line", sa.String(3), nullable=False, server_default="on"))
    op.add_column("alert_notices", sa.Column("post_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("alert_notices", "post_id")
    op.drop_column("contacts", "weekly_line")
