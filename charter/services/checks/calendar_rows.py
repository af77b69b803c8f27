"""What the calendar of checks prints: checks that are due, their runs, the next ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from charter.domain.overview.model import Words


class RunLine(TypedDict):
    """What the log says of one run."""

    number: int
    claim: str | None
    period: str
    outcome: str
    as_of: str
    seconds: float | None
    rows_read: int | None
    undated: int | None
    contradictory: int | None
    overlapping: int | None
    unknown_units: Mapping[str, int]
    fingerprint: str | None
    told: list[Any]
    error: str | None
    said: Mapping[str, object] | None
    by: str


class CheckRow(TypedDict):
    """A check that has become due: where it stands, what happens next, how its last run went; `day`: when it was due,
    where the organisation is."""

    indicator: str
    title: Words
    commitment: str | None
    owner: str | None
    period: str
    state: str
    due_at: str
    day: str
    late_at: str
    tries: int
    lapsed_at: str
    next_try_at: str | None
    needs_person: bool
    pending: int
    again_at: str | None
    held_by: str | None
    held_since: str | None
    note: str | None
    said: Mapping[str, object] | None
    run: RunLine | None


class NextCheck(TypedDict):
    """The next check of an indicator."""

    indicator: str
    commitment: str
    owner: str
    title: Words
    period: str
    due_at: str


class CalendarPage(TypedDict):
    """The checks of a month, those wanted of them, what is due next, and what there is to choose from."""

    period: str
    all_rows: list[CheckRow]
    rows: list[CheckRow]
    next: list[NextCheck]
    owners: list[str]
    indicators: dict[str, Words]


class CheckLog(TypedDict):
    """One check with its runs; `waived`: by whom and when."""

    check: CheckRow
    runs: list[RunLine]
    waived: dict[str, str] | None
