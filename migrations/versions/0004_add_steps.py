"""Add steps of promises, values of a level, what weighted answers are worth, and the definitions of readings."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("measurements", sa.Column("steps", sa.JSON(), nullable=True))
    op.add_column("measurements", sa.Column("value", sa.String(length=60), nullable=True))
    op.add_column("readings", sa.Column("steps", sa.JSON(), nullable=True))
    op.add_column("readings", sa.Column("shown", sa.Integer(), nullable=True))
    op.add_column("readings", sa.Column("effective_n", sa.Double(), nullable=True))
    op.add_column("readings", sa.Column("definition_hash", sa.String(length=64), nullable=True))
    op.execute(
        "UPDATE readings SET definition_hash = (SELECT definition_hash FROM runs WHERE runs.id = readings.run_id)"
    )


def downgrade() -> None:
    for column in ("definition_hash", "effective_n", "shown", "steps"):
        op.drop_column("readings", column)
    for column in ("value", "steps"):
        op.drop_column("measurements", column)
