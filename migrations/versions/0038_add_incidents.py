"""Add to observations the day, touchpoint and kind of an incident, and to their steps the support of the colleague."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

COLUMNS = {
    "observations": (("happened_on", sa.Date()), ("touchpoint", sa.String(200)), ("incident", sa.String(80))),
    "moderations": (("supported_on", sa.Date()), ("support", sa.String(80))),
}


def upgrade() -> None:
    # The guards of both tables stand: they refuse changes of rows, not new columns.
    for table, columns in COLUMNS.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for table, columns in COLUMNS.items():
        for name, _ in columns:
            op.drop_column(table, name)
