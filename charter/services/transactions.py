"""All or nothing: what a verb writes is committed together or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import CursorResult, Update

from charter.models.base import db


def rows_changed(statement: Update) -> int:
    """How many rows an update changed: a claim is ours only if it is exactly one."""
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount


@contextmanager
def transaction() -> Iterator[None]:
    """Commit at the end of the block; roll everything back if it raises."""
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
