"""Add who has an account at an OpenID provider, and to sessions the provider that they came by."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_identities_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_identities"),
        sa.UniqueConstraint("issuer", "subject", name="uq_identities_issuer_subject"),
    )
    op.create_index("ix_identities_person_id", "identities", ["person_id"])
    op.add_column("sessions", sa.Column("issuer", sa.String(length=300), nullable=True))
    op.add_column("sessions", sa.Column("sid", sa.String(length=255), nullable=True))
    op.add_column("sessions", sa.Column("id_token", sa.Text(), nullable=True))


def downgrade() -> None:
    for column in ("id_token", "sid", "issuer"):
        op.drop_column("sessions", column)
    op.drop_index("ix_identities_person_id", "identities")
    op.drop_table("identities")
