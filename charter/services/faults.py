"""Faults of the database that a person can mend, as sentences."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, OperationalError

from charter.domain.errors import Conflict


def as_refusal(error: Exception) -> Conflict | None:
    """The sentence for a fault of the database that has a remedy; None for any other error."""
    if not isinstance(error, DBAPIError):
        return None
    what = str(error.orig)
    if "no such table" in what or type(error.orig).__name__ == "UndefinedTable":
        return Conflict("The database has no tables yet. Say: flask db upgrade")
    if "database is locked" in what:
        return Conflict("The database is held by another program: try again in a minute.")
    if isinstance(error, OperationalError):
        return Conflict(f"The database does not answer: {what.splitlines()[0]}. Look at DATABASE_URL.")
    return None
