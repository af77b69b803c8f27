"""The trace of each figure: what its chart says at this point, which figure stood before it, whether its definition
has changed since. Kept beside the reading, so that a page of today need not read years.

A trace follows from the figures of the CHART_PERIODS that end with its own, and from nothing else: neither the required
level nor the direction that is better. Whatever changes a figure renews its trace and those of the periods after it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, cast

from sqlalchemy import RowMapping, String, Table, bindparam, case, null, select, type_coerce, update

from charter.domain.charter_file.indicators import Indicator, ShareWithin
from charter.domain.readings.values import reckoned_as
from charter.domain.statistics.chart_kinds import Cases, Counting, Measured, counting
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


GAP, USUAL = "gap", "usual"
"""In the place of a definition: there is no figure; that which most figures of the indicator have."""


class Figure(NamedTuple):
    """Value, definition and cases of one figure: all that a trace rests on."""

    value: float | None
    definition: str | None
    cases: Cases | None


class Line(NamedTuple):
    """The figures of one unit in the order of time, each by its value, its definition (GAP: no figure), its cases."""

    values: list[float | None]
    definitions: list[str | None]
    cases: list[Cases | None]

    @classmethod
    def empty(cls, length: int) -> Line:
        return cls([None] * length, [GAP] * length, [None] * length)

    def put(self, at: int, figure: Figure) -> None:
        self.values[at], self.definitions[at], self.cases[at] = figure

    def part(self, start: int, end: int) -> Line:
        return Line(self.values[start:end], self.definitions[start:end], self.cases[start:end])


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

    @cached_property
    def counting(self) -> Counting:
        """What cases a figure rests on."""
        return counting(self.kind)

    def figure(self, row: Facts) -> Figure:
        """What a row's trace rests on: of a promise in steps, its first."""
        value = row["steps"][0]["value"] if row["steps"] else row["value"]
        return Figure(value, row["definition_hash"], self.counting(value, row["numerator"], row["denominator"]))

    def trace(self, line: Line, at: int, keys: Sequence[str]) -> Row:
        """The trace of the figure that stands there in a line, which has these keys."""
        first = max(at - CHART_PERIODS + 1, 0)
        return trace_of(line.part(first, at + 1), keys[first : at + 1], self)


def _in_steps(indicator: Indicator) -> bool:
    return isinstance(indicator, ShareWithin) and indicator.in_steps


def trace_of(line: Line, keys: Sequence[str], charted: Charted) -> Row:
    """The trace of the last figure of a line, which has these keys."""
    last = len(keys) - 1
    start = _begin(line.definitions)
    earlier = next((keys[at] for at in range(last - 1, -1, -1) if line.definitions[at] != GAP), None)
    shown = line.part(start, last + 1)
    cases = shown.cases if charted.kind is not None else []
    end = chart_end(shown.values, Measured(charted.kind, charted.year, cases))
    is_break = 0 < start == last
    return dict(zip(COLUMNS, (end.says, end.lower, end.upper, earlier, is_break), strict=True))


def _begin(definitions: Sequence[str | None]) -> int:
    """Where the last definition begins."""
    start, known = 0, None
    if len(set(definitions) - {None, GAP}) > 1:
        for at, definition in enumerate(definitions):
            if definition is not None and definition != GAP:
                start = at if known not in (None, definition) else start
                known = definition
    return start


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
    place = {key: at for at, key in enumerate(span.keys)}
    figures = {(key, unit): series.charted.figure(row) for key, rows in own.items() for unit, row in rows.items()}
    done = _done(series.indicator, span) - own.keys()
    lines = {unit: Line.empty(len(span.keys)) for unit in units}
    usual = next((one.definition for one in figures.values()), None)
    if done:
        known = _Known(usual, {key: place[key] for key in done})
        _fill(lines, _plain(series, span, units, usual), series.charted, known)
    figures = {(key, unit): figure for (key, unit), figure in figures.items() if unit in lines}
    for (key, unit), figure in figures.items():
        lines[unit].put(place[key], figure)
    for key, unit in figures:
        own[key][unit].update(series.charted.trace(lines[unit], place[key], span.keys))
    if done.intersection(span.keys[span.at + 1 :]):
        _renew_later(series, span, done, lines)


def _renew_later(series: _Series, span: Span, done: Collection[str], lines: Mapping[str, Line]) -> None:
    place = {key: at for at, key in enumerate(span.keys) if key in done and at > span.at}
    query = select(TABLE.c.id, TABLE.c.unit_key, TABLE.c.period_key, *(TABLE.c[name] for name in COLUMNS))
    changes = []
    for row in db.session.execute(_of(query, series.indicator, span, lines)).mappings():
        if row["period_key"] not in place or row["unit_key"] not in lines:
            continue
        trace = series.charted.trace(lines[row["unit_key"]], place[row["period_key"]], span.keys)
        if trace != {name: row[name] for name in COLUMNS}:
            changes.append(trace | {"row_id": row["id"]})
    write(changes)


def write(changes: Sequence[Row]) -> None:
    """Put traces beside their readings, each named by `row_id`; within the caller's transaction."""
    if changes:
        statement = update(TABLE).where(TABLE.c.id == bindparam("row_id"))
        db.session.connection().execute(statement.values({name: bindparam(name) for name in COLUMNS}), changes)


def _done(indicator: str, span: Span) -> set[str]:
    query = select(DueCheck.period_key).where(
        DueCheck.indicator_key == indicator,
        DueCheck.period_end.between(span.first.end, span.last.end),
        DueCheck.state == CheckState.DONE,
    )
    return set(db.session.execute(query).scalars()).intersection(span.keys)


class _Known(NamedTuple):
    """The definition that most figures have, and the places of the periods that are done."""

    usual: str | None
    places: Mapping[str, int]


def _fill(lines: Mapping[str, Line], rows: Iterable[Any], charted: Charted, known: _Known) -> None:
    """Put figures, as `_plain` reads them, into their places; the periods under way are left open."""
    place_of, line_of, cases_of = known.places.get, lines.get, charted.counting
    for unit, period, value, definition, numerator, denominator, steps in rows:
        at, line = place_of(period), line_of(unit)
        if at is not None and line is not None:
            shown = steps[0]["value"] if steps else value
            values, definitions, cases = line
            values[at] = shown
            definitions[at] = known.usual if definition == USUAL else definition
            cases[at] = cases_of(shown, numerator, denominator)


def _plain(series: _Series, span: Span, units: Collection[str], usual: str | None) -> Sequence[Any]:
    """What traces rest on, as plain as it is stored: a month of a large organisation reads a million of these. Counts
    are left as the digits they are kept in, the usual definition is not read each time; steps are read only of an
    indicator that has had some."""
    counts = (type_coerce(TABLE.c[name], String) for name in ("numerator", "denominator"))
    steps = TABLE.c.steps if series.charted.has_steps else null()
    definition = case((TABLE.c.definition_hash == usual, USUAL), else_=TABLE.c.definition_hash)
    query = select(TABLE.c.unit_key, TABLE.c.period_key, TABLE.c.value, definition, *counts, steps)
    return db.session.execute(_of(query, series.indicator, span, units)).all()


def _of(query: Any, indicator: str, span: Span, units: Collection[str]) -> Any:
    query = query.where(TABLE.c.indicator_key == indicator, TABLE.c.period_end.between(span.first.end, span.last.end))
    return query.where(TABLE.c.unit_key.in_(sorted(units))) if len(units) <= UNITS_NAMED else query
