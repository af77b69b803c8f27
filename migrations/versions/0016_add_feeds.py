"""Add private addresses of the calendar of checks; to each run, the claim under which it was made."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_calendar_feeds_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("sha256", name=op.f("uq_calendar_feeds_sha256")),
    )
    op.add_column("runs", sa.Column("claim", sa.String(length=36), nullable=True))


def downgrade() -> None:
    op.drop_column("runs", "claim")
    op.drop_table("calendar_feeds")
