"""Add to due checks who holds them and when they are completed; to the tick, a clock that was set back."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("due_checks", sa.Column("held_by", sa.String(length=200), nullable=True))
    op.add_column("due_checks", sa.Column("held_since", sa.DateTime(), nullable=True))
    op.add_column("due_checks", sa.Column("pending", sa.Integer(), nullable=True))
    op.add_column("due_checks", sa.Column("again_at", sa.DateTime(), nullable=True))
    op.create_index("ix_due_checks_again_at", "due_checks", ["again_at"], unique=False)
    op.add_column("ticks", sa.Column("set_back_from", sa.DateTime(), nullable=True))
    op.add_column("ticks", sa.Column("set_back_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    for column in ("set_back_at", "set_back_from"):
        op.drop_column("ticks", column)
    op.drop_index("ix_due_checks_again_at", table_name="due_checks")
    for column in ("again_at", "pending", "held_since", "held_by"):
        op.drop_column("due_checks", column)
