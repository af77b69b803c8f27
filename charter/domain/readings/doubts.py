"""What is doubted of a figure: cases and days that are missing from it, and by how much they could move it.

What a run saw of its source, read with the figure of a unit, gives the doubts printed beside it (contract.md, "Doubt").
A figure whose verdict could turn is withheld: it is unproven.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import isqrt
from typing import Any, cast

from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.unit_tree import UnitTree
from charter.domain.checks.reach import Hole
from charter.domain.checks.seen import Seen, cases_of
from charter.domain.overview.model import json_number
from charter.domain.readings.status import DoubtView, Reading
from charter.domain.readings.values import rounded
from charter.domain.vocabulary.counts import Counts, Number, add_up, at_decimals
from charter.domain.vocabulary.terms import DoubtCode, Kind, Nature, Reason, Status

WHOLE_OR_NOTHING = ("count", "sum", "money", "availability")
"""Kinds whose figure of a part of the period is not one of the period: without its end there is no data."""

MANY = 20
"""Of means, percentiles and sums, whose missing cases nothing bounds: one in so many may be anything."""
UNREAD = ("unreadable",)
NO_HOUR = ("no hour",)
VERDICTS = (Status.KEPT, Status.NEAR, Status.MISSED, Status.UNACCEPTABLE)


@dataclass(frozen=True)
class Doubt:
    """One doubt of a figure. `count`, and `share` of the cases or days it weighs; `low` and `high`: the value at worst
    and at best, None where nothing bounds it; `changes`: whether the verdict could turn. `more`: names, days, the
    figure without those cases."""

    code: DoubtCode
    count: Number
    share: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    changes: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> DoubtView:
        """As readings keep it, and every face prints it."""
        plain: Any = {name: None if (one := getattr(self, name)) is None else float(one) for name in _ENDS}
        plain |= {"code": self.code.value, "count": json_number(self.count), "changes": self.changes, **self.more}
        return cast(DoubtView, plain)


_ENDS = ("share", "low", "high")


@dataclass(frozen=True)
class Doubted:
    """The figure in question: of one unit, with what the run saw of it.

    `met`: the numerator of the share that is shown. `undated`, `contradictory`: cases of the source that would belong
    to this unit; `is_whole`: it is the root of the tree. `unknown`, `silent`: counts by name, among `counts`, of units
    that the charter does not know and of units that do not record. `judge`: what would be read of other counts.
    """

    indicator: Indicator
    counts: Counts
    reading: Reading
    met: Number
    seen: Seen | None
    judge: Callable[[Counts], Reading]
    undated: Number = 0
    contradictory: Number = 0
    is_whole: bool = False
    unknown: Mapping[str, Counts] = field(default_factory=dict)
    silent: Mapping[str, Counts] = field(default_factory=dict)


def doubts_of(figure: Doubted) -> list[Doubt]:
    """The doubts of a figure, what cuts it short first."""
    return [*_of_reach(figure), *_of_cases(figure), *_of_units(figure), *_of_volume(figure)]


def is_beyond_doubt(counts: Counts, seen: Seen) -> bool:
    """Whether nothing of these counts can be doubted by themselves: the period is whole, and every case was read."""
    return not (seen.short or seen.late or _left_out(counts, UNREAD) or _left_out(counts, NO_HOUR))


def withheld_by(doubts: Iterable[Doubt]) -> Reason | None:
    """Why no verdict is given: its end or beginning is missing, or unread cases could turn it (contract.md)."""
    codes = {one.code for one in doubts if one.changes}
    if codes & {DoubtCode.SOURCE_SHORT, DoubtCode.LATE_START}:
        return Reason.SOURCE_SHORT
    return Reason.UNREADABLE if codes & {*_TURNING} else None


_TURNING = (DoubtCode.UNDATED, DoubtCode.UNREADABLE, DoubtCode.CONTRADICTORY, DoubtCode.NO_HOUR)


def is_cut_short(kind: Kind, seen: Seen | None) -> bool:
    """Whether a figure that only makes sense of a whole period lacks a part of it."""
    return seen is not None and kind.value in WHOLE_OR_NOTHING and bool(seen.short or seen.late)


def _of_reach(figure: Doubted) -> Iterator[Doubt]:
    """Nothing bounds what the missing days hold: a share may be none or all of them."""
    seen, kind = figure.seen, figure.indicator.kind
    if seen is None:
        return
    has_ends = kind.is_share and figure.reading.value is not None
    ends = {"low": Decimal(0), "high": Decimal(1)} if has_ends else {}
    changes = figure.reading.status in VERDICTS
    for code, days, day in (
        (DoubtCode.SOURCE_SHORT, seen.short, seen.last),
        (DoubtCode.LATE_START, seen.late, seen.first),
    ):
        if days and day:
            yield Doubt(code, days, None, **ends, changes=changes, more={"on": day.isoformat()})
    if seen.hole and not (seen.short or seen.late):
        yield _of_hole(figure, seen, seen.hole)


def _of_hole(figure: Doubted, seen: Seen, hole: Hole) -> Doubt:
    """What usually stands in the days without a row bounds what they could do: all of it failed, or all met."""
    cases = cases_of(figure.indicator.kind, figure.counts)
    usual = int(at_decimals(Decimal(cases) * hole.rows / max(1, seen.dated[0]), 0))
    ends = ends_with(figure, usual)
    more = {"on": hole.after.isoformat(), "until": hole.before.isoformat()}
    return Doubt(DoubtCode.SOURCE_SHORT, hole.days, None, ends.low, ends.high, ends.changes, more)


def _of_cases(figure: Doubted) -> Iterator[Doubt]:
    """Cases that belong to the figure and are not in it: all of them together put it between its ends."""
    seen = figure.seen
    if seen is None:
        return
    # In proportion to the period, in whole cases: what half a case would do is no doubt.
    expected = figure.undated * seen.share_of_dated if figure.undated else Decimal(0)
    undated = int(at_decimals(expected, 0))
    unread = 0 if figure.indicator.nature is Nature.PERCEIVED else _left_out(figure.counts, UNREAD)
    no_hour = _left_out(figure.counts, NO_HOUR)
    parts = [
        (DoubtCode.UNDATED, figure.undated, expected),
        (DoubtCode.UNREADABLE, unread, unread),
        (DoubtCode.CONTRADICTORY, figure.contradictory, figure.contradictory),
        (DoubtCode.NO_HOUR, no_hour, no_hour),
    ]
    if not any(count for _, count, _ in parts):
        return
    # Contradictory cases are judged already: at worst all failed, at best all were met.
    ends = ends_with(figure, undated + unread + no_hour, figure.contradictory)
    cases = cases_of(figure.indicator.kind, figure.counts) + expected
    for code, count, weight in parts:
        if count:
            share = rounded(Decimal(weight) / cases) if cases else None
            yield Doubt(code, count, share, ends.low, ends.high, ends.changes)


def _left_out(counts: Counts, reasons: Sequence[str]) -> Number:
    return sum(counts.excluded.get(reason, 0) for reason in reasons)


@dataclass(frozen=True)
class Ends:
    """The value at worst and at best, and whether its verdict is another there."""

    low: Decimal | None = None
    high: Decimal | None = None
    changes: bool = False


def ends_with(figure: Doubted, more: Number, judged: Number = 0) -> Ends:
    """Between what bounds the figure would lie with so many `more` cases, and so many `judged` ones told otherwise.

    Shares, promoter scores, counts and rates have such bounds; for the others nothing is known of what is missing, and
    more than a twentieth of the cases could turn the verdict.
    """
    worse, better = (_changed(figure, more, judged, are_met=met) for met in (False, True))
    if worse is None or better is None:
        cases = cases_of(figure.indicator.kind, figure.counts) + judged
        return Ends(changes=figure.reading.status in VERDICTS and MANY * (more + judged) > cases)
    values = [_value(figure, worse, met=False), _value(figure, better, met=True)]
    known = [one for one in (*values, figure.reading.value) if one is not None]
    base = figure.reading.status
    changes = base in VERDICTS and any(figure.judge(one).status is not base for one in (worse, better))
    return Ends(min(known, default=None), max(known, default=None), changes)


def _changed(figure: Doubted, more: Number, judged: Number, *, are_met: bool) -> Counts | None:
    counts, kind = figure.counts, figure.indicator.kind
    n = counts.denominator + more
    if kind.is_share:

        def told(met: Number) -> Number:
            return min(n, met + more + judged) if are_met else max(0, met - judged)

        changed: dict[str, Any] = {"steps": {delay: told(met) for delay, met in counts.steps.items()}}
        changed |= {"numerator": told(counts.numerator), "denominator": n, "stopped": counts.stopped + 1}
        return replace(counts, **changed)
    if kind is Kind.NPS:
        name = "promoters" if are_met else "detractors"
        scored: dict[str, Any] = {name: getattr(counts, name) + more}
        return replace(counts, denominator=n, **scored)
    if kind in (Kind.COUNT, Kind.RATE):
        cases = counts.numerator + (more if are_met else 0)
        return replace(counts, numerator=cases, denominator=cases if kind is Kind.COUNT else counts.denominator)
    return None


def _value(figure: Doubted, counts: Counts, *, met: bool) -> Decimal | None:
    """The value of the share that is shown, which may be that of a step; of the other kinds, the value."""
    if not figure.indicator.kind.is_share:
        return figure.judge(counts).value
    if not counts.denominator:
        return None
    more, n = counts.denominator - figure.counts.denominator, Decimal(counts.denominator)
    moved = counts.numerator - figure.counts.numerator if met else figure.counts.numerator - counts.numerator
    shown = min(Decimal(figure.met + moved), n) if met else max(Decimal(figure.met - moved), Decimal(0))
    return rounded(shown / n) if more or moved else figure.reading.value


def _of_units(figure: Doubted) -> Iterator[Doubt]:
    """Units that the charter does not know count in the whole; those that do not record count above them."""
    cases = cases_of(figure.indicator.kind, figure.counts)
    for code, units in ((DoubtCode.UNKNOWN_UNIT, figure.unknown), (DoubtCode.NOT_RECORDING, figure.silent)):
        by_name = {name: cases_of(figure.indicator.kind, one) for name, one in units.items()}
        count = sum(by_name.values())
        if not count:
            continue
        without = figure.judge(_less(figure.counts, units.values())) if figure.indicator.kind.adds_up else None
        value = without.value if without and figure.reading.value is not None else None
        known = [one for one in (value, figure.reading.value) if one is not None] if value is not None else []
        base = figure.reading.status
        changes = bool(without and without.status in VERDICTS and base in VERDICTS and without.status is not base)
        more: dict[str, Any] = {"units": {name: json_number(one) for name, one in by_name.items()}}
        more |= {} if value is None else {"without": float(value)}
        share = rounded(Decimal(count) / Decimal(cases)) if cases else None
        yield Doubt(code, count, share, min(known, default=None), max(known, default=None), changes, more)


_ADDED = ("numerator", "denominator", "pending", "stopped", "total", "squares", "promoters", "detractors")


def _less(counts: Counts, others: Iterable[Counts]) -> Counts:
    """The counts without those of others that are among them."""
    taken = add_up(others)
    left: dict[str, Any] = {name: getattr(counts, name) - getattr(taken, name) for name in _ADDED}
    steps = {delay: met - taken.steps.get(delay, 0) for delay, met in counts.steps.items()}
    return replace(counts, **left, steps=steps)


FEWEST_BEFORE = 3
"""Periods before, without which no number of cases is usual."""


def _of_volume(figure: Doubted) -> Iterator[Doubt]:
    """Less than half or more than twice the usual number of cases, and more than chance makes of it."""
    seen = figure.seen
    if seen is None or seen.cases is None or not seen.median or seen.of < FEWEST_BEFORE or not figure.is_whole:
        return
    usual, found = Decimal(seen.median), Decimal(seen.cases)
    is_odd = found < usual / 2 or found > usual * 2
    if is_odd and abs(found - usual) > 3 * (isqrt(int(usual)) + 1):
        share = rounded(found / usual)
        yield Doubt(DoubtCode.VOLUME, seen.cases, share, more={"median": json_number(seen.median)})


def name_units(doubts: Sequence[DoubtView], tree: UnitTree) -> list[DoubtView]:
    """The doubts of a figure as they are shown: with the names of the units that the charter knows."""

    def names(doubt: DoubtView) -> dict[str, str]:
        return {key: tree.by_key[key].name for key in doubt.get("units", ()) if key in tree}

    return [{**doubt, "names": found} if (found := names(doubt)) else doubt for doubt in doubts]
