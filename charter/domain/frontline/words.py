"""An expression as it was counted, and which of several that stand in the same texts is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from charter.domain.frontline.signals import Rise

SAME = 0.8
"""Two expressions that stand in the same texts, four of five at least, are one."""


@dataclass(frozen=True)
class Place:
    """Where an expression stands: the text by its number, and from where to where."""

    text: int
    start: int
    end: int


@dataclass(frozen=True)
class Counted:
    """An expression in the texts of a unit: its lemmas, as it is mostly written, this month, and the two months beside
    those before, in how many of how many texts; where it stands in the two months, newest first.

    `rise` is None where it does not rise.
    """

    key: str
    shown: str
    now: int
    of: int
    count: int
    window_of: int
    earlier: int
    earlier_of: int
    months: int
    rise: Rise | None
    places: Sequence[Place] = ()


def folded(found: Sequence[Counted], places: Mapping[str, Sequence[Place]]) -> list[Counted]:
    """Of expressions that stand in the same texts, the longest that says the same; of those with a word in common, none
    whose texts hold a clearer one. The clearest rise first."""
    texts = {key: {one.text for one in own} for key, own in places.items()}
    kept: list[Counted] = []
    for one in sorted(found, key=lambda one: (-len(one.key.split()), -one.count, one.key)):
        mine = texts[one.key]
        if not any(len(mine & texts[other.key]) >= SAME * len(mine) for other in kept):
            kept.append(one)
    clear: list[Counted] = []
    for one in sorted(kept, key=lambda one: (one.rise.chance if one.rise else 1.0, one.key)):
        mine, lemmas = texts[one.key], set(one.key.split()[1:])
        beside = [other for other in clear if lemmas & set(other.key.split()[1:])]
        if not any(len(mine & texts[other.key]) >= SAME * len(mine) for other in beside):
            clear.append(one)
    return clear
