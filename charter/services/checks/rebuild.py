"""Readings made anew from the records: what pages read is only ever a projection of what was measured.

When a new version speaks for periods measured already: they are judged by it, and measured again where it counts
differently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, select

from charter.domain.charter_file.indicators import Composite
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import CheckState, Permission
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.models.records import Measurement, Run
from charter.services.charters.rules import counts_alike
from charter.services.charters.versions import History, history
from charter.services.readings.chart_traces import (
    COLUMNS,
    FACTS,
    TABLE,
    Charted,
    Facts,
    Line,
    Row,
    lift_traces,
    write,
)
from charter.services.readings.current_figures import Place, cell_of, newest_figures
from charter.services.readings.projection import Measured, Memory, differences, project, project_all, recounted
from charter.services.readings.recount import (
    CELL_COLUMNS,
    READING_COLUMNS,
    RUN_COLUMNS,
    Standing,
    batches,
    by_place,
    measured_at,
    of_places,
    standings,
)
from charter.services.records import audit_log
from charter.services.records.transactions import transaction
from charter.services.records.workers import reading_much
from charter.services.schedule.due import deadlines_of
from charter.services.watching.readings import watch_readings

if TYPE_CHECKING:
    from charter.services.charters.versions import Version


Progress = Callable[[int, int, str], None]


@reading_much()
def rebuild(actor: Actor, now: datetime, *, progress: Progress | None = None) -> dict[str, int]:
    """Judge every done check again from its figures, by the charter of its period, then lay every trace.

    Nothing that was measured changes; a reading that already says what the records say is left as it is.
    """
    require(actor, Permission.RUN_CHECK)
    with transaction():
        audit_log.hold()
        found, memory = history(), Memory()
        runs = select(*(Run.__table__.c[name] for name in RUN_COLUMNS)).order_by(Run.id)
        standing = standings(db.session.execute(runs))
        done = select(DueCheck.indicator_key, DueCheck.period_key).where(DueCheck.state == CheckState.DONE)
        places = {(key, period) for key, period in db.session.execute(done)} & standing.keys()
        at = written = 0
        for key, periods in batches(places):
            if progress is not None:
                progress(at, len(places), key)
            wrong = _not_as_measured(found, key, periods, standing, memory)
            written += len(wrong)
            project_all(wrong, is_news=False)
            at += len(periods)
        traces = sum(lay_all(key) for key in sorted({key for key, _ in places}))
        facts = {"readings": len(places), "rewritten": written, "traces": traces}
        audit_log.record(actor, now, "readings:rebuild", f"{len(places)} periods", after=facts)
    return facts


def _not_as_measured(
    found: History, key: str, periods: Sequence[str], standing: Mapping[Place, Standing], memory: Memory
) -> list[Measured]:
    """The periods of an indicator of which a reading is not what the measurements give."""
    cells = by_place(of_places(Measurement, CELL_COLUMNS, key, periods))
    held = by_place(of_places(ReadingRow, READING_COLUMNS, key, periods))
    wrong = []
    for period in periods:
        place = (key, period)
        measured = measured_at(found, place, standing[place], cells.get(place, ()))
        if measured and differences(place, recounted(measured, memory), held.get(place, ())):
            wrong.append(measured)
    return wrong


def lay_all(indicator: str) -> int:
    """Every trace of an indicator from its readings, within the caller's transaction; how many were not as they are."""
    done = select(DueCheck.period_key).where(DueCheck.indicator_key == indicator, DueCheck.state == CheckState.DONE)
    periods = sorted(parse_period(key) for key in db.session.execute(done).scalars())
    changed = 0
    for kind in {period.kind for period in periods}:
        place = _without_gaps([period for period in periods if period.kind is kind])
        changed += _lay(indicator, place, Charted.of(indicator, kind))
    return changed


def _without_gaps(periods: Sequence[Period]) -> dict[str, int]:
    """The place of each period by its key, counted from the first."""
    place, period = {}, periods[0]
    wanted = {one.key for one in periods}
    at = 0
    while period <= periods[-1]:
        if period.key in wanted:
            place[period.key] = at
        period, at = period.next(), at + 1
    return place


def _lay(indicator: str, place: Mapping[str, int], charted: Charted) -> int:
    names = ("id", "unit_key", "period_key", *FACTS, *COLUMNS)
    of_indicator = TABLE.c.indicator_key == indicator
    rows = db.session.execute(select(*(TABLE.c[name] for name in names)).where(of_indicator)).mappings()
    by_unit: dict[str, list[Facts]] = {}
    for row in rows:
        if row["period_key"] in place:
            by_unit.setdefault(row["unit_key"], []).append(row)
    changes = [change for line in by_unit.values() for change in _changes(line, place, charted)]
    write(changes)
    return len(changes)


def _changes(rows: Sequence[Facts], place: Mapping[str, int], charted: Charted) -> list[Row]:
    length = max(place.values()) + 1
    keys, line = [""] * length, Line.empty(length)
    for key, at in place.items():
        keys[at] = key
    for row in rows:
        line.put(place[row["period_key"]], charted.figure(row))
    found = []
    for row in rows:
        trace = charted.trace(line, place[row["period_key"]], keys)
        if trace != {name: row[name] for name in trace}:
            found.append(trace | {"row_id": row["id"]})
    return found


def rejudge(version: Version, now: datetime) -> None:
    """Bring the checks since the version's first day in line with it; within the caller's transaction.

    A month is always read with the definition and target of that month. What was counted by the same definition is
    judged anew; by another, its check is due again; a check that the version no longer holds is not waited for.
    """
    newest, read = _runs(version), _runs(version, Run.fingerprint.is_not(None))
    since = select(DueCheck).where(DueCheck.period_start >= version.valid_from).order_by(DueCheck.id)
    for check in db.session.execute(since).scalars():
        place = (check.indicator_key, check.period_key)
        _, indicator = version.indicators.get(check.indicator_key, (None, None))
        period = parse_period(check.period_key)
        if indicator is None or indicator.period is not period.kind:
            if check.state in (CheckState.DUE, CheckState.FAILED):
                db.session.delete(check)
            continue
        if isinstance(indicator, Composite):
            # One of its parts, judged a moment ago, may have reopened it.
            db.session.refresh(check)
        times = deadlines_of(version, indicator, period)
        check.due_at, check.late_at, check.lapsed_at = times.due_at, times.late_at, times.lapsed_at
        if check.state != CheckState.DONE or place not in newest:
            continue
        if place in read and not counts_alike(version, indicator, read[place]):
            check.state, check.done_at, check.tries, check.next_try_at = CheckState.DUE, None, 0, now
            lift_traces(check.indicator_key, period)
        else:
            cells = [cell_of(row) for row in newest_figures(*place)]
            watch_readings(project(Measured(version, indicator, period, newest[place], cells), now=now))


def _runs(version: Version, *which: ColumnElement[bool]) -> dict[tuple[str, str], Run]:
    """The last successful run of each check since the version's first day."""
    of_check = (DueCheck.indicator_key == Run.indicator_key) & (DueCheck.period_key == Run.period_key)
    last = (
        select(func.max(Run.id))
        .join(DueCheck, of_check)
        .where(DueCheck.period_start >= version.valid_from, Run.outcome == "done", *which)
        .group_by(Run.indicator_key, Run.period_key)
    )
    runs = db.session.execute(select(Run).where(Run.id.in_(last))).scalars()
    return {(run.indicator_key, run.period_key): run for run in runs}
