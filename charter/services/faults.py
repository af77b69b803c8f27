"""Faults of the database that a person can mend, as sentences."""

from __future__ import annotations

from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError, OperationalError

from charter.domain.errors import Conflict
from charter.models.base import db


def as_refusal(error: Exception) -> Conflict | None:
    """The sentence for a fault of the database that has a remedy; None for any other error."""
    if not isinstance(error, DBAPIError):
        return None
    what = str(error.orig)
    if _lacks_something(error):
        return Conflict("The database is older than this version of Promesse. Say: flask db upgrade")
    if _is_full(error, what):
        return Conflict("The disk of the database is full: make room, then try again. Nothing was half written.")
    if "database is locked" in what:
        return Conflict("The database is held by another program: try again in a minute.")
    if isinstance(error, OperationalError):
        return Conflict("The database does not answer: %(what)s. Look at DATABASE_URL.", what=what.splitlines()[0])
    return None


def _lacks_something(error: DBAPIError) -> bool:
    """A table or a column that this version knows is not there."""
    named = type(error.orig).__name__ in ("UndefinedTable", "UndefinedColumn")
    return named or any(words in str(error.orig) for words in ("no such table", "no such column"))


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
