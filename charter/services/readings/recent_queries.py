"""What a page of one month reads: the figure that stands for it, the line of the last periods, what the chart says.

The price does not grow with history: the newest checks and thirteen readings; what a chart of years would say stands
beside each figure already (services/readings/chart_traces.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from charter.domain.charter_file.indicators import Indicator
from charter.domain.statistics.chart_reading import CHART_PERIODS
from charter.domain.vocabulary.periods import Period, periods_back, year_before
from charter.domain.vocabulary.terms import CheckState, PeriodKind
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.services.charters.versions import History
from charter.services.readings.chart_resets import rebases_of
from charter.services.readings.current_figures import LINE_PERIODS, Place, UnitReadings, load, window
from charter.services.schedule.due import state_of

CHECK_COLUMNS = ("indicator_key", "period_key", "period_end", "state", "due_at", "late_at", "lapsed_at", "done_at")


PLAIN = (
    *("indicator_key", "period_key", "known_at", "status", "reason", "value", "numerator", "denominator", "pending"),
    *("interval_low", "interval_high", "interval_level", "exceeded", "weakest_unit", "coverage", "steps", "shown"),
    *("effective_n", "chart_says", "chart_lower", "chart_upper", "earlier", "is_break"),
    "definition_hash",
)
UNPACKED = ("excluded", "not_recording", "doubts")
"""Columns that take time to unpack, and that only the figure of the month itself shows."""


@dataclass(frozen=True)
class RecentReadings(UnitReadings):
    """Figures of a month: the newest checks, and the readings whose check is done."""

    years: UnitReadings | None = None
    wide: frozenset[str] = frozenset()
    """Indicators whose trace does not speak for this instant, and all that a chart of years needs of them."""

    def series(self, indicator: Indicator, last: Period, length: int) -> list[tuple[Period, Any]]:
        """The periods up to `last`, oldest first; those before the first figure of a chart are left out."""
        periods = self.back_from(last, length)[::-1]
        found = [(period, self.readings.get((indicator.key, period.key))) for period in periods]
        first = next((at for at, (_, point) in enumerate(found) if point is not None), len(found))
        oldest: Any = found[first][1] if first < len(found) else None
        return found if oldest is not None and self._is_in_chart(oldest.earlier, last) else found[first:]

    def breaks(self, series: Sequence[tuple[Period, Any]]) -> list[str]:
        """The periods of a series from which the definition is another than that of the figure before."""
        changed = [(period, point) for period, point in series if point is not None and point.is_break]
        return [period.key for period, point in changed if self._is_in_chart(point.earlier, series[-1][0])]

    def _is_in_chart(self, earlier: str | None, last: Period) -> bool:
        """Whether a chart that ends with `last` reaches back to that period."""
        # Keys of one kind of period stand in the order of time.
        return earlier is not None and earlier >= self.back_from(last, CHART_PERIODS)[-1].key


def load_recent(
    asked: Iterable[tuple[Indicator, Period]],
    unit: str,
    until: Period,
    *,
    history: History,
    now: datetime,
    since: date | None = None,
    length: int = LINE_PERIODS,
) -> RecentReadings:
    """Read what `Recent` holds for pairs of an indicator and the month it is asked for, in two statements.

    `until` is the newest of these months: only its charts are read.

    Readings reach back so many periods, to the same period of the year before, and to `since`. One more statement reads
    years, for the indicators whose newest figures have no trace, or were not known yet at `now`, and those whose chart
    a person has set anew.
    """
    pairs = list(asked)
    checks = newest_checks([indicator for indicator, _ in pairs], [until, *(month for _, month in pairs)], now)
    rebases = rebases_of({indicator.key for indicator, _ in pairs}, unit, now)
    known = UnitReadings(unit, now, history, {}, {(row.indicator_key, row.period_key): row for row in checks}, rebases)
    chosen = [(indicator, known.choose(indicator, month).period) for indicator, month in pairs]
    recent = RecentReadings(unit, now, history, _readings(unit, chosen, now, since, length), known.checks, rebases)
    apart = rebases.keys() | {row.indicator_key for row in checks if row.done_at is not None and row.done_at > now}
    wide = _wide(recent, pairs, until, apart)
    years = load(wide, unit, until, history=history, now=now, rebases=rebases) if wide else None
    return replace(recent, years=years, wide=frozenset(indicator.key for indicator in wide))


@dataclass(frozen=True)
class Drawn:
    """The units of a month: those in `charted` with the years that their charts show."""

    units: Sequence[str]
    charted: frozenset[str]


def load_units(
    asked: Iterable[tuple[Indicator, Period]], whose: Drawn, until: Period, *, history: History, now: datetime
) -> Iterator[RecentReadings]:
    """As `load_recent`, for one unit after another, in one statement for several of them: each reading once.

    `years` of a charted unit is all that its charts read.
    """
    pairs = list(asked)
    checks = {(row.indicator_key, row.period_key): row for row in _every_check(pairs, until)}
    of_none = UnitReadings("", now, history, {}, checks, {})
    chosen = [(indicator, of_none.choose(indicator, month).period) for indicator, month in pairs]
    done = {place for place, row in checks.items() if state_of(row, now) is CheckState.DONE}
    apart = {row.indicator_key for row in checks.values() if row.done_at is not None and row.done_at > now}
    keys = {indicator.key for indicator, _ in pairs}
    for is_charted, units in _batches(whose):
        found = _readings_of(units, chosen, CHART_PERIODS if is_charted else LINE_PERIODS)
        for unit in units:
            rebases = rebases_of(keys, unit, now)
            readings = {place: row for place, row in found.get(unit, {}).items() if place in done}
            known = RecentReadings(unit, now, history, readings, checks, rebases, of_none.stood)
            wide = _wide(known, pairs, until, apart | rebases.keys())
            years: UnitReadings | None = known
            if not is_charted:
                years = load(wide, unit, until, history=history, now=now, rebases=rebases) if wide else None
            yield replace(known, years=years, wide=frozenset(indicator.key for indicator in wide))


UNITS_AT_ONCE = 12
CHARTED_AT_ONCE = 4


def _batches(whose: Drawn) -> Iterator[tuple[bool, Sequence[str]]]:
    """Units that follow one another and are read alike, so many at once: memory does not grow with the tree."""
    for is_charted, group in groupby(whose.units, lambda unit: unit in whose.charted):
        units, count = list(group), CHARTED_AT_ONCE if is_charted else UNITS_AT_ONCE
        yield from ((is_charted, units[at : at + count]) for at in range(0, len(units), count))


def _wide(
    known: RecentReadings, pairs: Sequence[tuple[Indicator, Period]], until: Period, apart: Set[str]
) -> list[Indicator]:
    """The indicators whose chart of years must be read, because no trace says what it says."""
    # Without a figure in all these periods there is no line, and no chart of today, to read years for.
    drawn = apart | {key for key, _ in known.readings}
    return [
        indicator
        for indicator, month in pairs
        if month == until
        and indicator.key in drawn
        and (indicator.key in apart or not _has_trace(known.choose(indicator, month).row))
    ]


def _every_check(pairs: Sequence[tuple[Indicator, Period]], until: Period) -> Sequence[Any]:
    """The checks of all that a chart shows."""
    table = DueCheck.__table__
    wanted = window([indicator for indicator, _ in pairs], until)
    return db.session.execute(select(*(table.c[name] for name in CHECK_COLUMNS)).where(wanted)).all()


def _readings_of(
    units: Sequence[str], shown: Sequence[tuple[Indicator, Period]], length: int
) -> dict[str, dict[Place, Any]]:
    """By unit, its readings of so many periods."""
    parts = [_stretch(kind, shown, None, length) for kind in sorted({period.kind for _, period in shown})]
    found: dict[str, dict[Place, Any]] = {unit: {} for unit in units}
    if parts:
        column = ReadingRow.__table__.c.unit_key
        query = select(column, *_columns(shown)).where(column.in_(units), or_(*parts))
        for row in db.session.connection().execute(query).all():
            found[row.unit_key][row.indicator_key, row.period_key] = row
    return found


def load_years(
    indicators: Iterable[Indicator], unit: str, until: Period, *, history: History, now: datetime
) -> RecentReadings:
    """The same with the years of every indicator asked for, for a page that draws their charts."""
    wanted = list(indicators)
    years = load(wanted, unit, until, history=history, now=now)
    done = {
        place: row
        for place, row in years.readings.items()
        if place in years.checks and state_of(years.checks[place], now) is CheckState.DONE
    }
    keys = frozenset(indicator.key for indicator in wanted)
    return RecentReadings(unit, now, history, done, years.checks, years.rebases, years=years, wide=keys)


def _has_trace(row: Any) -> bool:
    """Whether a figure itself says what its chart says."""
    return getattr(row, "chart_says", None) is not None


def newest_checks(indicators: Sequence[Indicator], months: Sequence[Period], now: datetime) -> Sequence[Any]:
    """The newest done check of each indicator at the earliest month, all newer ones, and those done after `now`."""
    in_window = window(indicators, max(months))
    # Joined to nothing, so that SQLite walks the few periods of the window and not every check ever done.
    is_done = (DueCheck.state.concat("") == CheckState.DONE.value) & (DueCheck.done_at <= now)
    newest = (
        select(DueCheck.indicator_key, func.max(DueCheck.period_end).label("day"))
        .where(in_window, is_done, DueCheck.period_end <= min(months).end)
        .group_by(DueCheck.indicator_key)
        .subquery()
    )
    table = DueCheck.__table__
    wanted = or_(newest.c.day.is_(None), DueCheck.period_end >= newest.c.day, DueCheck.done_at > now)
    query = select(*(table.c[name] for name in CHECK_COLUMNS)).outerjoin(
        newest, newest.c.indicator_key == DueCheck.indicator_key
    )
    return db.session.execute(query.where(in_window, wanted)).all()


def _readings(
    unit: str, shown: Sequence[tuple[Indicator, Period]], now: datetime, since: date | None, length: int
) -> Mapping[Place, Any]:
    parts = [_stretch(kind, shown, since, length) for kind in sorted({period.kind for _, period in shown})]
    if not parts:
        return {}
    of_check = and_(
        DueCheck.indicator_key == ReadingRow.indicator_key,
        DueCheck.period_key == ReadingRow.period_key,
        DueCheck.state == CheckState.DONE,
        DueCheck.done_at <= now,
    )
    query = select(*_columns(shown)).join(DueCheck, of_check)
    rows = db.session.execute(query.where(ReadingRow.unit_key == unit, or_(*parts))).all()
    return {(row.indicator_key, row.period_key): row for row in rows}


def _columns(shown: Sequence[tuple[Indicator, Period]]) -> list[Any]:
    table = ReadingRow.__table__
    newest = ReadingRow.period_end >= min(period.end for _, period in shown)
    return [
        *(table.c[name] for name in PLAIN), *(case((newest, table.c[name])).label(name) for name in UNPACKED)
    ]  # fmt: skip


def _stretch(
    kind: PeriodKind, shown: Sequence[tuple[Indicator, Period]], since: date | None, length: int = LINE_PERIODS
) -> ColumnElement[bool]:
    """The periods of one kind that a line shows, and those of a year before."""
    of_kind = [(indicator, period) for indicator, period in shown if period.kind is kind]
    first = periods_back(min(period for _, period in of_kind), length)[-1]
    start = first.end if since is None else min(first.end, since)
    keys = sorted({indicator.key for indicator, _ in of_kind})
    last = max(period.end for _, period in of_kind)
    stretch = ReadingRow.period_end.between(start, last)
    before = {year_before(period) for _, period in of_kind}
    ends = sorted(period.end for period in before if period is not None and period.end < start)
    return and_(ReadingRow.indicator_key.in_(keys), or_(stretch, ReadingRow.period_end.in_(ends)) if ends else stretch)
