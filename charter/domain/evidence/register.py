"""The register of the sector: what comparable companies publicly promise, entry by entry, with source and date.

Nothing is overwritten: of one company the newest entry that was known on a day counts on that day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from charter.domain.charter_file.values import Delay
from charter.domain.evidence.expiry import is_expired


@dataclass(frozen=True)
class SectorMark:
    """What one company promised on a day (`seen_on`), known to us since `known_on`; None: no longer compared."""

    company: str
    promised: bool | None
    source: str
    seen_on: date
    known_on: date
    by: str | None = None

    @property
    def name(self) -> str:
        """The company as it is told apart: without regard to capitals and spaces."""
        return " ".join(self.company.casefold().split())


def standing_on(entries: Iterable[SectorMark], on: date | None) -> list[SectorMark]:
    """The newest entry of each company that was known on that day, by name; those taken out are left out.

    Of two entries of the same day the one recorded later counts (the later in `entries`).
    """
    known = [entry for entry in entries if on is None or (entry.known_on <= on and entry.seen_on <= on)]
    newest = {entry.name: entry for entry in sorted(known, key=lambda entry: entry.seen_on)}
    return sorted((entry for entry in newest.values() if entry.promised is not None), key=lambda entry: entry.name)


def count_register(entries: Iterable[SectorMark], on: date | None, valid: Delay) -> dict[str, Any] | None:
    """k of n as `analyse class` takes it, with the day of the oldest entry that counts; None without any entry.

    Entries that have expired on that day are left out and counted as `gone`; when all have, they are given as they
    stand, so that they read as expired.
    """
    standing = standing_on(entries, on)
    current = [entry for entry in standing if not is_expired(entry.seen_on, on, valid)]
    counted = current or standing
    if not counted:
        return None
    return {
        "k": sum(entry.promised is True for entry in counted),
        "n": len(counted),
        "date": (min if current else max)(entry.seen_on for entry in counted),
        "gone": len(standing) - len(counted),
    }
