"""One indicator as every face prints it: figure, level, interval, change, series; of steps: tiers, ceiling, the one
whose figure is shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypedDict
from zoneinfo import ZoneInfo

from charter.domain.charter_file.indicators import Indicator, Money, Rate, ShareWithin, Target
from charter.domain.overview.amounts import unit_words
from charter.domain.overview.model import CeilingView, IndicatorView, Point, TierView, json_number, words
from charter.domain.readings.doubts import name_units
from charter.domain.readings.status import LEVELS, evaluate_status, why_nothing_is_required
from charter.domain.readings.values import StepKind, StepReading, reckoned_as
from charter.domain.statistics.chart_kinds import Measured, Row
from charter.domain.statistics.chart_reading import (
    CHART_PERIODS,
    ChartEnd,
    ChartReading,
    assurance_of,
    bounds_of,
    neutral,
    read_chart,
    touched,
    variation_of,
)
from charter.domain.statistics.seasons import YEAR
from charter.domain.vocabulary.counts import Counts
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.terms import Basis, Kind, Proves, Reason, Status
from charter.models.readings import ReadingRow
from charter.services.charters.versions import Drawn
from charter.services.readings.current_figures import LINE_PERIODS, ChosenFigure, UnitReadings, untold
from charter.services.readings.recent_queries import RecentReadings
from charter.services.schedule.due import deadlines_of

Stored = dict[str, Any]


def stored(one: StepReading) -> Stored:
    """One step as a reading keeps it: the share within its delay, of a ceiling too."""
    reading, required = one.reading, one.step.required
    return {
        "kind": one.step.kind.value,
        "delay": str(one.step.delay),
        "required": None if required is None else float(required),
        "numerator": int(one.numerator),
        "value": None if reading.value is None else float(reading.value),
        "status": reading.status.value,
    }


class Steps(TypedDict, total=False):
    """`tiers` and `ceiling` of the reading model; nothing for an indicator without steps."""

    tiers: list[TierView]
    ceiling: CeilingView | None


def tiers_and_ceiling(steps: list[Stored], denominator: float | int | None) -> Steps:
    """`tiers` and `ceiling` of the reading model; nothing for an indicator without steps."""
    if not steps:
        return {}
    tiers = [_tier(step, denominator) for step in steps if step["kind"] == StepKind.TIER]
    return {"tiers": tiers, "ceiling": next((_ceiling(s) for s in steps if s["kind"] == StepKind.CEILING), None)}


def _tier(step: Stored, denominator: float | int | None) -> TierView:
    return {
        "within": step["delay"],
        "target": step["required"],
        "numerator": step["numerator"],
        "denominator": denominator or 0,
        "value": step["value"],
        "status": step["status"],
    }


def _ceiling(step: Stored) -> CeilingView:
    value = step["value"]
    return {
        "beyond": step["delay"],
        "at_most": round(1 - step["required"], 12),
        "share": None if value is None else round(1 - value, 12),
        "status": step["status"],
    }


def facts_of(row: ReadingRow | None) -> dict[str, Any]:
    """What a promise in steps adds to the figure of a period: its steps, and the level of the one shown."""
    if row is None or not row.steps:
        return {}
    shown = row.steps[row.shown or 0]
    facts = tiers_and_ceiling(row.steps, json_number(row.denominator)) | {"step": shown["delay"]}
    if row.shown is None:
        return facts
    return facts | {"target": shown["required"], "tolerance": 0.0, "unacceptable": None, "exceeds": None}


def value_at(row: ReadingRow | None, like: ReadingRow | None) -> float | None:
    """The value of a reading at the step that another one shows: only the same step compares."""
    if row is None or like is None or not row.steps or not like.steps:
        return row.value if row else None
    shown = like.steps[like.shown or 0]
    return next((step["value"] for step in row.steps if step["delay"] == shown["delay"]), None)


def first_value(row: ReadingRow) -> tuple[float | None, Any]:
    """Value and numerator of the first step, which a series draws throughout."""
    return (row.steps[0]["value"], row.steps[0]["numerator"]) if row.steps else (row.value, row.numerator)


def indicator_view(indicator: Indicator, figures: RecentReadings, month: Period) -> IndicatorView:
    """The indicator for one month: the newest period whose check is done, or why there is no figure."""
    chosen = figures.choose(indicator, month)
    row = chosen.row
    # An older figure that stands for the month is read with the charter of its own time.
    indicator = figures.held_on(indicator, chosen.period)
    target = figures.required(indicator, chosen.period)
    line = line_of(indicator, figures, chosen)
    previous = next((one for _, one in figures.series(indicator, chosen.period.previous(), 1)), None)
    status, reason = status_of(indicator, figures, chosen, target)
    facts = _facts(indicator) | levels_of(target) | figure_of(indicator, row) | facts_of(row) | untold(reason)
    facts["doubts"] = name_units(facts["doubts"], figures.history.on(chosen.period.start).tree)
    return facts | {  # type: ignore[return-value]
        "period": chosen.period.key,
        "judged_from": _judged_from(figures, indicator, chosen),
        "status": status,
        "reason": reason,
        "signal": line.signal,
        "assurance": line.assurance,
        "previous": value_at(previous, row) if row else previous.value if previous else None,
        "previous_status": previous.status if previous else None,
        "series": line.points,
    }


@dataclass(frozen=True)
class IndicatorStatus:
    """How an indicator stood in a month, without what surrounds it."""

    mandatory: bool
    status: Status
    reason: str | None
    exceeded: bool | None
    is_measured: bool


def indicator_status_of(indicator: Indicator, figures: UnitReadings, month: Period) -> IndicatorStatus:
    """As `indicator_view`, for a month that is only compared with."""
    chosen = figures.choose(indicator, month)
    target = figures.required(figures.held_on(indicator, chosen.period), chosen.period)
    status, reason = status_of(indicator, figures, chosen, target)
    row = chosen.row
    return IndicatorStatus(indicator.mandatory, Status(status), reason, row.exceeded if row else None, row is not None)


def _facts(indicator: Indicator) -> dict[str, Any]:
    return {
        "key": indicator.key,
        "title": words(indicator.title),
        "kind": indicator.kind.value,
        "nature": indicator.nature.value,
        "basis": indicator.basis.value,
        "mandatory": indicator.mandatory,
        "direction": indicator.direction.value,
        "minimum": indicator.minimum,
        **({"proves": indicator.proves.value} if indicator.proves is not Proves.RESULT else {}),
        **({"per": indicator.per} if isinstance(indicator, Rate) else {}),
        **({"currency": indicator.currency} if isinstance(indicator, Money) and indicator.currency else {}),
        **unit_words(indicator),
    }


def levels_of(target: Target | None) -> dict[str, Any]:
    return {name: json_number(getattr(target, name)) if target else None for name in LEVELS}


def figure_of(indicator: Indicator, row: ReadingRow | None) -> dict[str, Any]:
    weighted = {"effective_n": row.effective_n} if row and row.effective_n is not None else {}
    return weighted | {
        "value": row.value if row else None,
        **_of_how_many(indicator, row),
        "excluded": row.excluded if row else {},
        "pending": row.pending if row else 0,
        "exceeded": row.exceeded if row else None,
        "interval": _interval(row),
        "interval_level": row.interval_level if row else None,
        "weakest_unit": row.weakest_unit if row else None,
        "coverage": row.coverage if row else None,
        "touched": customers_touched(indicator, row),
        "not_recording": row.not_recording if row else [],
        "known_at": row.known_at.isoformat() if row else None,
        "doubts": (row.doubts or []) if row else [],
    }


def _of_how_many(indicator: Indicator, row: ReadingRow | None) -> dict[str, Any]:
    """The counts beside the value: a mean or a percentile has only n, a composite has none of its own."""
    is_composite = indicator.kind is Kind.COMPOSITE
    numerator = row.numerator if row and indicator.kind.has_numerator else None
    return {
        "numerator": json_number(numerator),
        "denominator": json_number(row.denominator) if row and not is_composite else None,
    }


def status_of(
    indicator: Indicator, figures: UnitReadings, chosen: ChosenFigure, target: Target | None
) -> tuple[str, str | None]:
    """The stored status; without a figure, what the rules say. Of a unit that was closed, or not open yet: nothing."""
    empty = figures.reason_of(indicator, chosen.row, chosen.period) if chosen.row else chosen.reason
    if empty in (Reason.NOT_OPEN, Reason.CLOSED_WITH_CASES):
        return Status.NOT_APPLICABLE.value, empty
    if chosen.row is not None:
        return chosen.row.status, empty
    reading = evaluate_status(
        indicator.kind,
        indicator.direction,
        indicator.basis,
        None,
        target=target,
        minimum=indicator.minimum,
        without=why_nothing_is_required(indicator.targets, chosen.period.start, figures.place_on(chosen.period)),
        missing=chosen.reason,
    )
    return reading.status.value, reading.reason.value if reading.reason else None


def _interval(row: ReadingRow | None) -> list[float] | None:
    low, high = (row.interval_low, row.interval_high) if row else (None, None)
    return None if low is None or high is None else [low, high]


def _judged_from(figures: UnitReadings, indicator: Indicator, chosen: ChosenFigure) -> str | None:
    """The local date on which the newer period's check is due, when an older figure is shown."""
    if chosen.awaited is None:
        return None
    version = figures.history.on(chosen.awaited.start)
    due = deadlines_of(version, figures.held_on(indicator, chosen.awaited), chosen.awaited).due_at
    return due.astimezone(ZoneInfo(version.charter.charter.timezone)).date().isoformat()


class Line(NamedTuple):
    """Variation and assurance of a figure's chart, and the line of LINE_PERIODS that ends with it."""

    signal: str | None
    assurance: str | None
    points: list[Point]


def line_of(indicator: Indicator, figures: RecentReadings, chosen: ChosenFigure) -> Line:
    """What the chart says of the figure that stands for a month."""
    row, last = chosen.row, chosen.period
    if row is not None and indicator.key not in figures.wide and not indicator.is_context:
        end = ChartEnd(str(row.chart_says), row.chart_lower, row.chart_upper)
        level = level_of(figures, indicator, last)
        series = figures.series(indicator, last, LINE_PERIODS)
        points = _points(indicator, figures, series, figures.breaks(series))
        return Line(variation_of(end, indicator.direction), assurance_of(end, indicator.direction, level), points)
    chart, points = chart_of(indicator, figures.years or figures, last, shown=LINE_PERIODS)
    if chart is None or not chart.speaks:
        return Line(None, None, points)
    return Line(chart.variation, chart.assurance, points)


def chart_of(
    indicator: Indicator, figures: UnitReadings, last: Period, *, shown: int = CHART_PERIODS
) -> tuple[ChartReading | None, list[Point]]:
    """The control chart's reading of up to CHART_PERIODS, and the last `shown` of its points, oldest first."""
    series = figures.series(indicator, last, CHART_PERIODS)
    if not series:
        return None, []
    breaks = _breaks(series)
    set_anew = figures.rebases.get(indicator.key, {})
    counts = [Row(first_value(row)[0], row.numerator, row.denominator) if row else None for _, row in series]
    reading = read_chart(
        [(period.key, first_value(row)[0] if row else None) for period, row in series],
        direction=indicator.direction,
        target=level_of(figures, indicator, last),
        bounds=bounds_of(indicator.kind),
        rebase={*breaks, *set_anew},
        measured=Measured.of(reckoned_as(indicator), YEAR.get(indicator.period, 0), counts),
    )
    return neutral(reading) if indicator.is_context else reading, _points(indicator, figures, series[-shown:], breaks)


def _points(indicator: Indicator, figures: UnitReadings, series: Sequence[Any], breaks: Collection[str]) -> list[Point]:
    set_anew = figures.rebases.get(indicator.key, {})
    points = [_point(indicator, figures, period, row) for period, row in series]
    for point in points:
        if point["period"] in breaks:
            point["break"] = True
        if point["period"] in set_anew:
            point["rebased"] = set_anew[point["period"]]["reason"]
    return points


def _breaks(series: list[tuple[Period, ReadingRow | None]]) -> list[str]:
    """The periods from which the definition is another than that of the figure before."""
    breaks, known = [], None
    for period, row in series:
        if row is None or row.definition_hash is None:
            continue
        if known is not None and row.definition_hash != known:
            breaks.append(period.key)
        known = row.definition_hash
    return breaks


def level_of(figures: UnitReadings, indicator: Indicator, period: Period) -> float | int | None:
    """The level that a series is drawn against: the target in force, else that of the first tier."""
    version = figures.history.on(period.start)
    place = Drawn(indicator.key, figures.unit, period)
    if place not in version.levels:
        level = _level(figures, figures.held_on(indicator, period), period)
        if indicator.key not in version.indicators:
            return level
        version.levels[place] = level
    return version.levels[place]


def _level(figures: UnitReadings, indicator: Indicator, period: Period) -> float | int | None:
    target = figures.required(indicator, period)
    if target is None and isinstance(indicator, ShareWithin) and indicator.tiers:
        return json_number(indicator.tiers[0].target)
    return json_number(target.target) if target else None


def _point(indicator: Indicator, figures: UnitReadings, period: Period, row: Any) -> Point:
    value, numerator = first_value(row) if row else (None, None)
    n = _of_how_many(figures.held_on(indicator, period), row)
    return {
        "period": period.key,
        "value": value,
        "numerator": json_number(numerator) if row and row.steps else n["numerator"],
        "denominator": n["denominator"],
        "status": row.status if row else "no-data",
        "target": level_of(figures, indicator, period),
    }


def customers_touched(indicator: Indicator, row: ReadingRow | None) -> float | int | None:
    """Customers touched by a breach: failures of a share of all cases (methods.md A10); a sample only asks some."""
    is_counted = reckoned_as(indicator) in (Kind.SHARE_WITHIN, Kind.SHARE) and indicator.basis is Basis.CENSUS
    if row is None or row.value is None or not is_counted:
        return None
    return json_number(touched(Counts(numerator=row.numerator, denominator=row.denominator), indicator.direction))
