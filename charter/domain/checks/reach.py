"""How far a source reaches into a period: days that it leaves out at its ends, a hole between days with rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from charter.domain.vocabulary.periods import Period, period_at
from charter.domain.vocabulary.terms import Kind

FEWEST_DAYS = 3
"""So many days without a row say nothing of a source: weekends, one day not worked (contract.md)."""

LOOKED_BACK = 90
"""Days over which the longest gap between days with rows is looked for (contract.md)."""

BY_COLUMNS = ("share", "availability", "rate", "money", "sum")
"""Kinds whose one row may stand for many cases, so that the only day with rows may stand for its whole period."""


@dataclass(frozen=True)
class Missing:
    """Days of a period at its end and at its beginning that a source does not reach; 0 where its gap is a usual one."""

    end: int = 0
    start: int = 0


def days_missing(
    period: Period, days: Sequence[date], kind: Kind, is_worked: Callable[[date], bool] = lambda _: True
) -> Missing:
    """What the days with rows, in order, leave out of a period.

    The newest row may lie as far before the last day as the longest gap between days with rows in the 90 days before
    it, three days at least; the oldest as far after the first day. Days on which nobody works are not missed. Where
    each period has one day with rows, the rows are dated by period, and the day stands for all of it.
    """
    if not days:
        return Missing()
    first, last = days[0], days[-1]
    usual_end = _longest_gap(days, last - timedelta(days=LOOKED_BACK), last)
    usual_start = _longest_gap(days, first, first + timedelta(days=LOOKED_BACK))
    if _are_dated_by_period(period, days, kind):
        first, last = period_at(period.kind, first).start, period_at(period.kind, last).end
        usual_end = usual_start = FEWEST_DAYS
    after, before = (period.end - last).days, (first - period.start).days
    length = (period.end - period.start).days + 1
    left = [period.end - timedelta(days=at) for at in range(min(after, length))]
    until = [period.start + timedelta(days=at) for at in range(min(before, length))]
    return Missing(
        len(left) if after > usual_end and any(map(is_worked, left)) else 0,
        len(until) if before > usual_start and any(map(is_worked, until)) else 0,
    )


LONG_HOLE, FEWEST_KNOWN = 7, 20
"""A hole inside a period is longer than a week, in a source that had rows on so many of the 90 days before."""


@dataclass(frozen=True)
class Hole:
    """The longest span of days of a period without a row, where rows come before and after: the days with rows on
    either side, how many days between are of the period, and how many rows usually stand there."""

    after: date
    before: date
    days: int
    rows: int


def hole_in(
    period: Period, rows: Mapping[date, int], is_worked: Callable[[date], bool] = lambda _: True
) -> Hole | None:
    """Where one of several exports stops early, later ones hide it: rows come again after the period.

    A hole is longer than a week and than twice the longest gap in the 90 days before it, and somebody works on a day of
    it; days before are at least twenty. Its rows are those of as many days as these 90 have.
    """
    days = sorted(rows)
    found: list[Hole] = []
    for last, next_ in pairwise(days):
        if last >= period.end or next_ <= period.start or (next_ - last).days - 1 <= LONG_HOLE:
            continue
        since = last - timedelta(days=LOOKED_BACK - 1)
        before = [day for day in days if since <= day <= last]
        is_usual = len(before) < FEWEST_KNOWN or (next_ - last).days <= 2 * _longest_gap(before, since, last)
        first, end = max(last + timedelta(days=1), period.start), min(next_ - timedelta(days=1), period.end)
        missed = [first + timedelta(days=at) for at in range((end - first).days + 1)]
        if not is_usual and any(map(is_worked, missed)):
            span = (last - before[0]).days + 1
            usual = sum(rows[day] for day in before) * len(missed) // span
            found.append(Hole(last, next_, len(missed), usual))
    return max(found, key=lambda one: one.days, default=None)


def may_be_short(period: Period, first: date, last: date) -> bool:
    """Whether the days between need be looked at: without, the ends lie near enough whatever the gaps."""
    return (period.end - last).days > FEWEST_DAYS or (first - period.start).days > FEWEST_DAYS


def _are_dated_by_period(period: Period, days: Sequence[date], kind: Kind) -> bool:
    if len(days) == 1:
        return kind.value in BY_COLUMNS or days[0] == period_at(period.kind, days[0]).start
    periods = [period_at(period.kind, day) for day in days]
    return all(one != other for one, other in pairwise(periods))


def _longest_gap(days: Sequence[date], since: date, until: date) -> int:
    """In days; the gap that reaches into the span counts whole."""
    gaps = ((later - earlier).days for earlier, later in pairwise(days) if later > since and earlier < until)
    return max(FEWEST_DAYS, max(gaps, default=0))


def longer(one: Missing, other: Missing) -> Missing:
    """What is missing of a figure that is read from two sources."""
    return Missing(max(one.end, other.end), max(one.start, other.start))
