"""The first line of the desk: how many promises are kept, whether the floor holds, what trust is credited.

The floor is its weakest link and is never averaged; trust is credited only when the floor is held, otherwise it
is shown as suspended, not erased. Rules: contract.md "Charter", methods.md E.

The chain of touchpoints: as strong as its weakest link, and a missing link is seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, TypedDict

from charter.domain.charter_file.charter import OURS, Choices
from charter.domain.overview.model import FloorLine, Headline, TrustLine
from charter.domain.readings.status import WORST_FIRST
from charter.domain.vocabulary.terms import CommitmentClass, FloorState, Status

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


USUAL_ORDER = (
    *("phone", "e-mail", "web", "counter", "letter", "advice", "delivery", "bill", "complaint", "refund"),
    *("after-sales", "back-office"),
)
"""How touchpoints follow one another where the charter names no chain of its own."""


class Link(TypedDict):
    """One touchpoint: the worst status of its commitments, and their numbers; none of either is a gap."""

    touchpoint: str
    status: str | None
    numbers: list[int]


class Chain(TypedDict):
    """The links in their order, and the weakest of them: none where every link that is measured is kept."""

    links: list[Link]
    weakest: list[str]
    status: str | None


def chain_of(commitments: Iterable[tuple[int, str | None, Status]], named: Sequence[str] = ()) -> Chain:
    """The chain of (number, touchpoint, status): a touchpoint is its worst commitment, never an average of them.

    `named`: the touchpoints of the charter's own chain, in its order; one without a commitment is a gap. Commitments
    without a touchpoint belong to no link, and those that are not applicable weigh nothing.
    """
    found: dict[str, list[tuple[int, Status]]] = {}
    for number, touchpoint, status in commitments:
        if touchpoint:
            found.setdefault(touchpoint, []).append((number, status))
    rank = {name: at for at, name in enumerate(USUAL_ORDER)}
    rest = sorted((name for name in found if name not in named), key=lambda name: rank.get(name, len(rank)))
    links = [_link(name, found.get(name, [])) for name in dict.fromkeys((*named, *rest))]
    judged = [Status(link["status"]) for link in links if link["status"]]
    worst = min(judged, key=WORST_FIRST.index, default=Status.KEPT)
    if worst in (Status.KEPT, Status.NOT_APPLICABLE):
        return {"links": links, "weakest": [], "status": None}
    weakest = [link["touchpoint"] for link in links if link["status"] == worst]
    return {"links": links, "weakest": weakest, "status": worst.value}


def _link(touchpoint: str, held: Sequence[tuple[int, Status]]) -> Link:
    worst = min((status for _, status in held), key=WORST_FIRST.index, default=None)
    return {
        "touchpoint": touchpoint,
        "status": None if worst is None else worst.value,
        "numbers": [number for number, _ in held],
    }
