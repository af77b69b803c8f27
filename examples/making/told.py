"""What the staff of the example told: observations with what became of them, estimates, thanks. All is invented.

The last month holds one weak signal: the agency of Lyon reports its call-back tool six times, while the figure is kept.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from making.stories import means_of


@dataclass(frozen=True)
class Voice:
    """One text: how many months before the last, on which day, where, on what, and what became of it."""

    back: int
    day: int
    kind: str
    unit: str
    commitment: str | None
    text: str
    answer: str = ""
    aside: str = ""
    is_printed: bool = False
    is_waiting: bool = False


def read_voices(path: Path) -> list[Voice]:
    """The texts, oldest first."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Voice(
                back=int(row["back"]),
                day=int(row["day"]),
                kind=row["kind"],
                unit=row["unit"],
                commitment=row["commitment"] or None,
                text=row["text"],
                answer=row["answer"],
                aside=row["aside"],
                is_printed=row["printed"] == "yes",
                is_waiting=row["waiting"] == "yes",
            )
            for row in csv.DictReader(file)
        ]


ASKED = ("vannes", "lyon", "lille", "nice")
THOUGHT = {
    "phone-3-minutes": 80,
    "complaint-10-days": 84,
    "refund-15-days": 90,
    "real-reading": 92,
    "call-back": 78,
    "one-person": 88,
    "warned-before-rise": 70,
    "best-advice": 91,
}
"""What the staff think of each promise, about: some see better than customers do, some worse."""


def estimates(seed: int = 2012) -> Iterator[tuple[str, str, int, int]]:
    """Unit, promise, which colleague, answer: six of each agency on each promise, in the last month."""
    rng = Random(seed)
    for unit in ASKED:
        for key, about in THOUGHT.items():
            for colleague in range(6):
                yield unit, key, colleague, max(0, min(100, about + rng.randint(-12, 9)))


LEVELS = (0, 25, 50, 75, 100)


def levels(units: Iterable[str], seed: int = 2015) -> Iterator[tuple[str, int, int]]:
    """Unit, which colleague, answer to the question to staff: three to eight of each agency, in the last month. Of
    those with fewer than five nothing is shown."""
    rng = Random(seed)
    for unit in units:
        for colleague in range(rng.choice((3, 5, 6, 6, 7, 8))):
            about = 35 + 45 * means_of(unit) + rng.randint(-25, 25)
            yield unit, colleague, min(LEVELS, key=lambda level: abs(level - about))


def month_back(last: date, back: int) -> tuple[int, int]:
    """Year and month, so many months before."""
    number = last.year * 12 + last.month - 1 - back
    return number // 12, number % 12 + 1
