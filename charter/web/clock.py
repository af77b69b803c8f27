"""The instant of the request: the doors look at the clock, and everyone else is given `now`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import current_app


def now() -> datetime:
    """The present in UTC; `CLOCK` in the configuration replaces the clock of the machine."""
    clock: Callable[[], datetime] | None = current_app.config.get("CLOCK")
    return clock() if clock else datetime.now(UTC)
