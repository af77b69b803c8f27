"""What the database knows of one unit's figures up to a period, in one statement: the newest row for each cell
since the source was last read for the period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Bundle

from charter.domain.charter_file.indicators import Indicator, Target
from charter.domain.charter_file.sources import Unit
from charter.domain.checks.deadlines import MISSING, state_at
from charter.domain.statistics.chart_reading import CHART_PERIODS
from charter.domain.vocabulary.counts import Cell
from charter.domain.vocabulary.periods import Period, parse_period, period_at, periods_back
from charter.domain.vocabulary.terms import CheckState, PeriodKind, Reason
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.models.records import Measurement, Run, counts_of
from charter.services.charters.versions import History
from charter.services.readings.chart_resets import Rebases, rebases_of
from charter.services.schedule.due import deadlines_of, state_of

LINE_PERIODS = 13

Place = tuple[str, str]
"""An indicator and a period, by their keys."""

_DAYS = {
    PeriodKind.DAY: 1,
    PeriodKind.WEEK: 7,
    PeriodKind.MONTH: 31,
    PeriodKind.QUARTER: 92,
    PeriodKind.YEAR: 366,
}


@dataclass(frozen=True)
class ChosenFigure:
    """The period whose figure stands for a month, with its row; or why there is none."""

    period: Period
    row: ReadingRow | None
    reason: Reason | None
    awaited: Period | None
    """The newest period, when it is not the one shown because its check is not done yet."""


@dataclass(frozen=True)
class Stands:
    """The period that stands for a month in every unit: whether its check is done, or why there is no figure."""

    period: Period
    reason: Reason | None
    awaited: Period | None


def untold(reason: str | None) -> dict[str, None]:
    """Where few incidents or none are written down, no count is told: 0 would say that there are none."""
    return {"numerator": None, "denominator": None} if reason == Reason.FEW_WRITTEN else {}


@dataclass(frozen=True)
class UnitReadings:
    """Readings and due checks of one unit, by indicator and period key."""

    unit: str
    now: datetime
    history: History
    readings: Mapping[Place, ReadingRow]
    checks: Mapping[Place, DueCheck]
    rebases: Rebases
    """The charts of the unit that a person set anew."""
    stood: dict[tuple[str, Period], Stands] = field(default_factory=dict)
    """What `standing` has answered; shared by the units of one month, whose checks are the same."""

    def choose(self, indicator: Indicator, until: Period) -> ChosenFigure:
        """The newest period ended in or before `until` whose check is done (contract, "what a month shows").

        A newer period that is only not due yet lets an older figure stand, with its label; one that is late, failed,
        lapsed or waived does not: there the indicator has no data.
        """
        place = (indicator.key, until)
        if place not in self.stood:
            self.stood[place] = self._standing(indicator, until)
        stands = self.stood[place]
        if stands.reason is not None:
            return ChosenFigure(stands.period, None, stands.reason, stands.awaited)
        row = self.readings.get((indicator.key, stands.period.key))
        missing = None if row is not None else self._why_empty(indicator, stands.period)
        return ChosenFigure(stands.period, row, missing, stands.awaited)

    def _standing(self, indicator: Indicator, until: Period) -> Stands:
        newest = newest_ended(indicator.period, until.end)
        for period in self.back_from(newest, CHART_PERIODS + 1):
            state = self._state(indicator, period)
            if state is CheckState.DONE:
                return Stands(period, None, newest if period != newest else None)
            if state is not None and state in MISSING:
                return Stands(period, MISSING[state], None)
        return Stands(newest, Reason.CHECK_DUE, newest)

    def standing_at(self, indicator: Indicator, period: Period) -> ChosenFigure:
        """The figure of a period itself, or why there is none."""
        state = self._state(indicator, period)
        row = self.readings.get((indicator.key, period.key)) if state is CheckState.DONE else None
        if row is not None:
            return ChosenFigure(period, row, None, None)
        missing = MISSING.get(state or CheckState.DUE, Reason.CHECK_DUE)
        if state is CheckState.DONE:
            missing = self._why_empty(indicator, period)
        return ChosenFigure(period, None, missing, None)

    def reason_of(self, indicator: Indicator, row: ReadingRow, period: Period) -> str | None:
        """The reason of a reading; of one without a case, why there is none; of one that was shut, that its cases
        are not its own any more."""
        if row.reason == Reason.NO_ROWS:
            return self._why_empty(indicator, period).value
        is_shut = self.history.on(period.start).is_shut(self.unit, period)
        return Reason.CLOSED_WITH_CASES.value if is_shut else row.reason

    def _why_empty(self, indicator: Indicator, period: Period) -> Reason:
        return self.history.on(period.start).why_empty_at(indicator, self.unit, period)

    def is_measured(self, indicator: Indicator, period: Period) -> bool:
        """Whether the charter of that time measured it by such periods."""
        return self._state(indicator, period) is not None

    def series(self, indicator: Indicator, last: Period, length: int) -> list[tuple[Period, ReadingRow | None]]:
        """The periods up to `last`, oldest first; None where nothing was measured: a gap is a gap."""
        found: list[tuple[Period, ReadingRow | None]] = []
        for period in self.back_from(last, length):
            is_done = self._state(indicator, period) is CheckState.DONE
            found.append((period, self.readings.get((indicator.key, period.key)) if is_done else None))
        while found and found[-1][1] is None:
            found.pop()
        return found[::-1]

    def held_on(self, indicator: Indicator, period: Period) -> Indicator:
        """The indicator as the charter had it when the period began; as given where it had none of that key."""
        _, held = self.history.on(period.start).indicators.get(indicator.key, (None, None))
        return indicator if held is None else held

    def place_on(self, period: Period) -> Unit | None:
        """The unit as the charter had it when the period began."""
        return self.history.on(period.start).tree.by_key.get(self.unit)

    def required(self, indicator: Indicator, period: Period) -> Target | None:
        """The level required of the unit in a period, by the indicator given."""
        return self.history.on(period.start).required(indicator, period.start, self.unit)

    def _state(self, indicator: Indicator, period: Period) -> CheckState | None:
        """Where the period's check stands; None where the charter of that time did not measure it.

        Without a row the alarm clock has not woken since: the check is due, late or lapsed by its dates all the same.
        """
        check = self.checks.get((indicator.key, period.key))
        if check is not None:
            return state_of(check, self.now)
        version = self.history.on(period.start)
        _, held = version.indicators.get(indicator.key, (None, None))
        if held is None or held.period is not period.kind:
            return None
        return state_at(CheckState.DUE, deadlines_of(version, held, period), self.now)

    def back_from(self, newest: Period, length: int) -> Sequence[Period]:
        """So many periods back from the newest, as far as the charter goes."""
        found = periods_back(newest, length)
        first = self.history.first.valid_from
        return found if found[-1].start >= first else [period for period in found if period.start >= first]


def newest_ended(kind: PeriodKind, on: date) -> Period:
    """The newest period of a kind that has ended on or before a day."""
    period = period_at(kind, on)
    return period if period.end <= on else period.previous()


def month_asked(found: History, period: str | None, now: datetime) -> Period:
    """The period asked for; by default the last ended month, in the charter's zone."""
    if period is not None:
        return parse_period(period)
    today = now.astimezone(ZoneInfo(found.current.charter.charter.timezone)).date()
    return last_ended_month(today)


def last_ended_month(today: date) -> Period:
    """The month before the one that `today` lies in."""
    return Period(PeriodKind.MONTH, today.replace(day=1)).previous()


def load(
    indicators: Iterable[Indicator],
    unit: str,
    until: Period,
    *,
    history: History,
    now: datetime,
    rebases: Rebases | None = None,
    where: ColumnElement[bool] | None = None,
) -> UnitReadings:
    """Read what `Figures` holds: at most CHART_PERIODS periods of each indicator, back from `until`; `where`: checks of
    another stretch of time."""
    wanted = list(indicators)
    checks, readings = {}, {}
    for check, reading in _checks_with_readings(unit, window(wanted, until) if where is None else where):
        place = check.indicator_key, check.period_key
        checks[place] = check
        if reading.id is not None:
            readings[place] = reading
    return UnitReadings(
        unit,
        now,
        history,
        readings,
        checks,
        rebases_of({indicator.key for indicator in wanted}, unit, now) if rebases is None else rebases,
    )


def _checks_with_readings(unit: str, those: ColumnElement[bool]) -> Iterator[Any]:
    """Each check with the unit's reading: what has no check stands for no month.

    Plain tuples with the names of the tables: a page reads hundreds, and changes none.
    """
    of_check = and_(
        ReadingRow.indicator_key == DueCheck.indicator_key,
        ReadingRow.period_key == DueCheck.period_key,
        ReadingRow.unit_key == unit,
    )
    both: tuple[Bundle[Any], ...] = Bundle("check", *DueCheck.__table__.c), Bundle("reading", *ReadingRow.__table__.c)
    return iter(db.session.execute(select(*both).outerjoin(ReadingRow, of_check).where(those)))


def window(indicators: Sequence[Indicator], until: Period) -> ColumnElement[bool]:
    """The checks of the last periods of each kind, so that the cost of a page does not grow with history."""
    parts = []
    for kind, days in _DAYS.items():
        keys = [indicator.key for indicator in indicators if indicator.period is kind]
        if keys:
            first = until.end - timedelta(days=days * (CHART_PERIODS + 2))
            parts.append(and_(DueCheck.indicator_key.in_(keys), DueCheck.period_end.between(first, until.end)))
    return or_(*parts) if parts else DueCheck.id < 0


def is_current(indicator: str, period: str) -> ColumnElement[bool]:
    """The rows of one indicator and period since its source was last read; of figures entered by hand, all.

    The newest row for a cell counts: a correction wins over what was read, until the source is read again for a
    definition that counts otherwise.
    """
    last_read = (
        select(func.coalesce(func.max(Run.id), 0))
        .where(Run.indicator_key == indicator, Run.period_key == period)
        .where(Run.outcome == "done", Run.fingerprint.is_not(None))
        .scalar_subquery()
    )
    return and_(
        Measurement.indicator_key == indicator, Measurement.period_key == period, Measurement.run_id >= last_read
    )


def newest_figures(indicator: str, period: str) -> Sequence[Measurement]:
    """The figures that hold, one for each unit, channel and segment."""
    rows = db.session.execute(
        select(Measurement).where(is_current(indicator, period)).order_by(Measurement.id)
    ).scalars()
    return list({(row.unit_key, row.channel, row.segment): row for row in rows}.values())


def cell_of(row: Any) -> Cell:
    """A stored figure as a cell, of its row or of its columns."""
    return Cell(row.period_key, row.unit_key, row.channel, row.segment, counts_of(row))
