"""Add decisions on classes, the sector's register, rounds of experts; what applied files decided is kept."""

import json
from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

GUARDED = ("class_decisions", "sector_entries", "expert_rounds", "expert_seats", "expert_opinions")


def upgrade() -> None:
    _decisions()
    _sector()
    _experts()
    _keep_past_decisions()
    for table in GUARDED:
        _guard(table)


def _decisions() -> None:
    op.create_table(
        "class_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_key", sa.String(length=80), nullable=False),
        sa.Column("class", sa.String(length=15), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("origin", sa.String(length=5), nullable=False),
        sa.Column("suggested", sa.String(length=15), nullable=True),
        sa.Column("strength", sa.String(length=10), nullable=True),
        sa.Column("disagreements", sa.JSON(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_decisions")),
    )
    op.create_index(
        "ix_class_decisions_commitment_key_valid_from",
        "class_decisions",
        ["commitment_key", "valid_from"],
        unique=False,
    )


def _sector() -> None:
    op.create_table(
        "sector_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_key", sa.String(length=80), nullable=False),
        sa.Column("company", sa.String(length=200), nullable=False),
        sa.Column("promised", sa.Boolean(), nullable=True),
        sa.Column("source", sa.String(length=1000), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sector_entries")),
    )
    op.create_index(
        "ix_sector_entries_commitment_key_company", "sector_entries", ["commitment_key", "company"], unique=False
    )


def _experts() -> None:
    op.create_table(
        "expert_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_key", sa.String(length=80), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_rounds")),
    )
    op.create_index("ix_expert_rounds_commitment_key", "expert_rounds", ["commitment_key"], unique=False)
    op.create_table(
        "expert_seats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_expert_seats_person_id_people")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["expert_rounds.id"], name=op.f("fk_expert_seats_round_id_expert_rounds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_seats")),
        sa.UniqueConstraint("sha256", name=op.f("uq_expert_seats_sha256")),
    )
    op.create_index("ix_expert_seats_round_id", "expert_seats", ["round_id"], unique=False)
    op.create_index("ix_expert_seats_person_id", "expert_seats", ["person_id"], unique=False)
    op.create_table(
        "expert_opinions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("floor", sa.String(length=7), nullable=False),
        sa.Column("earns", sa.String(length=7), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["seat_id"], ["expert_seats.id"], name=op.f("fk_expert_opinions_seat_id_expert_seats")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_opinions")),
        sa.UniqueConstraint("seat_id", name=op.f("uq_expert_opinions_seat_id")),
    )


def _keep_past_decisions() -> None:
    """Each decision that an applied file brought, once, from its own date on."""
    versions = sa.table(
        "charter_versions",
        sa.column("applied_at", sa.DateTime()),
        *(sa.column(name) for name in ("number", "document", "applied_by")),
    )
    decisions = sa.table(
        "class_decisions",
        sa.column("valid_from", sa.Date()),
        sa.column("decided_on", sa.Date()),
        sa.column("disagreements", sa.JSON()),
        sa.column("recorded_at", sa.DateTime()),
        *(sa.column(name) for name in ("commitment_key", "class", "because", "origin", "decided_by", "recorded_by")),
    )
    said: dict[str, object] = {}
    for row in op.get_bind().execute(versions.select().order_by(versions.c.number)).mappings().all():
        for commitment in json.loads(row["document"])["commitments"]:
            decision = commitment.get("class")
            if decision is None or said.get(commitment["key"]) == decision:
                continue
            said[commitment["key"]] = decision
            day = date.fromisoformat(decision["date"])
            op.get_bind().execute(
                decisions.insert().values(
                    {
                        "commitment_key": commitment["key"],
                        "class": decision["decided"],
                        "because": decision["because"],
                        "valid_from": day,
                        "decided_on": day,
                        "origin": "file",
                        "disagreements": [],
                        "decided_by": decision["by"],
                        "recorded_at": row["applied_at"],
                        "recorded_by": row["applied_by"],
                    }
                )
            )


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
    for table in reversed(GUARDED):
        op.drop_table(table)
