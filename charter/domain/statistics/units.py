"""What may be said of units beside one another: who stands out, small ones over longer times, and what mix does.

Names are given only to units that leave the funnel: the lowest of many is low by chance (methods.md C9). Source of the
funnel: Spiegelhalter 2005, Statistics in Medicine 24; of rate and mix: Kitagawa 1955, JASA 50.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from statistics import median
from typing import Any, TypedDict

from charter.domain.statistics.intervals import chance_of_at_least, gamma_share
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import PeriodKind, Reason

TAIL = 0.001
"""On each side: 99.8 % of the units of one process lie within."""

BEYOND = 3.09
NORMAL_MEDIAN = 0.6745
"""Half of a normal law lies within so many deviations of its middle."""


@dataclass(frozen=True)
class Part:
    """A unit's events (cases kept, or counted) and the cases or the volume that they are of."""

    unit: str
    events: float
    of: float

    @property
    def value(self) -> float:
        return self.events / self.of


@dataclass(frozen=True)
class Funnel:
    """The whole's value, how much more than chance the units scatter (1 at least), and which lie outside, by side."""

    centre: float
    sigma: float
    is_rate: bool
    outside: Mapping[str, str]

    def limits(self, of: float) -> Edges:
        """Between what values a unit with so many cases lies."""
        half = BEYOND * self.sigma * _deviation(self.centre, of, is_rate=self.is_rate)
        low, high = max(0.0, self.centre - half), self.centre + half
        return Edges(low, high if self.is_rate else min(1.0, high))


@dataclass(frozen=True)
class Edges:
    """Low and high."""

    low: float
    high: float


def _deviation(centre: float, of: float, *, is_rate: bool) -> float:
    return sqrt(centre / of) if is_rate else sqrt(centre * (1 - centre) / of)


def funnel_of(parts: Sequence[Part], *, is_rate: bool = False) -> Funnel | None:
    """The funnel of units around what they come to together; None with fewer than three, at a bound,
    or where a share has parts of cases: those are amounts.

    Units have no order, so that their scatter is taken from the median distance, not from neighbours: one that stands
    out does not widen the funnel that it is judged by. A unit is outside where it is beyond its limits and its exact
    chance (binomial, Poisson for a rate) is below 0.1 % on its side.
    """
    known = [part for part in parts if part.of > 0]
    if not is_rate and any(part.of % 1 for part in known):
        return None
    whole = Part("", fsum(part.events for part in known), fsum(part.of for part in known)) if known else None
    if whole is None or len(known) < 3 or whole.value <= 0 or (not is_rate and whole.value >= 1):
        return None
    apart = [(part.value - whole.value) / _deviation(whole.value, part.of, is_rate=is_rate) for part in known]
    middle = median(apart)
    sigma = max(1.0, median(abs(one - middle) for one in apart) / NORMAL_MEDIAN)
    outside = {
        part.unit: "high" if z > 0 else "low"
        for part, z in zip(known, apart, strict=True)
        if abs(z) > BEYOND * sigma and _chance(part, whole.value, is_rate=is_rate) < TAIL
    }
    return Funnel(whole.value, sigma, is_rate, outside)


def _chance(part: Part, centre: float, *, is_rate: bool) -> float:
    """The chance of a unit as far out on its side."""
    is_high = part.value > centre
    if is_rate:
        mean = centre * part.of
        return gamma_share(mean, part.events) if is_high else 1 - gamma_share(mean, part.events + 1)
    if is_high:
        return chance_of_at_least(part.events, part.of, centre)
    return 1 - chance_of_at_least(part.events + 1, part.of, centre)


class FunnelPoint(TypedDict):
    """A unit of the funnel, with the limits at its number of cases; `side`: high or low where it is outside."""

    unit: str
    name: str
    cases: float
    value: float
    low: float
    high: float
    side: str | None


class FunnelCurve(TypedDict):
    """The limits at a number of cases."""

    cases: float
    low: float
    high: float


class FunnelView(TypedDict):
    """The funnel of the units beneath: the whole's value, the units, and the limits as curves."""

    centre: float
    sigma: float
    points: list[FunnelPoint]
    curve: list[FunnelCurve]


CURVE_POINTS = 40


def funnel_view(funnel: Funnel, parts: Sequence[Part], names: Mapping[str, str], per: int = 1) -> FunnelView:
    """A funnel as plain values, by the names of its units; a rate is per so many of its volume."""

    def edges(cases: float) -> FunnelCurve:
        found = funnel.limits(cases)
        return {"cases": cases, "low": found.low * per, "high": found.high * per}

    least, most = min(part.of for part in parts), max(part.of for part in parts)
    return {
        "centre": funnel.centre * per,
        "sigma": funnel.sigma,
        "points": [
            {"unit": part.unit, "name": names[part.unit], "value": part.value * per, **edges(part.of),
             "side": funnel.outside.get(part.unit)}
            for part in parts
        ],
        "curve": [edges(least * (most / least) ** (at / CURVE_POINTS)) for at in range(CURVE_POINTS + 1)],
    }  # fmt: skip


@dataclass(frozen=True)
class Mix:
    """How much of the change of a total its units' own changes make, and how much that their weights moved."""

    rate: float
    mix: float

    @property
    def change(self) -> float:
        return self.rate + self.mix

    @property
    def is_worth_saying(self) -> bool:
        """The two pull apart, or mix makes over a third of the change."""
        if abs(self.mix) < LEAST_MIX:
            return False
        return self.rate * self.mix < 0 or abs(self.mix) > abs(self.change) / 3


LEAST_MIX = 0.0005
"""Less than a twentieth of a point of per cent is nothing to speak of."""


def mix_of(before: Sequence[Part], now: Sequence[Part]) -> Mix | None:
    """Change of a total share = sum of mean weight x change of share + sum of mean share x change of weight.

    A unit without cases on one side has there the share of the other: it only moves weight. None where nothing was
    counted on one of the sides.
    """
    old, new = ({part.unit: part for part in parts if part.of > 0} for parts in (before, now))
    whole_old, whole_new = (fsum(part.of for part in side.values()) for side in (old, new))
    if not whole_old or not whole_new:
        return None
    rate, mix = [], []
    for unit in old.keys() | new.keys():
        one, other = old.get(unit), new.get(unit)
        first = one.value if one else other.value if other else 0.0
        last = other.value if other else first
        weights = (one.of / whole_old if one else 0.0, other.of / whole_new if other else 0.0)
        rate.append((weights[0] + weights[1]) / 2 * (last - first))
        mix.append((first + last) / 2 * (weights[1] - weights[0]))
    return Mix(fsum(rate), fsum(mix))


def added(parts: Sequence[Part], unit: str) -> Part:
    """Several periods of one unit together."""
    return Part(unit, fsum(part.events for part in parts), fsum(part.of for part in parts))


LONGER = (3, 12)


class Longer(TypedDict):
    """Counts of so many periods together: `months` are those that have any, never those that were asked for."""

    months: int
    value: float
    cases: float


def together(parts: Sequence[Part | None], per: int | None = None) -> list[Longer]:
    """What a unit with few cases a month has over 3 and 12 of them, newest first, each with its own number of cases.

    Where nothing was counted in a month it adds nothing and is not counted as one; a longer time that adds no month
    is not said twice. `per`: of a rate, whose cases are its events.
    """
    found: list[Longer] = []
    for months in LONGER:
        known = [part for part in parts[:months] if part is not None and part.of > 0]
        whole = added(known, "")
        if len(known) < 2 or (found and found[-1]["months"] == len(known)):
            continue
        value = whole.value * (per or 1)
        found.append({"months": len(known), "value": value, "cases": whole.of if per is None else whole.events})
    return found


COUNTED = ("share", "share-within", "yes-no", "effort", "rate")
"""Kinds whose months can be laid together, because they count cases."""


def longer_of(view: Mapping[str, Any]) -> list[Longer]:
    """What stands in for a month of too few cases: 3 and 12 months of the view's line, from a changed definition on.

    From the view alone, so that a sealed month says it too. Nothing is concluded from it.
    """
    is_counted = view["kind"] in COUNTED and "amounts" not in view and not view.get("tiers")
    if (
        view.get("reason") != Reason.TOO_FEW
        or not is_counted
        or parse_period(view["period"]).kind is not PeriodKind.MONTH
    ):
        return []
    parts: list[Part | None] = []
    for point in reversed(view.get("series") or ()):
        numerator, of = point.get("numerator"), point.get("denominator")
        parts.append(Part("", float(numerator), float(of)) if numerator is not None and of else None)
        if point.get("break"):
            break
    return together(parts, (view.get("per") or 1) if view["kind"] == "rate" else None)
