"""Add the boxes in which answers of an open survey wait, and classes as they moved; answers may be deleted after their
time, and what refused lines of a file quoted."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

ERASURE = (
    "BEGIN IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM survey_steps WHERE wave_id = OLD.wave_id AND step = 'erased') "
    "THEN RETURN OLD; END IF; RAISE EXCEPTION 'rows of % are only ever appended', TG_TABLE_NAME; END"
)
FIXED = (
    "id, name, kind, origin, segment, wording, words, commitments, languages, choices, asked_on, closes_on, invited, "
    "opened_at, opened_by"
)
"""Columns of a wave that stay for ever: all but what was counted of its file."""


def upgrade() -> None:
    op.create_table(
        "survey_boxes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["survey_waves.id"], name=op.f("fk_survey_boxes_wave_id_survey_waves")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_boxes")),
    )
    op.create_index("ix_survey_boxes_wave_id", "survey_boxes", ["wave_id"], unique=False)
    op.add_column("survey_invitations", sa.Column("hold", sa.String(length=64), nullable=True))
    _box_for_open_surveys()
    _add_class_changes()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE FUNCTION refuse_rewriting_answers() RETURNS trigger LANGUAGE plpgsql AS $$ {ERASURE} $$")
        _swap_postgres("survey_responses", "DELETE OR UPDATE", "refuse_rewriting_answers")
        _swap_postgres("survey_waves", f"DELETE OR UPDATE OF {FIXED}", "refuse_rewriting")
    else:
        erased = "(SELECT 1 FROM survey_steps WHERE wave_id = OLD.wave_id AND step = 'erased')"
        _swap_sqlite("survey_responses", "delete", f"DELETE ON survey_responses WHEN NOT EXISTS {erased}")
        _swap_sqlite("survey_waves", "update", f"UPDATE OF {FIXED} ON survey_waves")


def _add_class_changes() -> None:
    op.create_table(
        "class_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_key", sa.String(length=80), nullable=False),
        sa.Column("was", sa.String(length=15), nullable=True),
        sa.Column("class", sa.String(length=15), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("because", sa.JSON(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("floor_before", sa.Integer(), nullable=False),
        sa.Column("floor_after", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_changes")),
    )
    op.create_index(
        "ix_class_changes_commitment_key_moved_on", "class_changes", ["commitment_key", "moved_on"], unique=False
    )
    if op.get_bind().dialect.name == "postgresql":
        for name, events, each in (("", "UPDATE OR DELETE", "ROW"), ("_truncate", "TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER guard_class_changes{name} BEFORE {events} ON class_changes "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_rewriting()"
            )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER guard_class_changes_{verb.lower()} BEFORE {verb} ON class_changes "
            "BEGIN SELECT RAISE(ABORT, 'rows of class_changes are only ever appended'); END"
        )


def _box_for_open_surveys() -> None:
    op.execute(
        sa.text(
            "INSERT INTO survey_boxes (wave_id, version, count, content) SELECT id, 0, 0, :nothing FROM survey_waves "
            "WHERE origin = 'questionnaire' AND id NOT IN (SELECT wave_id FROM survey_steps WHERE step = 'closed')"
        ).bindparams(sa.bindparam("nothing", b"", sa.LargeBinary()))
    )


def _swap_postgres(table: str, events: str, function: str) -> None:
    op.execute(f"DROP TRIGGER guard_{table} ON {table}")
    op.execute(f"CREATE TRIGGER guard_{table} BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()")


def _swap_sqlite(table: str, verb: str, events: str) -> None:
    op.execute(f"DROP TRIGGER guard_{table}_{verb}")
    op.execute(
        f"CREATE TRIGGER guard_{table}_{verb} BEFORE {events} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever appended'); END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in ("survey_responses", "survey_waves"):
            _swap_postgres(table, "UPDATE OR DELETE", "refuse_rewriting")
        op.execute("DROP FUNCTION refuse_rewriting_answers()")
    else:
        _swap_sqlite("survey_responses", "delete", "DELETE ON survey_responses")
        _swap_sqlite("survey_waves", "update", "UPDATE ON survey_waves")
    op.drop_column("survey_invitations", "hold")
    op.drop_table("survey_boxes")
    op.drop_table("class_changes")
