"""All or nothing: what a verb writes is committed together or not at all.

Faults of the database that a person can mend, as sentences.

What a transaction asks first: the charter's versions, and how far those records go whose rows pages keep in mind.

Rows of these tables are only ever appended: as long as the newest are the same, so is all that was made of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import CursorResult, Select, Update, bindparam, case, event, func, inspect, null, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from charter.domain.vocabulary.errors import Conflict
from charter.models.actions import Rebase
from charter.models.base import Base, db
from charter.models.charters import CharterVersion
from charter.models.classes import ClassChange, ClassDecision, ExpertOpinion, ExpertRound, SectorEntry
from charter.models.surveys import SurveyResult, SurveyStep


def rows_changed(statement: Update) -> int:
    """How many rows an update changed: a claim is ours only if it is exactly one."""
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount


def insert_new(rows: type[Base], values: Any) -> Any:
    """An insert, in the engine's own words, that leaves out rows that any unique constraint of theirs has already.

    No constraint is named: of two processes that write the same row at one instant, PostgreSQL refuses the second by
    whichever it meets first: where one is named, meeting another is an error.
    """
    if db.engine.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 heavy
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]  # noqa: PLC0415 heavy
    return insert(rows).values(values).on_conflict_do_nothing()


@contextmanager
def transaction() -> Iterator[None]:
    """Commit at the end of the block; roll everything back if it raises."""
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def as_refusal(error: Exception) -> Conflict | None:
    """The sentence for a fault of the database that has a remedy; None for any other error."""
    if isinstance(error, OverflowError) or type(getattr(error, "orig", None)).__name__ == "NumericValueOutOfRange":
        return Conflict("A number that was given is larger than any that is stored here.")
    if not isinstance(error, DBAPIError):
        return None
    what = str(error.orig)
    if _lacks_something(error):
        return older()
    if _is_damaged(what):
        return damaged(what.splitlines()[0])
    if _is_full(error, what):
        return Conflict("The disk of the database is full: make room, then try again. Nothing was half written.")
    if "database is locked" in what:
        return Conflict("The database is held by another program: try again in a minute.")
    if isinstance(error, OperationalError):
        return Conflict("The database does not answer: %(what)s. Check DATABASE_URL.", what=what.splitlines()[0])
    return None


def _lacks_something(error: DBAPIError) -> bool:
    """A table or a column that this version knows is not there."""
    named = type(error.orig).__name__ in ("UndefinedTable", "UndefinedColumn")
    return named or any(words in str(error.orig) for words in ("no such table", "no such column"))


def older() -> Conflict:
    """The way forward of a database that an older release wrote, and the way back before it."""
    return Conflict(
        "The database is older than this version of Promesse. Keep a copy first: `flask charter backup` of the release "
        "that wrote it, `pg_dump`, or `.backup` of sqlite3. Then say: flask db upgrade"
    )


def damaged(what: str) -> Conflict:
    """The sentence for a file that SQLite cannot read."""
    return Conflict(
        "The database is damaged (%(what)s): stop Promesse, keep the file as it is, and restore a backup.",
        what=" ".join(what.split()),
    )


def _is_damaged(what: str) -> bool:
    """SQLite cannot read its own file."""
    return any(words in what for words in ("file is not a database", "malformed", "file is encrypted"))


def _is_full(error: DBAPIError, what: str) -> bool:
    """SQLite says so in words, PostgreSQL by its name; a quota reads as an error of input and output."""
    return type(error.orig).__name__ == "DiskFull" or "disk is full" in what or "disk I/O error" in what


def is_empty_database() -> bool:
    """Whether nothing was ever made in the database: then its tables may be made without asking."""
    db.session.rollback()
    return not inspect(db.engine).get_table_names()


def wants_tables(error: Exception) -> bool:
    """Whether an error only says that the database is empty."""
    return isinstance(error, DBAPIError) and _lacks_something(error) and is_empty_database()


KEPT = "newest"
"""Where a session keeps the answer, for one transaction and until it writes."""

Mark = tuple[int | datetime | None, ...]
"""The newest rows of one or more tables; None where a table has none."""

TABLES = {
    "surveys": (SurveyResult.id, SurveyResult.at, SurveyStep.id),
    "decisions": (ClassDecision.id, ClassDecision.recorded_at),
    "register": (SectorEntry.id, SectorEntry.recorded_at),
    "rounds": (ExpertRound.id, ExpertRound.opened_at, ExpertOpinion.id),
    "rebases": (Rebase.id, Rebase.at),
    "class changes": (ClassChange.id, ClassChange.at),
}


_given: deque[str] = deque(maxlen=64)
"""The content hashes of documents that this process was given: they are not sent again."""


@dataclass(frozen=True)
class VersionMark:
    """A version of the charter without its document, which never changes."""

    id: int
    number: int
    valid_from: date
    content_hash: str
    folder: str


@dataclass(frozen=True)
class Latest:
    """The versions in force by the day from which they hold, oldest first, and a mark of each record.

    `documents`: by version, those that this process had not been given before.
    """

    versions: tuple[VersionMark, ...]
    documents: dict[int, str]
    marks: Mapping[str, Mark]
    database: str


def latest() -> Latest:
    """One statement in a transaction, whatever asks how often."""
    if KEPT not in db.session.info:
        db.session.info[KEPT] = _ask()
    found: Latest = db.session.info[KEPT]
    return found


@cache
def _question() -> Select[Any]:
    """Made once: what is asked of every page is not put together for each."""
    columns = [getattr(CharterVersion, each.name) for each in fields(VersionMark)]
    is_given = CharterVersion.content_hash.in_(bindparam("given", expanding=True))
    ends = [select(func.max(column)).scalar_subquery() for table in TABLES.values() for column in table]
    document = case((is_given, null()), else_=CharterVersion.document)
    return select(*columns, document, *ends).order_by(CharterVersion.valid_from, CharterVersion.number)


def _ask() -> Latest:
    width = len(fields(VersionMark))
    versions, documents = dict[date, VersionMark](), dict[int, str]()
    found: Iterator[Any] = iter(())
    for row in db.session.execute(_question(), {"given": list(_given)}).all():
        mark = VersionMark(*row[:width])
        versions[mark.valid_from] = mark
        text, *rest = row[width:]
        if text is not None:
            documents[mark.id] = text
            _given.append(mark.content_hash)
        found = iter(rest)
    marks = {name: tuple(next(found, None) for _ in table) for name, table in TABLES.items()}
    return Latest(tuple(versions.values()), documents, marks, str(db.engine.url))


@event.listens_for(Session, "after_flush")
@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def forget(session: Session, *_: object) -> None:
    """What a transaction has seen holds for it alone, and until it writes."""
    session.info.pop(KEPT, None)
