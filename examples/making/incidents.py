"""Incivility that the staff of the example wrote down, month by month; all is invented.

In the last two months it is told on more days at the counter; what happened nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

AT_THE_COUNTER, ON_THE_PHONE = ("lyon", "lille", "marseille", "nantes", "rennes"), ("voix-appui", "lyon", "lille")
KINDS = ("insult", "insult", "insult", "contempt", "contempt", "threat", "damage")
SUPPORT = ("talk", "talk", "talk", "relief", "letter", "declined")
COUNTER = (15, 13, 7, 6, 7, 6, 7, 8, 6, 7, 6, 7, 6)
"""By months before the last."""


@dataclass(frozen=True)
class Met:
    """One: on which day of which month before the last, where, of which kind; after how many days support came, and
    how; None for none."""

    back: int
    day: int
    unit: str
    touchpoint: str
    kind: str
    after: int | None
    support: str


def incidents(back: int) -> Iterator[Met]:
    """Those of a month, a day each at the counter, by its number before the last."""
    rng = Random(f"incivility {back}")
    places = [
        ("counter", AT_THE_COUNTER, COUNTER[back]),
        ("phone", ON_THE_PHONE, 5 + rng.randrange(3)),
        ("complaint", ON_THE_PHONE, 2),
    ]
    for touchpoint, units, count in places:
        for day in sorted(rng.sample(range(1, 28), count)):
            late = rng.random()
            after = None if late > 0.97 else rng.randint(4, 7) if late > 0.93 else rng.randint(0, 3)
            yield Met(back, day, rng.choice(units), touchpoint, rng.choice(KINDS), after, rng.choice(SUPPORT))
