"""The units beneath one: each one's figure, its small numbers over longer times, who stands out, and what mix does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import and_, or_, select

from charter.domain.charter_file.indicators import Indicator, Rate
from charter.domain.charter_file.sources import Unit
from charter.domain.overview.model import IndicatorView, Point, json_number
from charter.domain.readings.values import reckoned_as
from charter.domain.statistics.units import (
    LONGER,
    FunnelView,
    Longer,
    Mix,
    Part,
    funnel_of,
    funnel_view,
    mix_of,
    together,
)
from charter.domain.vocabulary.periods import Period, parse_period, periods_back
from charter.domain.vocabulary.terms import Basis, Kind, PeriodKind, Reason, Status
from charter.models.base import db
from charter.models.readings import ReadingRow
from charter.services.charters.versions import Version
from charter.services.desk.units import UnitFigure, figure_below
from charter.services.readings.current_figures import LINE_PERIODS
from charter.services.readings.indicator_view import first_value

MOST_PAST = 80
"""Of more units than this only those next below are told over time."""


class MixPart(NamedTuple):
    """A unit's events and cases before, and now."""

    unit: str
    before: float
    before_of: float
    now: float
    now_of: float


class MixView(TypedDict):
    """Of the change since the period before: what units did themselves, and what the move of weights did.

    `parts`: of each unit what it counted.
    """

    since: str
    rate: float
    mix: float
    parts: list[MixPart]


class Beneath(TypedDict):
    """All that is told of the units beneath, of one indicator."""

    breakdown: list[UnitFigure]
    funnel: FunnelView | None
    mix: MixView | None


NOTHING_BENEATH: Beneath = {"breakdown": [], "funnel": None, "mix": None}

Rows = Mapping[str, Mapping[str, ReadingRow]]
"""Readings by unit and period."""


@dataclass(frozen=True)
class Place:
    """A unit beneath, and how deep it stands."""

    unit: Unit
    depth: int


@dataclass(frozen=True)
class _Told:
    """One indicator of the page, the units beneath, and their readings by unit and period."""

    version: Version
    indicator: Indicator
    view: IndicatorView
    below: Mapping[str, Place]
    rows: Mapping[str, Mapping[str, ReadingRow]]

    @cached_property
    def period(self) -> Period:
        return parse_period(self.view["period"])

    @cached_property
    def line(self) -> list[str]:
        """The keys of the periods that a small line shows, oldest first."""
        return [one.key for one in periods_back(self.period, LINE_PERIODS)[::-1]]

    @cached_property
    def months(self) -> Sequence[Period]:
        """The months that are laid together where one has too few cases, newest first."""
        return periods_back(self.period, max(LONGER))

    @cached_property
    def is_counted(self) -> bool:
        return is_counted(self.indicator)

    def row(self, unit: str, period: Period) -> ReadingRow | None:
        return self.rows.get(unit, {}).get(period.key)

    def part(self, unit: str, period: Period) -> Part | None:
        """A unit's counts of a period, where they are counts of cases and by the definition of the period shown."""
        row, shown = self.row(unit, period), self.row(unit, self.period)
        if row is None or row.denominator <= 0 or not self.is_counted:
            return None
        if shown is not None and row.definition_hash != shown.definition_hash:
            return None
        return Part(unit, float(row.numerator), float(row.denominator))

    @property
    def leaves(self) -> list[str]:
        return [key for key in self.below if self.version.tree.is_leaf(key)]


def is_counted(indicator: Indicator) -> bool:
    """Whether its figures are counts of cases that can be laid together: shares of cases, and rates."""
    return reckoned_as(indicator) in (Kind.SHARE, Kind.SHARE_WITHIN, Kind.YES_NO, Kind.RATE)


def units_beneath(version: Version, unit: str, views: Sequence[IndicatorView]) -> dict[str, Beneath]:
    """By indicator the units under a unit, in the tree's order, for the period shown, with thirteen periods of each."""
    below = {one.key: Place(one, depth) for one, depth in version.tree.walk(unit) if one.key != unit}
    known = [view for view in views if view["known_at"] is not None]
    if not below or not known:
        return {}
    near = [key for key, place in below.items() if place.unit.parent == unit]
    past = list(below) if len(below) <= MOST_PAST else near
    found: dict[str, dict[str, dict[str, ReadingRow]]] = {}
    for row in _rows(known, past):
        found.setdefault(row.indicator_key, {}).setdefault(row.unit_key, {})[row.period_key] = row
    told = [_Told(version, version.indicators[one["key"]][1], one, below, found.get(one["key"], {})) for one in known]
    return {one.view["key"]: _beneath(one) for one in told}


def _rows(views: Sequence[IndicatorView], past: Sequence[str]) -> Sequence[Any]:
    """The readings of the periods shown, and of some units those of the periods before, as plain rows."""
    wanted = []
    for view in views:
        period = parse_period(view["period"])
        first = periods_back(period, LINE_PERIODS)[-1]
        before = ReadingRow.unit_key.in_(past) & ReadingRow.period_end.between(first.end, period.end)
        mine = ReadingRow.indicator_key == view["key"]
        wanted.append(and_(mine, or_(ReadingRow.period_key == period.key, before)))
    return db.session.execute(select(*(ReadingRow.__table__.c[name] for name in COLUMNS)).where(or_(*wanted))).all()


COLUMNS = (
    *("indicator_key", "unit_key", "period_key", "status", "reason", "value", "numerator", "denominator", "steps"),
    *("shown", "definition_hash", "target"),
)


def _beneath(told: _Told) -> Beneath:
    figures = [_figure(told, key, place) for key, place in told.below.items()]
    for figure in figures:
        figure |= _over_time(told, figure)  # type: ignore[typeddict-item]
    return {"breakdown": figures, "funnel": _funnel(told), "mix": _mix(told)}


def _figure(told: _Told, key: str, place: Place) -> UnitFigure:
    unit, row = place.unit, told.row(key, told.period)
    below = figure_below(row, told.view["kind"], told.version.why_empty_at(told.indicator, key, told.period))
    own = {"unit": key, "name": unit.name, "kind": unit.kind, "depth": place.depth}
    return {**own, **below}  # type: ignore[typeddict-item]  # what a page adds over time comes after


def _over_time(told: _Told, figure: UnitFigure) -> dict[str, Any]:
    """Thirteen periods of a unit; of few cases a month, those of 3 and 12 months together."""
    rows = told.rows.get(figure["unit"], {})
    found: dict[str, Any] = {}
    if len(rows) > 1:
        found["series"] = [_point(key, rows.get(key)) for key in told.line]
    if figure["reason"] == Reason.TOO_FEW and told.indicator.period is PeriodKind.MONTH:
        found["longer"] = _longer(told, figure["unit"])
    return found


def _point(period: str, row: ReadingRow | None) -> Point:
    value = first_value(row)[0] if row else None
    cases = json_number(row.denominator) if row else None
    status, target = (row.status, row.target) if row else (Status.NO_DATA.value, None)
    return {
        "period": period,
        "value": value,
        "numerator": None,
        "denominator": cases,
        "status": status,
        "target": target,
    }


def _longer(told: _Told, unit: str) -> list[Longer]:
    parts = [told.part(unit, one) for one in told.months]
    return together(parts, told.indicator.per if isinstance(told.indicator, Rate) else None)


def _funnel(told: _Told) -> FunnelView | None:
    """The funnel of the units that have none beneath, where their figures are counts of all cases."""
    if told.indicator.basis is not Basis.CENSUS:
        return None
    # A unit that does not record is not slow: it is no part of the funnel.
    recording = [key for key in told.leaves if (row := told.row(key, told.period)) and row.status != Status.NO_DATA]
    parts = [part for key in recording if (part := told.part(key, told.period)) is not None]
    found = funnel_of(parts, is_rate=told.indicator.kind is Kind.RATE)
    if found is None:
        return None
    per = told.indicator.per if isinstance(told.indicator, Rate) else 1
    return funnel_view(found, parts, {key: place.unit.name for key, place in told.below.items()}, per)


def _mix(told: _Told) -> MixView | None:
    """What mix does to the change of a share since the period before, where that is worth a sentence."""
    if told.indicator.kind is Kind.RATE:
        return None
    before = told.period.previous()
    sides = [
        [part for key in told.leaves if (part := told.part(key, one)) is not None] for one in (before, told.period)
    ]
    found: Mix | None = mix_of(*sides) if all(len(side) > 1 for side in sides) else None
    if found is None or not found.is_worth_saying:
        return None
    old, new = ({part.unit: (part.events, part.of) for part in side} for side in sides)
    none = (0.0, 0.0)
    parts = [MixPart(unit, *old.get(unit, none), *new.get(unit, none)) for unit in sorted(old | new)]
    return {"since": before.key, "rate": found.rate, "mix": found.mix, "parts": parts}
