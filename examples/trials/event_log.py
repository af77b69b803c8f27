"""The events of a service desk counted without Promesse: the states of each case in order, the time between them."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

LOG = "service_desk_events_890.csv.gz"
SOLVED, WAITING = ("Resolved", "Closed"), "Awaiting User Info"
Event = tuple[datetime, str]


def cases(data: Path) -> list[list[Event]]:
    """The events of each case, by their instant; of two in the same minute the later line comes later."""
    found: dict[str, list[Event]] = defaultdict(list)
    text = gzip.decompress((data / LOG).read_bytes()).decode("utf-8")
    for row in csv.DictReader(text.splitlines()):
        at = datetime.strptime(row["sys_updated_at"], "%d-%m-%Y %H:%M")  # noqa: DTZ007 local
        found[row["number"]].append((at, row["incident_state"]))
    return [sorted(events, key=lambda event: event[0]) for events in found.values()]


def ends_of(events: list[Event], *, for_good: bool) -> tuple[datetime | None, datetime | None]:
    """When a case was new for the first time; when it was solved for the first time, or for good."""
    new = next((at for at, state in events if state == "New"), None)
    came = [
        at
        for (at, state), before in zip(events, [None, *(state for _, state in events)], strict=False)
        if state in SOLVED and before not in SOLVED
    ]
    if not for_good:
        return new, came[0] if came else None
    return new, came[-1] if came and events[-1][1] in SOLVED else None


def waited(events: list[Event], start: datetime, end: datetime) -> timedelta:
    """How long a case stood still between two instants."""
    spans = zip(events, [*events[1:], (end, "")], strict=True)
    stood = ((max(at, start), min(until, end)) for (at, state), (until, _) in spans if state == WAITING)
    return sum((until - at for at, until in stood if until > at), timedelta())


def within_days(data: Path, month: tuple[int, int], days: int, *, for_good: bool) -> tuple[int, int]:
    """Of the cases that were new in a month, those solved at most so many dates later; all of them are long due."""
    found = [ends_of(events, for_good=for_good) for events in cases(data)]
    dated = [(new, solved) for new, solved in found if new is not None and (new.year, new.month) == month]
    judged = [(new, solved) for new, solved in dated if solved is None or solved >= new]
    met = sum(1 for new, solved in judged if solved and (solved.date() - new.date()).days <= days)
    return met, len(judged)


def within_own_time(data: Path, month: tuple[int, int], most: timedelta, now: datetime) -> tuple[int, int, int]:
    """Those solved in so much time of our own, all that are judged, and those that still stand before their end."""
    met = judged = still = 0
    for events in cases(data):
        new, solved = ends_of(events, for_good=True)
        if new is None or (new.year, new.month) != month or (solved and solved < new):
            continue
        end = solved or now
        own = end - new - waited(events, new, end)
        still += solved is None and own <= most
        judged += solved is not None or own > most
        met += solved is not None and own <= most
    return met, judged, still
