"""The figures of an indicator, period by period, as programs read them: what is missing is a row, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import and_

from charter.domain.charter_file.indicators import Indicator
from charter.domain.vocabulary.errors import Invalid, NotFound
from charter.domain.vocabulary.periods import Period, parse_period, period_at
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.checks import DueCheck
from charter.services.charters.versions import History, find_unit, history
from charter.services.readings.current_figures import UnitReadings, load, newest_ended, untold
from charter.services.readings.indicator_view import facts_of, figure_of, levels_of, status_of

MOST_ROWS = 100_000
"""What one file of all series may hold: more is asked for in parts."""


class SeriesRow(TypedDict):
    """One period of an indicator in one unit: what is required, what was counted, what it says, or why nothing is.

    `interval` and `interval_level` are those of the status page; `is_break`: the definition is another than before.
    """

    indicator: str
    unit: str
    period: str
    first_day: str
    last_day: str
    status: str
    reason: str | None
    value: float | None
    numerator: float | int | None
    denominator: float | int | None
    excluded: dict[str, float | int]
    pending: int
    target: float | int | None
    tolerance: float | int | None
    unacceptable: float | int | None
    interval: list[float] | None
    interval_level: float | None
    coverage: float | None
    weakest_unit: str | None
    doubts: list[dict[str, Any]]
    known_at: str | None
    is_break: bool


@dataclass(frozen=True)
class Asked:
    """The stretch of time: from the period that holds the first day of `first` to that of the last day of `last`; none:
    since the charter began, until now."""

    first: str | None = None
    last: str | None = None


def series(actor: Actor, now: datetime, key: str, unit: str | None, asked: Asked = Asked()) -> list[SeriesRow]:
    """The ended periods of an indicator in a unit, oldest first.

    Raises NotFound (indicator, unit), NotAllowed, Invalid (period, or one that ends before it begins).
    """
    found = history()
    place = find_unit(found.current, unit or actor.home)
    require(actor, Permission.READ_DESK, place)
    if key not in found.current.indicators:
        raise NotFound("The charter has no indicator %(indicator)s.", indicator=key)
    return list(_rows(found, now, place, [found.current.indicators[key][1]], asked))


@dataclass(frozen=True)
class Wanted:
    """What a file of series holds: units (none: one's own), indicators (none: all), and the stretch of time."""

    units: Sequence[str] = ()
    indicators: Sequence[str] = ()
    asked: Asked = Asked()
    is_beneath: bool = False


def all_series(actor: Actor, now: datetime, wanted: Wanted) -> list[SeriesRow]:
    """The series of several indicators in several units (`is_beneath`: and in all beneath them), one after the other.

    Raises as `series`, and Invalid where it would be more than a file should hold.
    """
    found = history()
    tree = found.current.tree
    units = [find_unit(found.current, one) for one in (wanted.units or (actor.home,))]
    for unit in units:
        require(actor, Permission.READ_DESK, unit)
    if wanted.is_beneath:
        units = [one.key for unit in units for one, _ in tree.walk(unit)]
    for key in wanted.indicators:
        if key not in found.current.indicators:
            raise NotFound("The charter has no indicator %(indicator)s.", indicator=key)
    keys = wanted.indicators or list(found.current.indicators)
    indicators = [found.current.indicators[key][1] for key in keys]
    rows: list[SeriesRow] = []
    for unit in dict.fromkeys(units):
        rows += _rows(found, now, unit, indicators, wanted.asked)
        if len(rows) > MOST_ROWS:
            raise Invalid(
                "This is more than %(most)s rows: ask for fewer units, indicators or periods.", "unit", most=MOST_ROWS
            )
    return rows


def _rows(
    found: History, now: datetime, unit: str, indicators: Sequence[Indicator], asked: Asked
) -> Iterator[SeriesRow]:
    today = now.astimezone(ZoneInfo(found.current.charter.charter.timezone)).date() - timedelta(days=1)
    last = min(parse_period(asked.last).end, today) if asked.last else today
    first = max(parse_period(asked.first).start, found.first.valid_from) if asked.first else found.first.valid_from
    if asked.first and asked.last and parse_period(asked.first).start > parse_period(asked.last).end:
        raise Invalid("%(first)s comes after %(last)s.", "from", first=asked.first, last=asked.last)
    keys = [one.key for one in indicators]
    between = and_(DueCheck.indicator_key.in_(keys), DueCheck.period_end.between(first, last))
    figures = load(indicators, unit, period_at(indicators[0].period, last), history=found, now=now, where=between)
    for indicator in indicators:
        yield from (_row(indicator, figures, period) for period in _periods(indicator, figures, asked, last))


def _periods(indicator: Indicator, figures: UnitReadings, asked: Asked, last: Any) -> Iterator[Period]:
    """The ended periods in which the charter measured the indicator, oldest first."""
    period = period_at(indicator.period, figures.history.first.valid_from)
    if asked.first is not None:
        period = max(period, period_at(indicator.period, parse_period(asked.first).start), key=lambda one: one.start)
    newest = newest_ended(indicator.period, last)
    while period.end <= newest.end:
        if figures.is_measured(indicator, period):
            yield period
        period = period.next()


def _row(indicator: Indicator, figures: UnitReadings, period: Period) -> SeriesRow:
    held, chosen = figures.held_on(indicator, period), figures.standing_at(indicator, period)
    target, row = figures.required(held, period), chosen.row
    status, reason = status_of(held, figures, chosen, target)
    facts = {**figure_of(held, row), **levels_of(target), **facts_of(row), **untold(reason)}
    return {
        "indicator": indicator.key,
        "unit": figures.unit,
        "period": period.key,
        "first_day": period.start.isoformat(),
        "last_day": period.end.isoformat(),
        "status": status,
        "reason": reason,
        "is_break": bool(row and row.is_break),
        **{name: facts[name] for name in SeriesRow.__annotations__ if name in facts},  # type: ignore[typeddict-item]
    }
