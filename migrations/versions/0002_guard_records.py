"""Guard what is only ever appended: the database itself refuses an update or a delete."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GUARDED = (
    "charter_versions",
    "runs",
    "measurements",
    "snapshots",
    "report_files",
    "audit_entries",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION 'rows of % are only ever appended', TG_TABLE_NAME; END $$"
        )
    for table in GUARDED:
        _guard(table)


def _guard(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER guard_{table} BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
        )
        op.execute(
            f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER guard_{table}_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever appended'); END"
        )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in GUARDED:
        for suffix in ("", "_truncate") if is_postgresql else ("_update", "_delete"):
            on = f" ON {table}" if is_postgresql else ""
            op.execute(f"DROP TRIGGER guard_{table}{suffix}{on}")
    if is_postgresql:
        op.execute("DROP FUNCTION refuse_rewriting()")
