"""The trace of each figure: what its chart says at this point, which figure stood before it, whether its definition
has changed since. Kept beside the reading, so that a page of today need not read years.

A trace follows from the figures of the CHART_PERIODS that end with its own, and from nothing else: neither the required
level nor the direction that is better. Whatever changes a figure renews its trace and those of the periods after it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from sqlalchemy import RowMapping, String, Table, bindparam, null, select, type_coerce, update

from charter.domain.charter_file.indicators import Indicator, ShareWithin
from charter.domain.readings.values import reckoned_as
from charter.domain.statistics.chart_kinds import Cases, Measured, cases_of
from charter.domain.statistics.chart_reading import CHART_PERIODS, chart_end
from charter.domain.statistics.seasons import YEAR
from charter.domain.vocabulary.periods import Period, parse_period, periods_back
from charter.domain.vocabulary.terms import CheckState, Kind, PeriodKind
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.services.charters.versions import history
from charter.services.records import audit_log

TABLE = cast(Table, ReadingRow.__table__)
COLUMNS = ("chart_says", "chart_lower", "chart_upper", "earlier", "is_break")
FACTS = ("value", "steps", "definition_hash", "numerator", "denominator")
"""The columns that a figure's trace rests on."""

UNITS_NAMED = 200
"""Up to so many units are asked for by name; beyond, all are read."""


class Figure(NamedTuple):
    """Value, definition and cases of one figure: all that a trace rests on."""

    value: float | None
    definition: str | None
    cases: Cases | None


Row = dict[str, Any]
Facts = Row | RowMapping


@dataclass(frozen=True)
class Span:
    """The periods whose figures and traces bear on some periods, oldest first; the first of these stands at `at`."""

    keys: Sequence[str]
    at: int
    first: Period
    last: Period

    @classmethod
    def around(cls, periods: Collection[Period]) -> Span:
        before, after = periods_back(min(periods), CHART_PERIODS), [max(periods)]
        for _ in range(CHART_PERIODS - 1):
            after.append(after[-1].next())
        found = list(reversed(before))
        while found[-1] < after[0]:
            found.append(found[-1].next())
        return cls([one.key for one in (*found, *after[1:])], len(before) - 1, before[-1], after[-1])


Line = list[Figure | None]
"""The figures of one unit in the places of a span; None is a gap."""


def lay_traces(rows: Sequence[Row]) -> None:
    """Give rows that are about to replace the readings of their periods their traces, and renew those after them.

    Within the caller's transaction, while the old rows still stand. A figure that says the same keeps its trace.
    """
    groups: dict[tuple[str, str], dict[str, dict[str, Row]]] = {}
    for row in rows:
        period = parse_period(row["period_key"])
        periods = groups.setdefault((row["indicator_key"], period.kind), {})
        periods.setdefault(period.key, {})[row["unit_key"]] = row
    for (indicator, kind), periods in groups.items():
        charted = Charted.of(indicator, PeriodKind(kind))
        touched = _kept(indicator, periods, charted)
        if touched:
            _renew(_Series(indicator, charted), [parse_period(key) for key in periods], periods, touched)


@dataclass(frozen=True)
class _Series:
    """An indicator, and how its chart is made."""

    indicator: str
    charted: Charted


def _kept(indicator: str, periods: Mapping[str, Mapping[str, Row]], charted: Charted) -> set[str]:
    """Hand over the traces of figures that stay as they are; the units of those that do not."""
    old = _standing(indicator, periods, charted)
    touched = set()
    for key, rows in periods.items():
        for unit, row in rows.items():
            figure, trace = old.pop((key, unit), (None, None))
            if trace is not None and figure == charted.figure(row):
                row.update(trace)
            else:
                touched.add(unit)
    return touched | {unit for _, unit in old}


def lift_traces(indicator: str, period: Period) -> None:
    """The check of this period is open again: its figures stand for nothing until it is done."""
    of_period = (ReadingRow.indicator_key == indicator) & (ReadingRow.period_key == period.key)
    units = set(db.session.execute(select(ReadingRow.unit_key).where(of_period)).scalars())
    db.session.execute(update(TABLE).where(of_period).values(dict.fromkeys(COLUMNS)))
    if units:
        _renew(_Series(indicator, Charted.of(indicator, period.kind)), [period], {period.key: {}}, units)


@dataclass(frozen=True)
class Charted:
    """How the chart of an indicator is made: of which kind its figures are, how many of its periods make a year, and
    whether it has ever been a promise in steps."""

    kind: Kind | None
    year: int
    has_steps: bool

    @classmethod
    def of(cls, indicator: str, period: PeriodKind) -> Charted:
        """By the newest version of the charter that holds the indicator."""
        held = [one.indicators[indicator][1] for one in history().versions if indicator in one.indicators]
        kind = reckoned_as(held[-1]) if held else None
        return cls(kind, YEAR.get(period, 0), not held or any(map(_in_steps, held)))

    def figure(self, row: Facts) -> Figure:
        """What a row's trace rests on: of a promise in steps, its first."""
        value = row["steps"][0]["value"] if row["steps"] else row["value"]
        return Figure(value, row["definition_hash"], cases_of(self.kind, value, row["numerator"], row["denominator"]))

    def trace(self, figures: Sequence[Figure | None], keys: Sequence[str]) -> Row:
        """The trace of the last figure among those of as many periods; None is a gap."""
        return trace_of(figures, keys, self)


def _in_steps(indicator: Indicator) -> bool:
    return isinstance(indicator, ShareWithin) and indicator.in_steps


def trace_of(figures: Sequence[Figure | None], keys: Sequence[str], charted: Charted) -> Row:
    """The trace of the last figure among those of as many periods; None is a gap."""
    start, known, earlier = 0, None, None
    last = len(figures) - 1
    for at, figure in enumerate(figures):
        if figure is None:
            continue
        if at < last:
            earlier = keys[at]
        if figure.definition is not None:
            if known is not None and figure.definition != known:
                start = at
            known = figure.definition
    shown = figures[start:]
    cases = [figure and figure.cases for figure in shown] if charted.kind is not None else []
    end = chart_end([figure and figure.value for figure in shown], Measured(charted.kind, charted.year, cases))
    is_break = 0 < start == last
    return dict(zip(COLUMNS, (end.says, end.lower, end.upper, earlier, is_break), strict=True))


def _standing(
    indicator: str, periods: Collection[str], charted: Charted
) -> dict[tuple[str, str], tuple[Figure, Row | None]]:
    """Figures and traces as they are stored, by period and unit."""
    # By the last day too, which is indexed: the cost must not grow with history.
    ended = TABLE.c.period_end.in_({parse_period(period).end for period in periods})
    of_periods = (TABLE.c.indicator_key == indicator) & ended & TABLE.c.period_key.in_(sorted(periods))
    names = ("period_key", "unit_key", *FACTS, *COLUMNS)
    rows = db.session.execute(select(*(TABLE.c[name] for name in names)).where(of_periods))
    return {(row.period_key, row.unit_key): (charted.figure(row._mapping), _trace_in(row._mapping)) for row in rows}


def _trace_in(row: Facts) -> Row | None:
    return None if row["chart_says"] is None else {name: row[name] for name in COLUMNS}


def _renew(
    series: _Series, periods: Sequence[Period], own: Mapping[str, Mapping[str, Row]], units: Collection[str]
) -> None:
    """Trace the new rows of these units, then every later figure of theirs that may rest on them."""
    audit_log.hold()
    span = Span.around(periods)
    done = _done(series.indicator, span) - own.keys()
    lines = _lines(series, span, done, units)
    place = {key: at for at, key in enumerate(span.keys)}
    for key, rows in own.items():
        for unit in lines.keys() & rows.keys():
            lines[unit][place[key]] = series.charted.figure(rows[unit])
    for key, rows in own.items():
        for unit in lines.keys() & rows.keys():
            rows[unit].update(_at(series, lines[unit], place[key], span))
    if done.intersection(span.keys[span.at + 1 :]):
        _renew_later(series, span, done, lines)


def _renew_later(series: _Series, span: Span, done: Collection[str], lines: Mapping[str, Line]) -> None:
    place = {key: at for at, key in enumerate(span.keys) if key in done and at > span.at}
    query = select(TABLE.c.id, TABLE.c.unit_key, TABLE.c.period_key, *(TABLE.c[name] for name in COLUMNS))
    changes = []
    for row in db.session.execute(_of(query, series.indicator, span, lines)).mappings():
        if row["period_key"] not in place or row["unit_key"] not in lines:
            continue
        trace = _at(series, lines[row["unit_key"]], place[row["period_key"]], span)
        if trace != {name: row[name] for name in COLUMNS}:
            changes.append(trace | {"row_id": row["id"]})
    write(changes)


def write(changes: Sequence[Row]) -> None:
    """Put traces beside their readings, each named by `row_id`; within the caller's transaction."""
    if changes:
        statement = update(TABLE).where(TABLE.c.id == bindparam("row_id"))
        db.session.connection().execute(statement.values({name: bindparam(name) for name in COLUMNS}), changes)


def _at(series: _Series, line: Line, at: int, span: Span) -> Row:
    first = max(at - CHART_PERIODS + 1, 0)
    return series.charted.trace(line[first : at + 1], span.keys[first : at + 1])


def _done(indicator: str, span: Span) -> set[str]:
    query = select(DueCheck.period_key).where(
        DueCheck.indicator_key == indicator,
        DueCheck.period_end.between(span.first.end, span.last.end),
        DueCheck.state == CheckState.DONE,
    )
    return set(db.session.execute(query).scalars()).intersection(span.keys)


def _lines(series: _Series, span: Span, done: Collection[str], units: Collection[str]) -> dict[str, Line]:
    """The figures of the span, of each of these units, in their places; the periods under way are left open."""
    lines: dict[str, Line] = {unit: [None] * len(span.keys) for unit in units}
    if not done:
        return lines
    place = {key: at for at, key in enumerate(span.keys) if key in done}
    of_kind = series.charted.kind
    for unit, period, value, definition, numerator, denominator, steps in _plain(series, span, units):
        at, line = place.get(period), lines.get(unit)
        if at is not None and line is not None:
            shown = steps[0]["value"] if steps else value
            line[at] = Figure(shown, definition, cases_of(of_kind, shown, numerator, denominator))
    return lines


def _plain(series: _Series, span: Span, units: Collection[str]) -> Sequence[Any]:
    """What traces rest on, as plain as it is stored: a month of a large organisation reads a million of these. Counts
    are left as the digits they are kept in; steps are read only of an indicator that has had some."""
    counts = (type_coerce(TABLE.c[name], String) for name in ("numerator", "denominator"))
    steps = TABLE.c.steps if series.charted.has_steps else null()
    query = select(TABLE.c.unit_key, TABLE.c.period_key, TABLE.c.value, TABLE.c.definition_hash, *counts, steps)
    return db.session.execute(_of(query, series.indicator, span, units)).all()


def _of(query: Any, indicator: str, span: Span, units: Collection[str]) -> Any:
    query = query.where(TABLE.c.indicator_key == indicator, TABLE.c.period_end.between(span.first.end, span.last.end))
    return query.where(TABLE.c.unit_key.in_(sorted(units))) if len(units) <= UNITS_NAMED else query
