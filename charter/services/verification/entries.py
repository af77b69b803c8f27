"""What the entries of the audit log say and vouch for, as the proof holds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from charter.services.records import audit_log

Facts = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """What one entry says: of what, when, by whom."""

    number: int
    subject: str
    after: Facts
    at: datetime
    actor: str


@dataclass
class Log:
    """What the entries say, in their order.

    `digests`: by table and number of the row, None where it was taken away. `together`: of tables that are never
    changed, the digests under which a release that kept none handed its rows over, each with the last row that it
    covers. `keeps_rows`: from some entry on every row has its digest here; `heads`: the hashes that were looked for,
    with the number of their entry.
    """

    count: int = 0
    last: str = audit_log.GENESIS
    keeps_rows: bool = False
    said: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    digests: dict[str, dict[str, str | None]] = field(default_factory=lambda: defaultdict(dict))
    together: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    hashes: dict[str, int] = field(default_factory=dict)

    def entries(self, *actions: str) -> Iterator[Entry]:
        """The entries of these actions, in order."""
        found = [entry for action in actions for entry in self.said.get(action, ())]
        yield from sorted(found, key=lambda entry: entry.number)

    def vouched(self, *actions: str) -> dict[str, Facts]:
        """What was written by these actions, by subject (the newest entry of each)."""
        return {entry.subject: entry.after for entry in self.entries(*actions)}
