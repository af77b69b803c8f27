"""The figures that alerts are about, as they are today: newest period, what was before it, worst place, chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from math import fsum
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import func, select

from charter.domain.alerts.alert_rules import Subject
from charter.domain.alerts.evidence import Counted, Level, miss_by_chance
from charter.domain.charter_file.indicators import Indicator
from charter.domain.readings.values import reckoned_as
from charter.domain.vocabulary.periods import Period, periods_back
from charter.domain.vocabulary.permissions import Actor, may
from charter.domain.vocabulary.terms import Basis, Direction, Kind, PeriodKind, Permission, Status
from charter.models.alerts import Alert, WatchRow
from charter.models.base import db
from charter.models.readings import ReadingRow
from charter.services.charters.versions import History, Version
from charter.services.people.owners import units_in_charge
from charter.services.watching.alert_changes import facts_of
from charter.services.watching.evidence import Moment, explained_by_chance

FIGURES = (Subject.STATUS, Subject.DATA)
"""What is of a figure that has a newer one with each period."""


class Worst(TypedDict):
    """The worst place beneath an alert's unit: its name, figure and status, and how many others are as bad."""

    unit_name: str
    value: float | None
    status: str
    more: int


def code_today(alert: Alert, facts: Mapping[str, Any]) -> str:
    """The code that words are found by: of a figure, what its newest period says."""
    if alert.kind == Subject.STATUS:
        return str(facts.get("status") or alert.code)
    if alert.kind == Subject.DATA and facts.get("status") not in (None, Status.NO_DATA):
        return "back"
    return alert.code


def facts_today(found: History, alerts: Iterable[Alert]) -> dict[int, Mapping[str, Any]]:
    """The facts of each alert by its id; of those about a figure, by the newest reading that there is.

    `previous`: the period before; `worst`: the worst place beneath; `chance`: whether chance alone could explain it
    (None where that is not known). Of a chart's signal, `seen_in` is its period, and `previous` what it said then.
    """
    alerts = list(alerts)
    told: dict[int, Mapping[str, Any]] = {alert.id: alert.facts for alert in alerts}
    of_figures = (*FIGURES, Subject.SIGNAL)
    about = [one for one in alerts if one.kind in of_figures and one.subject in found.current.indicators]
    newest = _newest({one.subject for one in about}, {one.unit_key for one in about})
    missed: dict[tuple[str, str], Sequence[Any]] = {}
    for alert in about:
        rows = newest.get((alert.subject, alert.unit_key), [])
        if rows:
            told[alert.id] = {**alert.facts, **_facts(found, alert, rows, missed)}
    return told


def no_longer_worst(found: History | None, alerts: Iterable[Alert]) -> set[int]:
    """Those about a level that is not unacceptable today, by their ids."""
    levels = [alert for alert in alerts if alert.kind == Subject.STATUS]
    today = facts_today(found, levels) if found else {}
    return {one.id for one in levels if code_today(one, today.get(one.id, one.facts)) != Status.UNACCEPTABLE}


def forget_worse(alert: Alert) -> None:
    """An answer is about how things stand: what was worse and is not any more is told anew when it comes back."""
    place = (WatchRow.kind == alert.kind) & (WatchRow.subject == alert.subject) & (WatchRow.unit_key == alert.unit_key)
    for watch in db.session.execute(select(WatchRow).where(place)).scalars():
        watch.state = watch.state | {"is_worst": False}


def _newest(subjects: set[str], units: set[str]) -> dict[tuple[str, str], list[ReadingRow]]:
    """The two newest readings of each indicator and unit, the newest first."""
    place = (ReadingRow.indicator_key, ReadingRow.unit_key)
    turn = func.row_number().over(partition_by=place, order_by=ReadingRow.period_start.desc()).label("turn")
    mine = ReadingRow.indicator_key.in_(subjects) & ReadingRow.unit_key.in_(units)
    numbered = select(ReadingRow.id, turn).where(mine).subquery()
    query = select(ReadingRow).join(numbered, numbered.c.id == ReadingRow.id).where(numbered.c.turn <= 2)
    rows: dict[tuple[str, str], list[ReadingRow]] = defaultdict(list)
    for row in db.session.execute(query.order_by(ReadingRow.period_start.desc())).scalars():
        rows[row.indicator_key, row.unit_key].append(row)
    return rows


def _facts(
    found: History, alert: Alert, rows: Sequence[ReadingRow], missed: dict[tuple[str, str], Sequence[Any]]
) -> Mapping[str, Any]:
    row, before = rows[0], rows[1] if len(rows) > 1 else None
    version = found.on(row.period_start)
    if alert.subject not in version.indicators or alert.unit_key not in version.tree:
        version = found.current
    indicator = version.indicators[alert.subject][1]
    period = Period(indicator.period, row.period_start)
    read = {name: getattr(row, name) for name in READ}
    said: dict[str, Any] = facts_of(version, indicator, period, read)
    if alert.kind == Subject.SIGNAL:
        return said | _signal(alert, row)
    if before is not None and before.value is not None:
        said["previous"] = {"period": before.period_key, "value": before.value}
    if row.status in BAD:
        place = (row.indicator_key, row.period_key)
        if place not in missed:
            missed[place] = _missed(*place)
        said["worst"] = _worst(version, indicator, row, missed[place])
        said["chance"] = explained_by_chance(version, indicator, _moments(indicator, rows))
    return said


def _signal(alert: Alert, row: ReadingRow) -> dict[str, Any]:
    """Of a chart's signal: the period in which it was seen, and the figure then, where a newer one has come since."""
    seen_in, value = alert.facts.get("period"), alert.facts.get("value")
    if seen_in is None or value is None or seen_in == row.period_key:
        return {"seen_in": seen_in}
    return {"seen_in": seen_in, "previous": {"period": seen_in, "value": value}}


READ = ("unit_key", "status", "reason", "value", "denominator")
BAD = (Status.MISSED, Status.UNACCEPTABLE)


def _missed(indicator: str, period: str) -> Sequence[Any]:
    """Every unit's reading of one period that misses its level, as plain rows: asked once for all alerts of it."""
    of_period = (ReadingRow.indicator_key == indicator) & (ReadingRow.period_key == period)
    query = select(*(ReadingRow.__table__.c[name] for name in READ))
    return db.session.execute(query.where(of_period, ReadingRow.status.in_(BAD), ReadingRow.value.is_not(None))).all()


def _worst(version: Version, indicator: Indicator, row: ReadingRow, missed: Sequence[Any]) -> Worst | None:
    """The worst of the places without any beneath them that miss the level, else of those between; where there are."""
    if row.unit_key not in version.tree:
        return None
    below = version.tree.under(row.unit_key) - {row.unit_key}
    leaves = {key for key in below if version.tree.is_leaf(key)}
    held = [one for one in missed if one.unit_key in leaves] or [one for one in missed if one.unit_key in below]
    found = _worst_of(indicator, held)
    if found is None:
        return None
    name = version.tree.by_key[found.row.unit_key].name
    return {"unit_name": name, "value": found.row.value, "status": found.row.status, "more": found.more}


def unacceptable_beneath(found: History, units: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Of each indicator and unit that holds: the worst place beneath it at an unacceptable level in the same period.

    `more_places`: how many others are as bad. Of a unit that misses its level, its own alert names the worst place.
    """
    version, missed = found.current, dict[tuple[str, str], Sequence[Any]]()
    within = {unit for unit in units if unit in version.tree and not version.tree.is_leaf(unit)}
    for (key, _), rows in _newest(set(version.indicators), within).items():
        row, indicator = rows[0], version.indicators[key][1]
        place = (key, row.period_key)
        if row.status in BAD:
            continue
        if place not in missed:
            missed[place] = [one for one in _missed(*place) if one.status == Status.UNACCEPTABLE]
        below = version.tree.under(row.unit_key) - {row.unit_key}
        worst = _worst_of(indicator, [one for one in missed[place] if one.unit_key in below])
        if worst is not None:
            read = {name: getattr(worst.row, name) for name in READ}
            facts = facts_of(found.on(row.period_start), indicator, Period(indicator.period, row.period_start), read)
            yield {**facts, "indicator_key": key, "more_places": worst.more}


class _Extreme(NamedTuple):
    """The worst of some readings, and how many others are at its level."""

    row: Any
    more: int


def _worst_of(indicator: Indicator, missed: Sequence[Any]) -> _Extreme | None:
    if not missed:
        return None
    is_worst = [one for one in missed if one.status == Status.UNACCEPTABLE] or missed
    sign = 1 if indicator.direction is Direction.HIGHER else -1
    worst = min(is_worst, key=lambda one: (sign * (one.value or 0), one.unit_key))
    return _Extreme(worst, len(is_worst) - 1)


def _moments(indicator: Indicator, rows: Sequence[ReadingRow]) -> Moment:
    """The newest of these readings with the one before it, as the watch sees them."""
    plain = [{column.name: getattr(row, column.name) for column in ReadingRow.__table__.columns} for row in rows]
    period = Period(indicator.period, rows[0].period_start)
    is_next = len(rows) > 1 and rows[1].period_start == period.previous().start
    return Moment(period, plain[0], plain[1] if is_next else None)


class ByChance(TypedDict):
    """Of the promises missed in a month, how many chance alone would bring where everything went on as usual."""

    period: str
    missed: int
    expected: float


USUAL_MONTHS = 12


COUNTED = ("indicator_key", "unit_key", "period_start", "status", "numerator", "denominator", "definition_hash")


def by_chance(actor: Actor, version: Version) -> ByChance | None:
    """Of the newest month with a figure, on the watched units that the actor may read: the shares of all cases that are
    missed, and how many would be by chance, from what was usual in the year before."""
    counted = {key: one for key, (_, one) in version.indicators.items() if _is_counted(one)}
    watched = {version.tree.root.key}.union(*units_in_charge().values())
    units = [unit for unit in sorted(watched) if unit in version.tree and may(actor, Permission.READ_DESK, unit)]
    mine = ReadingRow.indicator_key.in_(sorted(counted)) & ReadingRow.unit_key.in_(units) & ReadingRow.steps.is_(None)
    start = db.session.execute(select(func.max(ReadingRow.period_start)).where(mine)).scalar_one()
    if start is None:
        return None
    month = Period(PeriodKind.MONTH, start)
    since = periods_back(month, USUAL_MONTHS + 1)[-1].start
    lines: dict[tuple[str, str], list[Any]] = {}
    columns = (ReadingRow.__table__.c[name] for name in COUNTED)
    for row in db.session.execute(select(*columns).where(mine, ReadingRow.period_start >= since)).all():
        lines.setdefault((row.indicator_key, row.unit_key), []).append(row)
    last = {place: row for place, line in lines.items() for row in line if row.period_start == start}
    missed = sum(row.status in (Status.MISSED, Status.UNACCEPTABLE) for row in last.values())
    expected = sum(_chance_of(version, counted[key], row, lines[key, unit]) for (key, unit), row in last.items())
    return {"period": month.key, "missed": missed, "expected": min(expected, missed)} if missed else None


def _chance_of(version: Version, indicator: Indicator, last: Any, line: Sequence[Any]) -> float:
    """The chance that this month is missed where everything goes on as in the months before, counted alike."""
    target = version.required(indicator, last.period_start, last.unit_key)
    if target is None:
        return 0.0
    alike = [row for row in line if row is not last and row.definition_hash == last.definition_hash]
    usual = Counted(fsum(float(row.numerator) for row in alike), fsum(float(row.denominator) for row in alike))
    level = Level(indicator.direction, target.target, target.tolerance or Decimal(0))
    return miss_by_chance(usual, float(last.denominator), level)


def _is_counted(indicator: Indicator) -> bool:
    """A monthly share of all cases: what chance does to it can be reckoned."""
    kinds = (Kind.SHARE, Kind.SHARE_WITHIN)
    return reckoned_as(indicator) in kinds and indicator.basis is Basis.CENSUS and indicator.period is PeriodKind.MONTH
