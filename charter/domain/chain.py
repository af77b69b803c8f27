"""The chain of touchpoints: as strong as its weakest link, and a missing link is seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypedDict

from charter.domain.status import WORST_FIRST
from charter.domain.terms import Status

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
