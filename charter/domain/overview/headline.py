"""The first line of the desk: how many promises are kept, whether the floor holds, what trust is credited.

The floor is its weakest link and is never averaged; trust is credited only when the floor is held, otherwise it
is shown as suspended, not erased. Rules: contract.md "Charter", methods.md E.

The chain of touchpoints: as strong as its weakest link, and a missing link is seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, TypedDict

from charter.domain.charter_file.charter import OURS, Choices
from charter.domain.overview.model import FloorLine, Headline, TrustLine
from charter.domain.readings.status import WORST_FIRST
from charter.domain.vocabulary.terms import CommitmentClass, FloorState, Status

Place = Literal["floor", "trust", "both", "apart"]


class Entry(NamedTuple):
    """What the headline counts of a commitment."""

    key: str
    class_: CommitmentClass
    status: Status
    is_exceeded: bool
    is_by_means: bool = False


BROKEN = (Status.MISSED, Status.UNACCEPTABLE)
UNKNOWN = (Status.UNPROVEN, Status.NO_DATA)


Minimum = tuple[str, Status]
"""Key of a commitment of which the law owes a part, and how that legal minimum stands."""


def charter_headline(entries: Iterable[Entry], minima: Iterable[Minimum] = (), choices: Choices = OURS) -> Headline:
    """Kept of all, floor and trust. `of` counts commitments except not-applicable ones and those of class neither.
    Legal minima are links of the floor too: they can break it, and count for nothing else."""
    counted = [
        one for one in entries if one.status is not Status.NOT_APPLICABLE and one.class_ is not CommitmentClass.NEITHER
    ]
    floor = _floor_line([one for one in counted if place_of(one.class_, choices) in ("floor", "both")], [*minima])
    trust = _trust_line([one for one in counted if one.class_.may_earn], floor["state"], choices)
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
    return sum(one.status is Status.KEPT for one in entries)


def _floor_line(entries: list[Entry], minima: list[Minimum]) -> FloorLine:
    broken = [one.key for one in entries if one.status in BROKEN]
    by_law = [key for key, status in minima if status in BROKEN and key not in broken]
    line: FloorLine = {
        "state": floor_state([*(one.status for one in entries), *(status for _, status in minima)]).value,
        "kept": _kept(entries),
        "of": len(entries),
        "broken_by": broken + by_law,
        "near": [one.key for one in entries if one.status is Status.NEAR],
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
    earned = sum(map(_earns, entries))
    credited = earned if floor == FloorState.HELD or choices.trust_without_floor == "credited" else 0
    line: TrustLine = {"earned": earned, "of": len(entries), "credited": credited, "suspended": earned - credited}
    by_means = [one.key for one in entries if one.is_by_means]
    return line | {"by_means": by_means} if by_means else line


def _earns(entry: Entry) -> bool:
    """Trust earns when kept; both earns only beyond its own measured threshold: at the promised level it is owed. What
    is measured by means alone earns nothing: trust is not bought by volume."""
    if entry.is_by_means:
        return False
    return entry.status is Status.KEPT and (entry.class_ is CommitmentClass.TRUST or entry.is_exceeded)


USUAL_ORDER = (
    *("phone", "e-mail", "web", "counter", "letter", "advice", "delivery", "bill", "complaint", "refund"),
    *("after-sales", "back-office"),
)
"""How touchpoints follow one another where the charter names no chain of its own."""


class Held(NamedTuple):
    """What the chain takes of a commitment."""

    number: int
    touchpoint: str | None
    status: Status


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


def chain_of(commitments: Iterable[Held], named: Sequence[str] = ()) -> Chain:
    """The chain of commitments: a touchpoint is its worst commitment, never an average of them.

    `named`: the touchpoints of the charter's own chain, in its order; one without a commitment is a gap. Commitments
    without a touchpoint belong to no link, and those that are not applicable weigh nothing.
    """
    found: dict[str, list[Held]] = {}
    for one in commitments:
        if one.touchpoint:
            found.setdefault(one.touchpoint, []).append(one)
    rank = {name: at for at, name in enumerate(USUAL_ORDER)}
    rest = sorted((name for name in found if name not in named), key=lambda name: rank.get(name, len(rank)))
    links = [_link(name, found.get(name, [])) for name in dict.fromkeys((*named, *rest))]
    judged = [Status(link["status"]) for link in links if link["status"]]
    worst = min(judged, key=WORST_FIRST.index, default=Status.KEPT)
    if worst in (Status.KEPT, Status.NOT_APPLICABLE):
        return {"links": links, "weakest": [], "status": None}
    weakest = [link["touchpoint"] for link in links if link["status"] == worst]
    return {"links": links, "weakest": weakest, "status": worst.value}


def _link(touchpoint: str, held: Sequence[Held]) -> Link:
    worst = min((one.status for one in held), key=WORST_FIRST.index, default=None)
    return {
        "touchpoint": touchpoint,
        "status": None if worst is None else worst.value,
        "numbers": [one.number for one in held],
    }
