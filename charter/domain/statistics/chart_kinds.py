"""Which chart a series gets: what its points are compared with, and on which scale (methods.md C4, C5).

Equal numbers of cases, or none: the published chart (XmR). Cases that differ by more than a quarter: Laney's p′ or u′,
whose limits follow them (Laney 2002, Quality Engineering 14(4)). Months that return every year: the distance from what
is usual for the month. Fewer than two events a period: no chart, but the chance of so many, had nothing changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum, sqrt
from typing import NamedTuple

from charter.domain.statistics.control_chart_signals import Limits, Value, limits_of, mean_of, moving_ranges
from charter.domain.statistics.intervals import chance_of_at_least
from charter.domain.statistics.seasons import returns_every_year, usual_of_year
from charter.domain.vocabulary.counts import Number
from charter.domain.vocabulary.terms import Kind


class ChartKind(StrEnum):
    """What limits rest on."""

    PLAIN = "plain"
    SHARES = "shares"
    RATES = "rates"
    RARE = "rare"


ALIKE = 0.25
"""Cases within so much of their mean count as equal."""

DISPERSION = 1.128
FEWEST_EVENTS = 2.0
"""Events a period, expected: below, a chart of what happened in each period says nothing."""

RARE_LEVEL = 0.01
"""The chance at which a period with so many rare events is out of the usual."""

OF_SHARES = (Kind.SHARE, Kind.SHARE_WITHIN, Kind.YES_NO, Kind.EFFORT)


class Cases(NamedTuple):
    """Of one period: events (cases kept, or counted) and the cases or the volume that they are of; None: not known."""

    events: float | None
    of: float | None


Written = Number | str | float | None
"""A count as it is stored: a number, or its digits."""


Counting = Callable[[float | None, Written, Written], Cases | None]
"""Of a figure, its numerator and its denominator: the events and cases that its chart may rest on."""


def cases_of(kind: Kind | None, value: float | None, numerator: Written, denominator: Written) -> Cases | None:
    """The events and cases of one period, of the kinds whose chart may rest on them; None where nothing is known, and
    where a share has parts of cases: those are amounts."""
    return counting(kind)(value, numerator, denominator)


def counting(kind: Kind | None) -> Counting:
    """As `cases_of`, of one kind: for whoever asks it of a million figures."""
    return _COUNTINGS.get(kind, lambda *_: None)


def _of_share(value: float | None, _numerator: Written, denominator: Written) -> Cases | None:
    of = float(denominator or 0)
    return None if value is None or of % 1 else Cases(value * of, of)


_COUNTINGS: dict[Kind | None, Counting] = {
    **dict.fromkeys(OF_SHARES, _of_share),
    Kind.RATE: lambda value, events, of: None if value is None else Cases(float(events or 0), float(of or 0)),
    Kind.COUNT: lambda value, *_: None if value is None else Cases(value, None),
}


class Row(NamedTuple):
    """The figures of one period, as they are kept."""

    value: float | None
    numerator: Written
    denominator: Written


@dataclass(frozen=True)
class Measured:
    """What the chart is told of its series: the kind of the figures, and how many periods make a year (0: no season).

    `cases` stand in the places of the values; empty where none are known.
    """

    kind: Kind | None = None
    year: int = 0
    cases: Sequence[Cases | None] = ()

    @classmethod
    def of(cls, kind: Kind, year: int, rows: Iterable[Row | None]) -> Measured:
        """From the figures of each period; None is a gap."""
        return cls(kind, year, [None if row is None else cases_of(kind, *row) for row in rows])


@dataclass(frozen=True)
class Plotted:
    """A group of values as its rules see them: value = centre + unit x plotted, in each place; None is a gap."""

    kind: ChartKind
    is_seasonal: bool
    values: Sequence[Value]
    centre: Sequence[float]
    unit: Sequence[float]
    limits: Limits

    def at(self, place: int, plotted: Value) -> Value:
        """A plotted value on the promise's own scale."""
        return None if plotted is None else self.centre[place] + self.unit[place] * plotted


@dataclass(frozen=True)
class Rare:
    """Rare events: those of the last period, of all, and the chance of so many in it, had nothing changed.

    `is_missing`: what is rare are the cases that were not kept. `since`: whole periods, and `cases_since` the cases,
    after the last event before this period; None where there was none. `between`: cases (periods, where none are
    counted) from one event to the next, on average.
    """

    count: float
    of: float
    chance: float
    is_missing: bool
    since: int | None
    cases_since: float | None
    between: float | None

    @property
    def is_unusual(self) -> bool:
        return self.chance <= RARE_LEVEL


def plot(values: Sequence[Value], measured: Measured) -> Plotted:
    """The values of one group whose events are not rare, as the rules of its chart see them."""
    kind = kind_of_chart(values, measured)
    usual = usual_of_year(values, measured.year) if returns_every_year(values, measured.year) else None
    base = values if usual is None else _less(values, usual)
    if kind is ChartKind.PLAIN:
        limits = limits_of(base, collapse=False)
        return Plotted(kind, usual is not None, base, usual or [0.0] * len(values), [1.0] * len(values), limits)
    sizes = _sizes(measured)
    mean = _weighted_mean(base, sizes)
    centre = [mean] * len(values) if usual is None else [mean + one for one in usual]
    per = _per(values, measured) if kind is ChartKind.RATES else None
    spread = {level: _spread(level, per) for level in set(centre)}
    unit = [max(spread[level] / sqrt(size), _LEAST_SPREAD) for level, size in zip(centre, sizes, strict=True)]
    z = [None if one is None else (one - level) / by for one, level, by in zip(values, centre, unit, strict=True)]
    return Plotted(kind, usual is not None, z, centre, unit, _laney_limits(z))


def kind_of_chart(values: Sequence[Value], measured: Measured) -> ChartKind:
    """The kind of chart that the numbers of cases ask for, where events are not rare (`rare_events`)."""
    if measured.kind not in (*OF_SHARES, Kind.RATE):
        return ChartKind.PLAIN
    sizes = [one.of for one, value in zip(measured.cases, values, strict=False) if one is not None is not value]
    if not sizes or not all(sizes) or _are_alike(sizes):  # type: ignore[arg-type]  # all are known
        return ChartKind.PLAIN
    return ChartKind.RATES if measured.kind is Kind.RATE else ChartKind.SHARES


def _are_alike(sizes: Sequence[float]) -> bool:
    mean = fsum(sizes) / len(sizes)
    return max(sizes) <= (1 + ALIKE) * mean and min(sizes) >= (1 - ALIKE) * mean


def _less(values: Sequence[Value], usual: Sequence[float]) -> list[Value]:
    return [None if value is None else value - usual[at] for at, value in enumerate(values)]


def _sizes(measured: Measured) -> list[float]:
    return [one.of if one is not None and one.of else 1.0 for one in measured.cases]


def _weighted_mean(values: Sequence[Value], sizes: Sequence[float]) -> float:
    pairs = [(value, size) for value, size in zip(values, sizes, strict=True) if value is not None]
    return fsum([value * size for value, size in pairs]) / fsum([size for _, size in pairs])


def _per(values: Sequence[Value], measured: Measured) -> float:
    """Of a rate: per how many of its volume it is told."""
    pairs = [(value, one) for value, one in zip(values, measured.cases, strict=True) if value and one and one.events]
    return fsum(value * (one.of or 0) for value, one in pairs) / fsum(one.events or 0 for _, one in pairs)


_LEAST_SPREAD = 1e-9


def _spread(level: float, per: float | None) -> float:
    """One standard deviation of a share, or of a rate per so many, of that level and of one case."""
    if per is not None:
        return sqrt(max(level, 0.0) * per)
    share = min(max(level, 0.0), 1.0)
    return sqrt(share * (1 - share))


def _laney_limits(z: Sequence[Value]) -> Limits:
    """Three, and two, of what the spread of neighbours says beyond chance; chance itself at least."""
    moving_range = mean_of(moving_ranges(z))
    beyond = max(1.0, (moving_range or 0.0) / DISPERSION)
    return Limits(0.0, moving_range, -3 * beyond, 3 * beyond, -2 * beyond, 2 * beyond)


def _are_many(known: Sequence[Cases], kind: Kind | None) -> bool:
    """Whether the events are clearly not rare: that is asked of every series, and is mostly so."""
    counted = sum([events or 0.0 for events, _ in known])
    fewest = min(counted, sum([of or 0.0 for _, of in known]) - counted) if kind in OF_SHARES else counted
    return fewest > FEWEST_EVENTS * len(known) + 1e-6


def rare_events(values: Sequence[Value], measured: Measured) -> Rare | None:
    """The rare events of a series: of a count or rate its cases, of a share the rarer of kept and not kept; else None.

    The chance is exact: of all events, how many fall into the last period by its part of the cases (of the periods,
    for a count). Przyborowski and Wilenski 1940.
    """
    kind = measured.kind
    if kind not in (*OF_SHARES, Kind.RATE, Kind.COUNT) or len(measured.cases) != len(values):
        return None
    known = [one for one, value in zip(measured.cases, values, strict=True) if one is not None and value is not None]
    if not known or _are_many(known, kind):
        return None
    if kind is not Kind.COUNT and any(events is None or (of or 0) <= 0 for events, of in known):
        return None
    counted = [events or 0.0 for events, _ in known]
    sizes = [1.0 if kind is Kind.COUNT else of or 0.0 for _, of in known]
    missing = [size - count for size, count in zip(sizes, counted, strict=True)]
    is_missing = kind in OF_SHARES and sum(missing) < sum(counted)
    events = missing if is_missing else counted
    total, whole = sum(events), sum(sizes)
    if total >= FEWEST_EVENTS * len(known):
        return None
    before = next((at for at in range(len(events) - 2, -1, -1) if events[at] > 0), None)
    after = [] if before is None else sizes[before + 1 : -1]
    count, share = events[-1], sizes[-1] / whole
    chance = chance_of_at_least(count, max(total, count), share) if share < 1 else 1.0
    return Rare(
        count,
        total,
        chance,
        is_missing,
        None if before is None else len(after),
        None if before is None or kind is Kind.COUNT else fsum(after),
        whole / total if total else None,
    )
