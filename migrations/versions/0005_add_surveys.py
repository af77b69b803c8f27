"""Add surveys of customers: waves, answers, invitations, results; what is only appended is guarded."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GUARDED = ("survey_waves", "survey_steps", "survey_responses", "survey_results")


def upgrade() -> None:
    op.create_table(
        "survey_waves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("origin", sa.String(length=15), nullable=False),
        sa.Column("segment", sa.String(length=120), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("commitments", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_waves")),
        sa.UniqueConstraint("name", name=op.f("uq_survey_waves_name")),
    )
    _of_wave(
        "survey_steps",
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
    )
    _of_wave(
        "survey_responses",
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("overall", sa.String(length=60), nullable=True),
    )
    _of_wave(
        "survey_results",
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("answers_sha256", sa.String(length=64), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
    )
    for table in ("survey_steps", "survey_responses", "survey_results"):
        op.create_index(f"ix_{table}_wave_id", table, ["wave_id"], unique=False)
    _of_wave(
        "survey_invitations",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("sha256", name=op.f("uq_survey_invitations_sha256")),
    )
    op.create_index("ix_survey_invitations_wave_id_is_used", "survey_invitations", ["wave_id", "is_used"], unique=False)
    op.create_table(
        "survey_uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("sent_by", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_survey_uploads_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_uploads")),
    )
    for table in GUARDED:
        _guard(table)


def _of_wave(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["wave_id"], ["survey_waves.id"], name=op.f(f"fk_{table}_wave_id_survey_waves")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
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
    for table in ("survey_uploads", "survey_invitations", "survey_results", "survey_responses", "survey_steps"):
        op.drop_table(table)
    op.drop_table("survey_waves")
