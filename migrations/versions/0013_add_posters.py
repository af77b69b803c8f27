"""Add the posters of sealed months; they are guarded like every archived file."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "poster_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("unit_key", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("paper", sa.String(length=2), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("rendered_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshots.id"], name=op.f("fk_poster_files_snapshot_id_snapshots")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poster_files")),
        sa.UniqueConstraint(
            "snapshot_id",
            "unit_key",
            "language",
            "paper",
            name=op.f("uq_poster_files_snapshot_id_unit_key_language_paper"),
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        for name, events, each in (("", "UPDATE OR DELETE", "ROW"), ("_truncate", "TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER guard_poster_files{name} BEFORE {events} ON poster_files "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_rewriting()"
            )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER guard_poster_files_{verb.lower()} BEFORE {verb} ON poster_files "
            "BEGIN SELECT RAISE(ABORT, 'rows of poster_files are only ever appended'); END"
        )


def downgrade() -> None:
    # The guards go with their table.
    op.drop_table("poster_files")
