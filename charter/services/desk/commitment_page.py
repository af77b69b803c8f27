"""Everything about one commitment: figures, breakdown by unit and channel, runs, definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from sqlalchemy import and_, or_, select

from charter.domain.actions.context import ReflexView, reflex_of
from charter.domain.charter_file.charter import Commitment
from charter.domain.charter_file.indicators import Indicator
from charter.domain.overview.model import (
    CommitmentView,
    IndicatorView,
    Overview,
    Point,
)
from charter.domain.readings.effort import EffortView
from charter.domain.readings.stages import ChainView
from charter.domain.statistics.chart_reading import ChartReading, bounds_of
from charter.domain.statistics.misses import Misses, misses_of
from charter.domain.statistics.seasons import Timed
from charter.domain.statistics.units import FunnelView
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Direction, Permission, Reason
from charter.models.base import db
from charter.models.records import Measurement, Run
from charter.services.actions.view import Remedy, remedy
from charter.services.charters.rules import told_definition
from charter.services.charters.versions import History, Version, find_commitment, find_unit, history
from charter.services.checks.calendar import run_facts
from charter.services.checks.calendar_rows import RunLine
from charter.services.desk.unit_figures import NOTHING_BENEATH, MixView, units_beneath
from charter.services.desk.units import ChannelFigure, UnitFigure, channels_below, is_whole_only
from charter.services.figures.write import Correction, corrections_of
from charter.services.frontline.observations import local_day
from charter.services.frontline.summaries import Below, TeamWords, commitment_part
from charter.services.frontline.word_pins import PinnedLine, pinned_to
from charter.services.month.overview import build_of
from charter.services.readings.chart_resets import SetAnew
from charter.services.readings.current_figures import UnitReadings, is_current, month_asked
from charter.services.readings.effort import efforts_of
from charter.services.readings.indicator_view import chart_of
from charter.services.readings.recent_queries import load_years
from charter.services.readings.stages import chains_of, newest_cells

RUNS_SHOWN = 24


class MissedLately(TypedDict):
    """Of the last `of` periods, measured alike and held to one level, `count` fell short of it."""

    count: int
    of: int


class Detail(TypedDict):
    """Of one indicator: its definition, long series, control chart, and breakdown by unit and channel."""

    definition: NotRequired[dict[str, Any]]
    series: list[Point]
    rebases: list[SetAnew]
    chart: dict[str, Any] | None
    missed_lately: MissedLately | None
    likely_misses: float | None
    breakdown: list[UnitFigure]
    funnel: NotRequired[FunnelView | None]
    mix: NotRequired[MixView | None]
    channels: list[ChannelFigure]
    channels_absent: NotRequired[bool]
    stages: NotRequired[ChainView]
    effort: NotRequired[EffortView]


class RunOfIndicator(RunLine):
    """A run, and of which indicator."""

    indicator: str


class CommitmentPage(TypedDict):
    """One commitment of a month and unit, with all that its page prints."""

    overview: Overview
    commitment: CommitmentView
    details: dict[str, Detail]
    reflexes: list[ReflexView]
    frontline: TeamWords
    pinned: list[PinnedLine]
    runs: list[RunOfIndicator]
    corrections: list[Correction]
    corrected: dict[str, set[str]]
    remedy: Remedy


def last_month_of(found: History, key: str, now: datetime) -> Period:
    """The month that is shown unless another is asked for; of a promise that has left the charter, its last one."""
    month = month_asked(found, None, now)
    while not _has(found.on(month.start), key) and month.start > found.first.valid_from:
        month = month.previous()
    return month if _has(found.on(month.start), key) else month_asked(found, None, now)


def _has(version: Version, key: str) -> bool:
    return any(one.key == key for one in version.charter.commitments)


def commitment_page(
    actor: Actor, now: datetime, key: str, *, unit: str | None = None, period: str | None = None
) -> CommitmentPage:
    """One commitment for a month and unit. Raises NotFound, NotAllowed, Invalid (period)."""
    found = history()
    month = month_asked(found, period, now) if period else last_month_of(found, key, now)
    version = found.on(month.start)
    unit_key = find_unit(version, unit)
    require(actor, Permission.READ_DESK, unit_key)
    _, commitment = find_commitment(version, key)
    earlier = [one for one in found.on(month.previous().start).charter.commitments if one.key == key]
    indicators = {one.key: one for each in (*earlier, commitment) for one in each.indicators}
    figures = load_years(indicators.values(), unit_key, month, history=found, now=now)
    whole = build_of(figures, version, month, (), only=key)
    (view,) = whole["commitments"]
    rows, corrected = _rows_and_corrected(version, unit_key, view["indicators"])
    details = _details(version, whole, [view], figures, rows)
    return {
        "overview": whole,
        "commitment": view,
        "details": details,
        "reflexes": _reflexes(commitment, details),
        "frontline": commitment_part(version, whole, view, _values_below(details), local_day(now, found)[1]),
        "pinned": pinned_to(actor, found.current, month, unit_key, key),
        "runs": _runs(view),
        "corrections": corrections_of(version, unit_key, rows),
        "corrected": corrected,
        "remedy": remedy(actor, now, version, whole, view),
    }


def _reflexes(commitment: Commitment, details: Mapping[str, Detail]) -> list[ReflexView]:
    """Each volume kept beside the promise that rose while an indicator that decides its status fell."""
    drawn = [one for one in commitment.indicators if one.key in details]
    found = [
        reflex_of(
            {"key": one.key, "direction": Direction.HIGHER, "is_share": False, "points": details[one.key]["series"]},
            {
                "key": promise.key,
                "direction": promise.direction,
                "is_share": promise.kind.is_share,
                "points": details[promise.key]["series"],
            },
        )
        for one in drawn
        for promise in drawn
        if one.is_context and promise.mandatory and one.period is promise.period
    ]
    return [one for one in found if one is not None]


def _values_below(details: Mapping[str, Detail]) -> Below:
    """The value of each unit beneath, by indicator; None where it has too few cases."""
    return {
        key: {row["unit"]: None if row["reason"] == Reason.TOO_FEW else row["value"] for row in detail["breakdown"]}
        for key, detail in details.items()
    }


def details_of(
    whole: Overview, version: Version, figures: UnitReadings, channels: Mapping[str, list[ChannelFigure]]
) -> dict[str, Detail]:
    """The details of each indicator of a month's overview, by its key, without definition and units beneath."""
    return {
        view["key"]: {
            **_detail(version.indicators[view["key"]][1], view, figures),
            "channels": channels.get(view["key"], []),
        }
        for commitment in whole["commitments"]
        for view in commitment["indicators"]
    }


def _details(
    version: Version,
    whole: Overview,
    views: Sequence[CommitmentView],
    figures: UnitReadings,
    rows: Sequence[Any],
) -> dict[str, Detail]:
    unit = whole["unit"]
    shown = [indicator for view in views for indicator in view["indicators"]]
    indicators = [version.indicators[view["key"]][1] for view in shown]
    units = units_beneath(version, unit, shown)
    channels = channels_below(version, unit, rows)
    found: dict[str, Detail] = {
        view["key"]: {
            **_detail(indicator, view, figures),
            **units.get(view["key"], NOTHING_BENEATH),
            "definition": told_definition(version, indicator),
            "channels": channels.get(view["key"], []),
        }
        for indicator, view in zip(indicators, shown, strict=True)
    }
    cells = newest_cells(rows)
    for key, chain in chains_of(version, unit, cells).items():
        found[key]["stages"] = chain
    for key, effort in efforts_of(version, unit, cells).items():
        found[key]["effort"] = effort
    return found


def _detail(indicator: Indicator, view: IndicatorView, figures: UnitReadings) -> Detail:
    """Without the definition, and the breakdown by unit and channel."""
    period = parse_period(view["period"])
    chart, points = chart_of(indicator, figures, period)
    misses = _misses(indicator, points, chart)
    found: Detail = {
        "series": points,
        "rebases": _set_anew(figures, indicator, [point["period"] for point in points]),
        "chart": _plain(chart) if chart else None,
        "missed_lately": None if misses is None else {"count": misses.count, "of": misses.of},
        "likely_misses": None if misses is None else misses.likely_of_12,
        "breakdown": [],
        "channels": [],
    }
    if is_whole_only(indicator):
        found["channels_absent"] = True
    return found


def _plain(chart: ChartReading) -> dict[str, Any]:
    rare = None if chart.rare is None else {**vars(chart.rare)}
    return {**vars(chart), "points": [{**vars(point)} for point in chart.points], "rare": rare}


def _misses(indicator: Indicator, points: Sequence[Point], chart: ChartReading | None) -> Misses | None:
    """How often the level that is in force was missed; of a promise in steps, that of its first, which is drawn."""
    level = points[-1]["target"] if points else None
    if level is None:
        return None
    alike: list[Timed] = []
    for point in reversed(points):
        if point["target"] != level:
            break
        if point["value"] is not None:
            alike.insert(0, Timed(parse_period(point["period"]), float(point["value"])))
        if point.get("break"):
            break
    return misses_of(alike, float(level), indicator.direction, chart, bounds_of(indicator.kind)) if alike else None


def _set_anew(figures: UnitReadings, indicator: Indicator, shown: Sequence[str]) -> list[SetAnew]:
    """The periods shown from which a person had the chart computed anew: since when, why, who and when."""
    held = figures.rebases.get(indicator.key, {})
    return [held[period] for period in shown if period in held]


def _rows_and_corrected(
    version: Version, unit: str, views: Sequence[IndicatorView]
) -> tuple[Sequence[Any], dict[str, set[str]]]:
    """The same, and by indicator the periods whose figures a person corrected, in the unit or beneath it."""
    shown = {(view["key"], view["period"]): view["known_at"] is not None for view in views}
    if not shown:
        return [], {}
    under = None if unit == version.tree.root.key else version.tree.under(unit)
    is_shown = or_(*(and_(Measurement.indicator_key == key, Measurement.period_key == period) for key, period in shown))
    of_others = and_(Measurement.indicator_key.in_({key for key, _ in shown}), Measurement.corrects_id.is_not(None))
    wanted = [is_current(key, period) for (key, period), is_known in shown.items() if is_known]
    query = select(Measurement.__table__).where(or_(of_others & ~is_shown, *wanted)).order_by(Measurement.id)
    rows, corrected = list[Any](), dict[str, set[str]]()
    for row in db.session.execute(query).all():
        if row.corrects_id is not None and (under is None or row.unit_key in under):
            corrected.setdefault(row.indicator_key, set()).add(row.period_key)
        if (row.indicator_key, row.period_key) in shown:
            rows.append(row)
    return rows, corrected


def _runs(view: CommitmentView) -> list[RunOfIndicator]:
    """The newest runs of the commitment's indicators."""
    keys = [indicator["key"] for indicator in view["indicators"]]
    query = select(Run).where(Run.indicator_key.in_(keys)).order_by(Run.id.desc()).limit(RUNS_SHOWN)
    return [{**run_facts(run), "indicator": run.indicator_key} for run in db.session.execute(query).scalars()]
