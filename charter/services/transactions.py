"""All or nothing: what a verb writes is committed together or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import CursorResult, Update

from charter.models.base import Base, db


def rows_changed(statement: Update) -> int:
    """How many rows an update changed: a claim is ours only if it is exactly one."""
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount


def insert_new(rows: type[Base], values: Any, unique: Sequence[str]) -> Any:
    """An insert, in the engine's own words, that leaves out rows whose unique columns are there already."""
    if db.engine.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 heavy
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]  # noqa: PLC0415 heavy
    return insert(rows).values(values).on_conflict_do_nothing(index_elements=unique)


@contextmanager
def transaction() -> Iterator[None]:
    """Commit at the end of the block; roll everything back if it raises."""
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
