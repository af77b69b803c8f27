"""What stands beneath a figure: the units under a unit, and the channels that its cases came by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

from sqlalchemy import or_, select

from charter.domain.charter_file.indicators import Indicator, Rate
from charter.domain.overview.model import CeilingView, IndicatorView, Overview, Point, TierView, json_number
from charter.domain.readings.values import figure_of
from charter.domain.statistics.units import Longer
from charter.domain.vocabulary.counts import Counts, add_up
from charter.domain.vocabulary.terms import Kind, Reason, Status
from charter.models.base import db
from charter.models.records import Measurement, counts_of
from charter.services.charters.versions import Version
from charter.services.readings.current_figures import is_current
from charter.services.readings.indicator_view import tiers_and_ceiling
from charter.services.readings.stages import newest_cells


class FigureBelow(TypedDict):
    """What a reading says in a list of units."""

    status: str
    reason: str | None
    value: float | None
    numerator: float | None
    denominator: float | None
    tiers: NotRequired[list[TierView]]
    ceiling: NotRequired[CeilingView | None]


class UnitFigure(FigureBelow):
    """What a unit beneath says of the period shown; `longer`: of few cases, those of 3 and 12 months together."""

    unit: str
    name: str
    kind: str | None
    depth: int
    longer: NotRequired[list[Longer]]
    series: NotRequired[list[Point]]
    change: NotRequired[float | None]  # since the period before, where a page tells it


class ChannelFigure(TypedDict):
    """The counts of a channel; it has no target of its own, so no status."""

    channel: str
    value: float | None
    numerator: float | None
    denominator: float | None
    too_few: bool


def figure_below(row: Any, kind: str, empty: Reason) -> FigureBelow:
    """A unit's reading as those above it list it; without one, or without a case, why there is none (`empty`). Of one
    that was shut nothing is asked, whatever the source sends in its name."""
    found: FigureBelow = {
        "status": row.status if row else Status.NO_DATA.value,
        "reason": row.reason if row and row.reason != Reason.NO_ROWS else empty.value,
        "value": row.value if row else None,
        "numerator": json_number(row.numerator) if row and Kind(kind).has_numerator else None,
        "denominator": json_number(row.denominator) if row and kind != Kind.COMPOSITE else None,
    }
    if empty == Reason.NOT_OPEN:
        found["reason"] = Reason.CLOSED_WITH_CASES.value if row and row.reason != Reason.NO_ROWS else empty.value
        found["status"] = Status.NOT_APPLICABLE.value
    if found["reason"] == Reason.FEW_WRITTEN:
        found["numerator"] = found["denominator"] = None
    if row is not None and row.steps:
        steps = tiers_and_ceiling(row.steps, json_number(row.denominator))
        found["tiers"], found["ceiling"] = steps["tiers"], steps["ceiling"]
    return found


def channels_below(version: Version, unit: str, rows: Sequence[Any]) -> dict[str, list[ChannelFigure]]:
    """The counts of each channel under the unit (a channel has no target of its own, so no status)."""
    tree = version.tree
    is_root = unit == tree.root.key
    told = {key for key, (_, indicator) in version.indicators.items() if _has_channels(indicator)}
    cells: dict[tuple[str, str], list[Counts]] = {}
    for row in newest_cells([row for row in rows if row.indicator_key in told]):
        if is_root or (row.unit_key in tree and row.unit_key in tree.under(unit)):
            cells.setdefault((row.indicator_key, row.channel), []).append(counts_of(row))
    found: dict[str, list[ChannelFigure]] = {}
    for (key, channel), parts in cells.items():
        found.setdefault(key, []).append(_channel_figure(channel, version.indicators[key][1], add_up(parts)))
    return {key: _largest_first(rows) for key, rows in found.items()}


def channels_of(version: Version, whole: Overview) -> dict[str, dict[str, list[ChannelFigure]]]:
    """The counts of each channel by unit and indicator, for the periods that the whole shows: each cell read once."""
    tree = version.tree
    found: dict[str, dict[str, list[ChannelFigure]]] = {}
    for view in (one for commitment in whole["commitments"] for one in commitment["indicators"]):
        indicator = version.indicators[view["key"]][1]
        if view["known_at"] is None or not _has_channels(indicator):
            continue
        cells: dict[tuple[str, str], list[Counts]] = {}
        for row in newest_cells(cells_shown([view])):
            for above in tree.path(row.unit_key) if row.unit_key in tree else [tree.root.key]:
                cells.setdefault((above, row.channel), []).append(counts_of(row))
        for (unit, channel), parts in cells.items():
            of_unit = found.setdefault(unit, {}).setdefault(view["key"], [])
            of_unit.append(_channel_figure(channel, indicator, add_up(parts)))
    return {unit: {key: _largest_first(rows) for key, rows in of.items()} for unit, of in found.items()}


def _has_channels(indicator: Indicator) -> bool:
    return indicator.channel is not None and not is_whole_only(indicator)


def is_whole_only(indicator: Indicator) -> bool:
    """Named channels that the figure cannot be told by: a percentile does not add, a volume may have no channel."""
    is_joined = isinstance(indicator, Rate) and not isinstance(indicator.volume, str)
    return indicator.channel is not None and (is_joined or not indicator.kind.adds_up)


def _largest_first(rows: Sequence[ChannelFigure]) -> list[ChannelFigure]:
    return sorted(rows, key=lambda row: -(row["denominator"] or 0))


def _channel_figure(channel: str, indicator: Indicator, counts: Counts) -> ChannelFigure:
    value = figure_of(indicator, counts)
    return {
        "channel": channel,
        "value": None if value is None else float(value),
        "numerator": json_number(counts.numerator) if indicator.kind.has_numerator else None,
        "denominator": json_number(counts.denominator),
        "too_few": indicator.kind.has_minimum and counts.denominator < indicator.minimum,
    }


def cells_shown(views: Sequence[IndicatorView]) -> Sequence[Any]:
    """What was measured, entered and corrected for the periods shown, in the order of writing, as plain rows."""
    wanted = [is_current(view["key"], view["period"]) for view in views if view["known_at"] is not None]
    if not wanted:
        return []
    return db.session.execute(select(Measurement.__table__).where(or_(*wanted)).order_by(Measurement.id)).all()
