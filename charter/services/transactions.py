"""All or nothing: what a verb writes is committed together or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from charter.models.base import db


@contextmanager
def transaction() -> Iterator[None]:
    """Commit at the end of the block; roll everything back if it raises."""
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
