"""Add sessions and the scopes of tokens; an account is not locked any more, so when it would be again is dropped."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_sessions_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("sha256", name="uq_sessions_sha256"),
    )
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"])
    # What is in use was made to read and to push.
    op.add_column("api_tokens", sa.Column("scopes", sa.JSON(), nullable=False, server_default='["read", "push"]'))
    op.drop_column("people", "locked_until")


def downgrade() -> None:
    op.add_column("people", sa.Column("locked_until", sa.DateTime(), nullable=True))
    op.drop_column("api_tokens", "scopes")
    op.drop_index("ix_sessions_person_id", "sessions")
    op.drop_table("sessions")
