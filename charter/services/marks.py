"""What each line of the log belongs to: the tick, the piece of long work, the claim, the run."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_marks: ContextVar[Mapping[str, object] | None] = ContextVar("marks", default=None)


@contextmanager
def marked(**facts: object) -> Iterator[None]:
    """Lines that are written within the block bear these facts."""
    token = _marks.set({**(_marks.get() or {}), **facts})
    try:
        yield
    finally:
        _marks.reset(token)


def marks() -> Mapping[str, object]:
    """What the present line belongs to."""
    return _marks.get() or {}


class Marks(logging.Filter):
    """Gives each line its marks, for the formats of cli/logs.py."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.marks = dict(marks())
        return True
