"""What may be entered, what waits, what was entered: the figures of people and programs, for pages and programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select

from charter.domain.charter_file.entered_sources import is_entered
from charter.domain.charter_file.indicators import Indicator
from charter.domain.checks.deadlines import state_at
from charter.domain.figures.entries import asked_of, numbers_of
from charter.domain.overview.model import json_number, words
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.periods import Period, parse_period, periods_of
from charter.domain.vocabulary.permissions import Actor, may, may_somewhere, require
from charter.domain.vocabulary.terms import CheckState, PeriodKind, Permission
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import Measurement, Run, counts_of
from charter.services.charters.providers import asked_units, concerns, enters, find_own
from charter.services.charters.versions import History, Version, history
from charter.services.figures.entered import EnteredFigure, FigurePlace, GivenFigure, IndicatorLine, Numbers, Waiting
from charter.services.readings.current_figures import newest_figures
from charter.services.schedule.due import deadlines_of, state_of

PERIODS_SHOWN = 13
DAYS_SHOWN = 5
FIGURES_SHOWN = 60
Place = tuple[str, str]


def indicator_lines(actor: Actor) -> list[IndicatorLine]:
    """The indicators of the charter in force, with the numbers that a figure of each needs; for a provider, its own."""
    if not actor.is_provider:
        require(actor, Permission.READ_PAGES)
    elif not may_somewhere(actor, Permission.ENTER_FIGURE):
        require(actor, Permission.ENTER_FIGURE, actor.home)
    version = history().current
    return [
        {
            "key": key,
            "commitment": commitment.key,
            "title": version.titles[key],
            "kind": indicator.kind.value,
            "period": indicator.period.value,
            "source": version.charter.sources[indicator.source].kind if indicator.source else None,
            "takes_figures": is_entered(version.charter, indicator)
            and bool(asked_of(indicator))
            and enters(actor, version, commitment),
            "numbers": list(asked_of(indicator)),
            "has_channel": indicator.channel is not None,
            "has_segment": indicator.segment is not None,
        }
        for key, (commitment, indicator) in version.indicators.items()
        if concerns(actor, version, commitment)
    ]


def waiting(actor: Actor, now: datetime) -> list[Waiting]:
    """The ended periods that wait for a figure of the actor's units, the most pressing first."""
    found = history()
    leaves = _own_leaves(actor, found.current)
    asked = dict(_asked(found, now, actor))
    checks = _checks(asked)
    entered = _units_entered(asked)
    rows: list[Waiting] = []
    for place, (indicator, period) in asked.items():
        version = found.on(period.start)
        check = checks.get(place)
        times = deadlines_of(version, indicator, period)
        state = state_of(check, now) if check else state_at(CheckState.DUE, times, now)
        places = asked_units(version, version.indicators[indicator.key][0])
        mine = [key for key in leaves if key in places]
        missing = [key for key in mine if not _is_covered(version, key, entered.get(place, set()))]
        if state is CheckState.WAIVED or not missing:
            continue
        rows.append(
            {
                "indicator": indicator.key,
                "title": version.titles[indicator.key],
                "period": period.key,
                "state": state.value,
                "due_at": times.due_at.isoformat(),
                "entered": len(mine) - len(missing),
                "of": len(mine),
            }
        )
    return sorted(rows, key=lambda row: (row["state"] == "done", row["due_at"], row["indicator"]))


def _asked(found: History, now: datetime, actor: Actor) -> Iterable[tuple[Place, tuple[Indicator, Period]]]:
    """The last ended periods of each indicator whose figures are given."""
    today = now.astimezone(ZoneInfo(found.current.charter.charter.timezone)).date()
    for key, (commitment, indicator) in found.current.indicators.items():
        if not is_entered(found.current.charter, indicator) or not asked_of(indicator):
            continue
        if not enters(actor, found.current, commitment):
            continue
        shown = DAYS_SHOWN if indicator.period is PeriodKind.DAY else PERIODS_SHOWN
        for period in periods_of(indicator.period, found.first.valid_from, today)[-shown:]:
            held = found.on(period.start).indicators.get(key)
            if held is not None and period.end < today:
                yield (key, period.key), (held[1], period)


def _checks(asked: Iterable[Place]) -> Mapping[Place, DueCheck]:
    wanted = _of_places(DueCheck, asked)
    rows = db.session.execute(select(DueCheck).where(wanted)).scalars()
    return {(row.indicator_key, row.period_key): row for row in rows}


def _units_entered(asked: Iterable[Place]) -> Mapping[Place, set[str]]:
    columns = (Measurement.indicator_key, Measurement.period_key, Measurement.unit_key)
    found: dict[Place, set[str]] = {}
    query = select(*columns).where(_of_places(Measurement, asked)).distinct()
    for indicator, period, unit in db.session.execute(query):
        found.setdefault((indicator, period), set()).add(unit)
    return found


def _of_places(table: type[DueCheck] | type[Measurement], asked: Iterable[Place]) -> Any:
    by_indicator: dict[str, list[str]] = {}
    for indicator, period in asked:
        by_indicator.setdefault(indicator, []).append(period)
    parts = [and_(table.indicator_key == key, table.period_key.in_(periods)) for key, periods in by_indicator.items()]
    return or_(*parts) if parts else table.id < 0


def _own_leaves(actor: Actor, version: Version) -> list[str]:
    tree = version.tree
    return [key for key in tree.by_key if tree.is_leaf(key) and may(actor, Permission.ENTER_FIGURE, key)]


def _is_covered(version: Version, unit: str, entered: set[str]) -> bool:
    """Whether the unit has a figure, or one above it that speaks for it."""
    return unit not in version.tree or any(above in entered for above in version.tree.path(unit))


def _require_enterable(indicator: Indicator, period: Period) -> None:
    if period.kind is not indicator.period:
        raise Invalid(
            "%(indicator)s is measured by %(unit)s: %(period)s is not one.",
            "period",
            indicator=indicator.key,
            unit=indicator.period,
            period=period,
        )
    if not asked_of(indicator):
        raise Conflict(
            "A figure of kind %(kind)s cannot be entered: it is computed at each level from its rows.",
            kind=indicator.kind,
        )


def figure_place(actor: Actor, now: datetime, *, indicator: str, period: str) -> FigurePlace:
    """What a page needs to enter or correct the figures of one indicator and period.

    Raises NotFound, Invalid (period), NotAllowed, Conflict (a kind that is computed).
    """
    whole = parse_period(period)
    version = history().on(whole.start)
    commitment, found = find_own(actor, version, indicator)
    by_hand, permission = is_entered(version.charter, found), _right_to(version, found)
    if not may_somewhere(actor, permission):
        require(actor, permission, actor.home)
    _require_enterable(found, whole)
    tree = version.tree
    held = [row for row in newest_figures(found.key, whole.key) if may(actor, permission, row.unit_key)]
    return {
        "indicator": found.key,
        "commitment": commitment.key,
        "title": words(found.title),
        "kind": found.kind.value,
        "period": whole.key,
        "is_by_hand": by_hand,
        "numbers": list(asked_of(found)),
        "has_channel": found.channel is not None,
        "has_segment": found.segment is not None,
        "units": [
            {"key": unit.key, "name": unit.name, "depth": depth}
            for unit, depth in tree.walk()
            if may(actor, permission, unit.key)
        ],
        "figures": [_line(version, found, row) for row in held],
    }


def _right_to(version: Version, indicator: Indicator) -> Permission:
    """The right that the figures of an indicator ask for: what is read from a source is corrected, not entered."""
    return Permission.ENTER_FIGURE if is_entered(version.charter, indicator) else Permission.CORRECT_FIGURE


def entered(actor: Actor) -> list[GivenFigure]:
    """The newest figures that people and programs gave in the actor's units, corrections with what they replace."""
    version = history().current
    query = select(Measurement).join(Run, Run.id == Measurement.run_id).where(Run.fingerprint.is_(None))
    if actor.units is not None:
        query = query.where(Measurement.unit_key.in_(actor.units))
    rows = db.session.execute(query.order_by(Measurement.id.desc()).limit(FIGURES_SHOWN)).scalars().all()
    corrected = _by_id([row.corrects_id for row in rows if row.corrects_id is not None])
    lines: list[GivenFigure] = []
    for row in rows:
        held = version.indicators.get(row.indicator_key)
        if held is not None and enters(actor, version, held[0]):
            before = corrected.get(row.corrects_id or 0)
            line = _line(version, held[1], row)
            lines.append(
                {
                    **line,
                    "title": words(held[1].title),
                    "indicator": row.indicator_key,
                    "period": row.period_key,
                    "replaces": plain(numbers_of(held[1], counts_of(before))) if before else None,
                    "may_open": may_somewhere(actor, _right_to(version, held[1])),
                }
            )
    return lines


def _by_id(ids: list[int]) -> Mapping[int, Measurement]:
    rows = db.session.execute(select(Measurement).where(Measurement.id.in_(ids))).scalars() if ids else ()
    return {row.id: row for row in rows}


def _line(version: Version, indicator: Indicator, row: Measurement) -> EnteredFigure:
    known = version.tree.by_key.get(row.unit_key)
    return {
        "unit": row.unit_key,
        "name": known.name if known else row.unit_key,
        "is_known": known is not None,
        "channel": row.channel,
        "segment": row.segment,
        "kind": indicator.kind.value,
        "numbers": plain(numbers_of(indicator, counts_of(row))),
        "is_correction": row.corrects_id is not None,
        "reason": row.reason,
        "by": row.recorded_by,
        "at": row.recorded_at.isoformat(),
    }


def plain(numbers: Mapping[str, Any]) -> Numbers:
    """The numbers of a figure as pages and programs read them."""
    return {name: json_number(number) for name, number in numbers.items()}
