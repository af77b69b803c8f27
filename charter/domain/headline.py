"""The first line of the desk: how many promises are kept, whether the floor holds, what trust is credited.

The floor is its weakest link and is never averaged; trust is credited only when the floor is held, otherwise it
is shown as suspended, not erased. Rules: contract.md "Charter", methods.md E.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from charter.domain.charter_file.choices import OURS, Choices
from charter.domain.monthly import FloorLine, Headline, TrustLine
from charter.domain.terms import CommitmentClass, FloorState, Status

Place = Literal["floor", "trust", "both", "apart"]
Entry = tuple[str, CommitmentClass, Status, bool]
"""Key of the commitment, its class, its status, and whether it was exceeded."""

BROKEN = (Status.MISSED, Status.UNACCEPTABLE)
UNKNOWN = (Status.UNPROVEN, Status.NO_DATA)


Minimum = tuple[str, Status]
"""Key of a commitment of which the law owes a part, and how that legal minimum stands."""


def charter_headline(entries: Iterable[Entry], minima: Iterable[Minimum] = (), choices: Choices = OURS) -> Headline:
    """Kept of all, floor and trust. `of` counts commitments except not-applicable ones and those of class neither.
    Legal minima are links of the floor too: they can break it, and count for nothing else."""
    counted = [e for e in entries if e[2] is not Status.NOT_APPLICABLE and e[1] is not CommitmentClass.NEITHER]
    floor = _floor_line([entry for entry in counted if place_of(entry[1], choices) in ("floor", "both")], [*minima])
    trust = _trust_line([entry for entry in counted if entry[1].may_earn], floor["state"], choices)
    return {"kept": _kept(counted), "of": len(counted), "floor": floor, "trust": trust}


def place_of(class_: CommitmentClass, choices: Choices = OURS) -> Place:
    """Where a class stands: in the floor, in trust, in both, or apart (neither; undetermined by choice)."""
    if class_ is CommitmentClass.UNDETERMINED:
        return "floor" if choices.undetermined == "floor" else "apart"
    places: dict[CommitmentClass, Place] = {
        CommitmentClass.CONFIDENCE: "floor",
        CommitmentClass.BOTH: "both",
        CommitmentClass.TRUST: "trust",
    }
    return places.get(class_, "apart")


def minimum_status(whole: Status, measured: Status | None) -> Status:
    """As its own indicator says; without one, kept where the whole promise is, not proven where that is not kept."""
    return measured or (Status.UNPROVEN if whole in (Status.NEAR, *BROKEN) else whole)


def _kept(entries: list[Entry]) -> int:
    return sum(status is Status.KEPT for _, _, status, _ in entries)


def _floor_line(entries: list[Entry], minima: list[Minimum]) -> FloorLine:
    broken = [key for key, _, status, _ in entries if status in BROKEN]
    by_law = [key for key, status in minima if status in BROKEN and key not in broken]
    line: FloorLine = {
        "state": floor_state([*(status for _, _, status, _ in entries), *(status for _, status in minima)]).value,
        "kept": _kept(entries),
        "of": len(entries),
        "broken_by": broken + by_law,
        "near": [key for key, _, status, _ in entries if status is Status.NEAR],
    }
    return line | {"minima": by_law} if by_law else line


def floor_state(statuses: Iterable[Status]) -> FloorState:
    """Broken by any missed or unacceptable; else unproven by any unproven or no-data; else held; none is absent."""
    applicable = [status for status in statuses if status is not Status.NOT_APPLICABLE]
    if not applicable:
        return FloorState.ABSENT
    if any(status in BROKEN for status in applicable):
        return FloorState.BROKEN
    return FloorState.UNPROVEN if any(status in UNKNOWN for status in applicable) else FloorState.HELD


def _trust_line(entries: list[Entry], floor: str, choices: Choices) -> TrustLine:
    earned = sum(_earns(class_, status, exceeded) for _, class_, status, exceeded in entries)
    credited = earned if floor == FloorState.HELD or choices.trust_without_floor == "credited" else 0
    return {"earned": earned, "of": len(entries), "credited": credited, "suspended": earned - credited}


def _earns(class_: CommitmentClass, status: Status, exceeded: bool) -> bool:
    """Trust earns when kept; both earns only beyond its own measured threshold: at the promised level it is owed."""
    return status is Status.KEPT and (class_ is CommitmentClass.TRUST or exceeded)
