"""What staff think customers would say, beside what is measured: out of 100 customers, how many say "kept"?

Staff misjudge customers (37 points in banking, 14 on average over eight sectors: the barometer of service cultures that
the product starts from), so the gap is shown, never a person's answer: a result needs five answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from charter.domain.overview.model import IndicatorView, Words
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.terms import Direction, Kind, Nature

ENOUGH = 5
"""So few answers show nothing: each could be guessed."""


class EstimateView(TypedDict):
    """An estimate from five answers on, what it is held against, and the gap in points (estimate less measured)."""

    count: int
    enough: int
    share: float | None
    measured: float | None
    nature: str | None
    indicator: str | None
    period: str | None
    gap: float | None


class PromiseEstimate(EstimateView):
    """What staff think of a promise."""

    number: int
    key: str
    title: Words


class UnitEstimate(EstimateView):
    """What the staff of a unit think of the promise shown."""

    unit: str
    unit_name: str


@dataclass(frozen=True)
class Answers:
    """Answers of one unit (with those beneath it) to one question: how many, and their sum."""

    count: int = 0
    total: int = 0

    def __add__(self, other: Answers) -> Answers:
        return Answers(self.count + other.count, self.total + other.total)

    @property
    def share(self) -> float | None:
        """The mean answer as a share 0..1, in whole answers of 100; None below ENOUGH answers."""
        return self.total / (100 * self.count) if self.count >= ENOUGH else None


@dataclass(frozen=True)
class Measured:
    """The measured share of customers for whom the promise was kept, and from which side it is seen."""

    share: float
    nature: str
    indicator: str
    period: str


def read_answer(text: str) -> int:
    """A whole number from 0 to 100, as written in a form. Raises Invalid."""
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 3 and int(plain) <= 100):
        raise Invalid("Give a whole number from 0 to 100: so many customers out of 100.", "answer")
    return int(plain)


def measured_share(views: Sequence[IndicatorView]) -> Measured | None:
    """What an estimate is held against: the first perceived indicator that is a share of customers and has a value,
    else the first delivered one; where lower is better, the share of the others. None where nothing is comparable: that
    it was easy is not that it was kept.
    """
    for nature in (Nature.PERCEIVED, Nature.DELIVERED):
        for view in views:
            if view["nature"] == nature and view["value"] is not None and _is_of_promise(view):
                value = view["value"]
                kept = 1 - value if view["direction"] == Direction.LOWER else value
                return Measured(kept, nature.value, view["key"], view["period"])
    return None


def _is_of_promise(view: IndicatorView) -> bool:
    return Kind(view["kind"]).is_share and view["kind"] != Kind.EFFORT


def question_of(keys: Sequence[str], year: int, month: int) -> str | None:
    """The one commitment that is asked about in a month: they take turns, in the order of the charter."""
    return keys[(year * 12 + month) % len(keys)] if keys else None
