"""The first line of the desk: how many promises are kept, whether the floor holds, what trust is credited.

The floor is its weakest link and is never averaged; trust is credited only when the floor is held, otherwise it
is shown as suspended, not erased. Rules: contract.md "Charter", methods.md E.
"""

from __future__ import annotations

from collections.abc import Iterable

from charter.domain.monthly import FloorLine, Headline, TrustLine
from charter.domain.terms import CommitmentClass, FloorState, Status

Entry = tuple[str, CommitmentClass, Status, bool]
"""Key of the commitment, its class, its status, and whether it was exceeded."""

BROKEN = (Status.MISSED, Status.UNACCEPTABLE)
UNKNOWN = (Status.UNPROVEN, Status.NO_DATA)


def charter_headline(entries: Iterable[Entry]) -> Headline:
    """Kept of all, floor and trust. `of` counts commitments except not-applicable ones and those of class neither."""
    counted = [e for e in entries if e[2] is not Status.NOT_APPLICABLE and e[1] is not CommitmentClass.NEITHER]
    floor = _floor_line([entry for entry in counted if entry[1].is_floor])
    trust = _trust_line([entry for entry in counted if entry[1].may_earn], floor["state"])
    return {"kept": _kept(counted), "of": len(counted), "floor": floor, "trust": trust}


def _kept(entries: list[Entry]) -> int:
    return sum(status is Status.KEPT for _, _, status, _ in entries)


def _floor_line(entries: list[Entry]) -> FloorLine:
    return {
        "state": floor_state([status for _, _, status, _ in entries]).value,
        "kept": _kept(entries),
        "of": len(entries),
        "broken_by": [key for key, _, status, _ in entries if status in BROKEN],
        "near": [key for key, _, status, _ in entries if status is Status.NEAR],
    }


def floor_state(statuses: Iterable[Status]) -> FloorState:
    """Broken by any missed or unacceptable; else unproven by any unproven or no-data; else held; none is absent."""
    applicable = [status for status in statuses if status is not Status.NOT_APPLICABLE]
    if not applicable:
        return FloorState.ABSENT
    if any(status in BROKEN for status in applicable):
        return FloorState.BROKEN
    return FloorState.UNPROVEN if any(status in UNKNOWN for status in applicable) else FloorState.HELD


def _trust_line(entries: list[Entry], floor: str) -> TrustLine:
    earned = sum(_earns(class_, status, exceeded) for _, class_, status, exceeded in entries)
    credited = earned if floor == FloorState.HELD else 0
    return {"earned": earned, "of": len(entries), "credited": credited, "suspended": earned - credited}


def _earns(class_: CommitmentClass, status: Status, exceeded: bool) -> bool:
    """Trust earns when kept; both earns only beyond its own measured threshold: at the promised level it is owed."""
    return status is Status.KEPT and (class_ is CommitmentClass.TRUST or exceeded)
