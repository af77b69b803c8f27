"""The database handle, exact and zoned column types, and the guard of what may only be appended."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, MetaData, String, TypeDecorator, event
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, mapped_column

from charter.domain.vocabulary.counts import Number, exact
from charter.domain.vocabulary.errors import Conflict


class Base(DeclarativeBase):
    """Names of constraints are fixed, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Exact(TypeDecorator[Number]):
    """A number without rounding on any engine: kept as text, read as int or Decimal."""

    impl = String(60)
    cache_ok = True

    def process_bind_param(self, value: Number | None, dialect: Dialect) -> str | None:
        return None if value is None else format(Decimal(value), "f")

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Number | None]:
        """Columns repeat themselves: what was read before is not read again."""
        return _number


@lru_cache(maxsize=16_384)
def _number(value: str | None) -> Number | None:
    if value is None:
        return None
    return int(value) if value.isdigit() else exact(Decimal(value))


Said = JSON(none_as_null=True)
"""The sentence whose English stands in the text before it, as template and values: pages say it in the language of
their reader. None where there is only text: what a person wrote, old rows."""


class Vouched:
    """Marks rows whose digest stands in the entry of the audit log that is written with them.

    `TOLD`: the columns that the digest covers, where it is not all; `APART`: those that another hash vouches for.
    `LATER`: columns that came after rows were vouched for, with the value that says nothing: no digest holds that.
    `IS_VOUCHED` is off where one entry vouches for many rows at once: `docs/proofs.md` says which, and how.
    """

    TOLD: ClassVar[tuple[str, ...]] = ()
    APART: ClassVar[tuple[str, ...]] = ()
    LATER: ClassVar[Mapping[str, Any]] = {}
    IS_VOUCHED: ClassVar[bool] = True


class AppendOnly(Vouched):
    """Marks rows that are never changed nor deleted; triggers in the database say the same."""


_RAISE = "RAISE EXCEPTION 'rows of % are only ever appended', TG_TABLE_NAME; END"
_ERASED = "(SELECT 1 FROM survey_steps WHERE wave_id = OLD.wave_id AND step = 'erased')"
FUNCTIONS = {
    "refuse_rewriting": f"BEGIN {_RAISE}",
    "refuse_rewriting_answers": f"BEGIN IF TG_OP = 'DELETE' AND EXISTS {_ERASED} THEN RETURN OLD; END IF; {_RAISE}",
}
"""The bodies of the functions that the guards of PostgreSQL call."""

ERASABLE = {"survey_responses": _ERASED}
"""Tables whose rows may be deleted once a step says so: answers of customers, after their time."""

FIXED = {
    "survey_waves": "id, name, kind, origin, segment, wording, words, commitments, languages, choices, asked_on, "
    "closes_on, invited, opened_at, opened_by"
}
"""Tables of which these columns alone never change: what was counted of a file may lose the words that it quoted."""


def guards_of(table: str, engine: str) -> dict[str, str]:
    """The triggers of a table that is only ever appended, by name, in the words that the engine keeps of them."""
    of = f" OF {FIXED[table]}" if table in FIXED else ""
    if engine == "postgresql":
        answers = "_answers" if table in ERASABLE else ""
        call = "EXECUTE FUNCTION refuse_rewriting"
        return {
            f"guard_{table}": f"CREATE TRIGGER guard_{table} BEFORE DELETE OR UPDATE{of} ON {table} "
            f"FOR EACH ROW {call}{answers}()",
            f"guard_{table}_truncate": f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT {call}()",
        }
    unless = f"WHEN NOT EXISTS {ERASABLE[table]} " if table in ERASABLE else ""
    parts = {"UPDATE": f"UPDATE{of} ON {table}", "DELETE": f"DELETE ON {table} {unless}".strip()}
    return {
        f"guard_{table}_{verb.lower()}": f"CREATE TRIGGER guard_{table}_{verb.lower()} BEFORE {events} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever appended'); END"
        for verb, events in parts.items()
    }


class Leased:
    """Marks rows that one process at a time takes, for a while (services/records/leases.py).

    `HELD_AS`: the states in which a process may hold a row; where it stands in another, somebody has settled it.
    `EMPTIED`: the columns that tell of the hold, and are empty without one.
    """

    HELD_AS: ClassVar[tuple[StrEnum, ...]]
    EMPTIED: ClassVar[tuple[str, ...]] = ("lease_token", "lease_until")

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(Instant)
    lease_token: Mapped[str | None] = mapped_column(String(36))
    lease_until: Mapped[datetime | None] = mapped_column(Instant)


def _refuse(mapper: Mapper[Any], connection: object, target: object) -> None:
    raise Conflict("Rows of %(rows)s are only ever appended: write a correction instead.", rows=mapper.class_.__name__)


event.listen(AppendOnly, "before_update", _refuse, propagate=True)
event.listen(AppendOnly, "before_delete", _refuse, propagate=True)


SQLITE_PRAGMAS = (
    "foreign_keys=ON",
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "busy_timeout=30000",
    "recursive_triggers=ON",
)


def _keep_private(path: str) -> None:
    """The file of the database is for its owner alone; SQLite gives the files beside it the same rights."""
    with suppress(OSError):
        if path and os.stat(path).st_mode & 0o077:
            os.chmod(path, 0o600)


@event.listens_for(Engine, "connect")
def _tune_sqlite(connection: Any, record: object) -> None:
    """SQLite: enforce foreign keys, let readers and one writer work together, wait for a lock, guard REPLACE too."""
    if type(connection).__module__.startswith("sqlite3"):
        cursor = connection.cursor()
        _keep_private(cursor.execute("PRAGMA database_list").fetchone()[2])
        for pragma in SQLITE_PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
