"""Add what people say and do about a miss: comments, actions with their steps, charts set anew; all guarded."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

GUARDED = ("comments", "actions", "action_steps", "rebases")


def upgrade() -> None:
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_key", sa.String(length=80), nullable=False),
        sa.Column("period_key", sa.String(length=10), nullable=False),
        sa.Column("unit_key", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("written_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index("ix_comments_period_key_unit_key", "comments", ["period_key", "unit_key"])
    op.create_index("ix_comments_commitment_key", "comments", ["commitment_key"])
    _create_actions()
    op.create_table(
        "rebases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_key", sa.String(length=80), nullable=False),
        sa.Column("unit_key", sa.String(length=120), nullable=False),
        sa.Column("period_key", sa.String(length=10), nullable=False),
        sa.Column("is_lifted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name=op.f("fk_rebases_action_id_actions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebases")),
    )
    op.create_index("ix_rebases_unit_key_indicator_key", "rebases", ["unit_key", "indicator_key"])
    for table in GUARDED:
        _guard(table)


def _create_actions() -> None:
    op.create_table(
        "actions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_key", sa.String(length=80), nullable=False),
        sa.Column("indicator_key", sa.String(length=80), nullable=True),
        sa.Column("period_key", sa.String(length=10), nullable=False),
        sa.Column("unit_key", sa.String(length=120), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("planned_at", sa.DateTime(), nullable=False),
        sa.Column("planned_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
    )
    op.create_index("ix_actions_commitment_key", "actions", ["commitment_key"])
    op.create_index("ix_actions_unit_key", "actions", ["unit_key"])
    op.create_table(
        "action_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("owner", sa.String(length=200), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["actions.id"], name=op.f("fk_action_steps_action_id_actions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_steps")),
    )
    op.create_index("ix_action_steps_action_id", "action_steps", ["action_id"])


def _guard(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name, events, each in (("", "UPDATE OR DELETE", "ROW"), ("_truncate", "TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER guard_{table}{name} BEFORE {events} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_rewriting()"
            )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER guard_{table}_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever appended'); END"
        )


def downgrade() -> None:
    # The guards and indexes go with their tables.
    for table in ("rebases", "action_steps", "actions", "comments"):
        op.drop_table(table)
