"""Add what rises in free texts, month by month, and expressions pinned to promises: only ever appended."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "word_readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words_key", sa.String(length=80), nullable=False),
        sa.Column("period_key", sa.String(length=10), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_readings")),
    )
    op.create_index("ix_word_readings_period_key_words_key", "word_readings", ["period_key", "words_key"])
    op.create_table(
        "word_pins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words_key", sa.String(length=80), nullable=False),
        sa.Column("expression", sa.String(length=300), nullable=False),
        sa.Column("written", sa.String(length=300), nullable=False),
        sa.Column("commitment_key", sa.String(length=80), nullable=False),
        sa.Column("unit_key", sa.String(length=120), nullable=False),
        sa.Column("is_lifted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_pins")),
    )
    op.create_index("ix_word_pins_commitment_key", "word_pins", ["commitment_key"])
    _guard("word_readings")
    _guard("word_pins")


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
    # The guards and the indexes go with their tables.
    op.drop_table("word_pins")
    op.drop_table("word_readings")
