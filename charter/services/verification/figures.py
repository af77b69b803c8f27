"""Proof by recounting: measurements as runs recorded them, readings and sealed months as these measurements give."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import select

from charter.domain.overview.model import json_number
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import CheckState, Kind, Status
from charter.models.base import db
from charter.models.charters import CharterVersion
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.models.records import Measurement, Run, Snapshot
from charter.models.reports import Edition
from charter.services.charters.versions import History, history_at, history_or_none
from charter.services.readings.current_figures import Place
from charter.services.readings.projection import Memory, differences, recounted
from charter.services.readings.recount import (
    CELL_COLUMNS,
    READING_COLUMNS,
    RUN_COLUMNS,
    Rows,
    Standing,
    batches,
    by_place,
    compared,
    measured_at,
    of_places,
    sentence_of,
    standings,
)
from charter.services.records.sealing import cells_hash
from charter.services.verification.audit import missing_heads
from charter.services.verification.entries import Log
from charter.services.verification.rows import UNREADABLE, readable
from charter.services.verification.words_and_editions import Counted
from charter.services.verification.workers import each_share, shared

Progress = Callable[[int, int, str], None]
RECORDING = ("check:run", "check:complete", "figure:enter", "figure:correct")


def compare_figures(
    log: Log, counts: Counted, damaged: list[Sentence], progress: Progress | None, *, workers: int = 1
) -> Iterator[Sentence]:
    """The cells of every run are those that were recorded, and every reading is what they give.

    `workers`: so many processes share the work, where the caller's process may be copied (a command's).
    """
    runs = {run.id: run for run in readable(Run, RUN_COLUMNS, damaged)}
    done = [run for run in runs.values() if run.outcome == "done"]
    known = _Known(
        runs, by_place(done), standings(done), log.vouched(*RECORDING), _done_checks(damaged), history_or_none()
    )
    counts["runs"] = len(done)
    places = _places(Measurement) | _places(ReadingRow) | known.standing.keys() | known.checks
    shares = shared(list(batches(places)), workers if len(places) >= SHARED_FROM else 1)
    for part in each_share(shares, lambda share: _share(known, share, progress)):
        counts["measurements"] += part.measurements
        counts["readings"] += part.readings
        damaged += part.damaged
        yield from part.found
    recorded = {f"run {run.id}" for run in done}
    for subject, facts in known.vouched.items():
        if subject not in recorded:
            yield Sentence(
                "The measurements of run %(number)s (%(indicator)s, %(period)s) are not there any more.",
                number=subject.removeprefix("run "),
                indicator=str(facts.get("indicator")),
                period=str(facts.get("period")),
            )


SHARED_FROM = 500
"""Fewer periods than that are counted again before a second process has begun."""


@dataclass(frozen=True)
class _Known:
    """What every share of the work looks up: runs, which of them hold, what entries say, checks done, the charter."""

    runs: Mapping[int, Any]
    of_place: Mapping[Place, Sequence[Any]]
    standing: Mapping[Place, Standing]
    vouched: Mapping[str, dict[str, Any]]
    checks: set[Place]
    history: History | None


@dataclass
class _Part:
    """What one share of the work has found."""

    measurements: int = 0
    readings: int = 0
    found: list[Sentence] = field(default_factory=list)
    damaged: list[Sentence] = field(default_factory=list)


def _share(known: _Known, share: Sequence[tuple[str, list[str]]], progress: Progress | None) -> _Part:
    """Compare the measurements and readings of these indicators and periods."""
    part, memory = _Part(), Memory()
    at, total = 0, sum(len(periods) for _, periods in share)
    for key, periods in share:
        if progress is not None:
            progress(at, total, key)
        at += len(periods)
        cells = _by_place(Measurement, CELL_COLUMNS, key, periods, part.damaged)
        held = _by_place(ReadingRow, READING_COLUMNS, key, periods, part.damaged)
        for period in periods:
            place = (key, period)
            rows = Rows(cells.get(place, []), held.get(place, []))
            part.measurements += len(rows.cells)
            part.readings += len(rows.held)
            part.found += _place(known, place, rows, memory)
    return part


def _place(known: _Known, place: Place, rows: Rows, memory: Memory) -> Iterator[Sentence]:
    yield from _runs_of(place, known.of_place.get(place, ()), rows.cells, known)
    if known.history is not None and place in known.checks:
        yield from _readings_of(known.history, place, known.standing.get(place), rows, memory)
    elif place not in known.standing:
        yield from map(sentence_of, differences(place, (), rows.held))


def _runs_of(place: Place, of_place: Iterable[Any], rows: Sequence[Any], known: _Known) -> Iterator[Sentence]:
    """The cells of one indicator and period against what the entries of their runs say."""
    by_run: dict[int, list[Any]] = {}
    for row in rows:
        by_run.setdefault(row.run_id, []).append(row)
    for run in of_place:
        facts = known.vouched.get(f"run {run.id}", {})
        is_whole = (facts.get("indicator"), facts.get("period")) == place
        if not is_whole or facts.get("cells") != _hash(by_run.pop(run.id, [])):
            yield _of_run(run)
        by_run.pop(run.id, None)
    for number in by_run:
        run = known.runs.get(number)
        if run is not None:
            yield _of_run(run)
        else:
            yield Sentence("Measurements of run %(number)s are there, and the run is not.", number=number)


def _hash(rows: Sequence[Any]) -> str:
    try:
        return cells_hash(rows)
    except UNREADABLE:
        return "unreadable"


def _of_run(run: Any) -> Sentence:
    return Sentence(
        "The measurements of run %(number)s (%(indicator)s, %(period)s) are not what was recorded.",
        number=run.id,
        indicator=run.indicator_key,
        period=run.period_key,
    )


def _readings_of(
    found: History, place: Place, standing: Standing | None, rows: Rows, memory: Memory
) -> Iterator[Sentence]:
    if standing is None:
        yield Sentence(
            "The check of %(indicator)s for %(period)s is done, and no run of it is there.",
            indicator=place[0],
            period=place[1],
        )
        return
    try:
        yield from map(sentence_of, compared(found, place, standing, rows, memory))
    except UNREADABLE:
        yield Sentence(
            "The readings of %(indicator)s for %(period)s cannot be counted again: their measurements are damaged.",
            indicator=place[0],
            period=place[1],
        )


def _places(model: Any) -> set[Place]:
    table = model.__table__
    return {
        (row[0], row[1]) for row in db.session.execute(select(table.c.indicator_key, table.c.period_key).distinct())
    }


def _done_checks(damaged: list[Sentence]) -> set[Place]:
    rows = readable(DueCheck, ("indicator_key", "period_key", "state"), damaged)
    return {(row.indicator_key, row.period_key) for row in rows if row.state == CheckState.DONE}


def _by_place(
    model: Any, names: Sequence[str], key: str, periods: Sequence[str], damaged: list[Sentence]
) -> dict[Place, list[Any]]:
    try:
        return by_place(db.session.execute(of_places(model, names, key, periods)).all())
    except UNREADABLE:
        where = (model.indicator_key == key, model.period_key.in_(periods))
        return by_place(readable(model, names, damaged, *where))


@dataclass(frozen=True)
class _Then:
    """What was known when a month was sealed: the charter in force, and which runs there were."""

    history: History
    standing: Mapping[Place, Standing]


@dataclass(frozen=True)
class _Made:
    """A sealed month or a corrected edition: how a sentence names it, the entry that tells of it, what it says."""

    name: Sentence
    entry: int
    document: str


def compare_months(log: Log, damaged: list[Sentence], progress: Progress | None) -> Iterator[Sentence]:
    """What sealed months and corrected editions say, beside what had been measured when they were made.

    What came before and what after is read from the order of entries: instants may be the same.
    """
    runs = [run for run in readable(Run, RUN_COLUMNS, damaged) if run.outcome == "done"]
    names = ("id", "number", "valid_from", "folder", "document", "content_hash")
    versions = list(readable(CharterVersion, names, damaged))
    recorded = {entry.subject: entry.number for entry in log.entries(*RECORDING)}
    applied = {entry.after.get("version"): entry.number for entry in log.entries("charter:apply")}
    present = standings(runs)
    for at, made in enumerate(_made(log, damaged)):
        if progress is not None:
            progress(at, at + 1, str(made.name))
        missing = made.entry + 1
        in_force = [row for row in versions if applied.get(row.number, missing) < made.entry]
        known = standings(run for run in runs if recorded.get(f"run {run.id}", missing) < made.entry)
        try:
            document = json.loads(made.document)
            missing_heads(log, {document["audit_head"]: made.name}, damaged)
            if in_force:
                yield from _month(made.name, document, _Then(history_at(in_force), known), present)
        except UNREADABLE:
            yield Sentence("What %(month)s says cannot be read, nor counted again.", month=made.name)


def _made(log: Log, damaged: list[Sentence]) -> Iterator[_Made]:
    entries = {entry.subject: entry.number for entry in log.entries("month:freeze", "month:approve", "month:correct")}
    for row in readable(Snapshot, ("period_key", "document"), damaged, at_once=1):
        name = Sentence("the sealed month %(period)s", period=row.period_key)
        yield _Made(name, entries.get(row.period_key, 0), row.document)
    for row in readable(Edition, ("period_key", "number", "figures"), damaged, at_once=1):
        if row.figures is not None:
            name = Sentence("the edition %(number)s of %(period)s", number=row.number, period=row.period_key)
            yield _Made(name, entries.get(f"{row.period_key} edition {row.number}", 0), row.figures)


def _month(
    name: Sentence, document: Mapping[str, Any], then: _Then, present: Mapping[Place, Standing]
) -> Iterator[Sentence]:
    shown: dict[Place, list[tuple[str, Mapping[str, Any]]]] = {}
    for unit, part in document["editions"].items():
        for commitment in part["overview"]["commitments"]:
            for view in commitment["indicators"]:
                if view["known_at"] is not None:
                    shown.setdefault((view["key"], view["period"]), []).append((unit, view))
    for key, periods in batches(shown):
        readings = by_place(db.session.execute(of_places(ReadingRow, READING_COLUMNS, key, periods)).all())
        for period in periods:
            place = (key, period)
            counted = _counted(place, then, present, readings.get(place, ()))
            for unit, view in shown[place]:
                told = _told(view)
                if told != _as_told(view, counted.get(unit)):
                    yield _differs(name, place, unit, (told, _as_told(view, counted.get(unit))))


def _counted(
    place: Place, then: _Then, present: Mapping[Place, Standing], readings: Iterable[Any]
) -> dict[str, Mapping[str, Any]]:
    """The figures by unit as they were measured then; those of today where nothing was measured since."""
    standing = then.standing.get(place)
    if standing is None:
        return {}
    rows = list(readings)
    version = then.history.on(parse_period(place[1]).start).id
    is_same = standing.run.id == present[place].run.id and all(row.version_id == version for row in rows)
    if is_same and rows:
        return {row.unit_key: row._mapping for row in rows}
    cells = db.session.execute(of_places(Measurement, CELL_COLUMNS, place[0], [place[1]])).all()
    measured = measured_at(then.history, place, standing, [row for row in cells if row.run_id <= standing.run.id])
    return {} if measured is None else {row["unit_key"]: row for row in recounted(measured)}


class Told(NamedTuple):
    """What a sealed month says of a figure."""

    status: str
    value: float | None
    numerator: float | int | None
    denominator: float | int | None


def _told(view: Mapping[str, Any]) -> Told:
    return Told(view["status"], view["value"], view["numerator"], view["denominator"])


def _as_told(view: Mapping[str, Any], row: Mapping[str, Any] | None) -> Told:
    if row is None:
        return Told(Status.NO_DATA.value, None, None, None)
    numerator = json_number(row["numerator"]) if Kind(view["kind"]).has_numerator else None
    denominator = None if view["kind"] == Kind.COMPOSITE else json_number(row["denominator"])
    return Told(str(row["status"]), row["value"], numerator, denominator)


def _differs(name: Sentence, place: Place, unit: str, sides: tuple[Told, Told]) -> Sentence:
    told, counted = sides
    indicator, period = place[0], parse_period(place[1])
    if told.status != counted.status:
        return Sentence(
            "In %(month)s, %(indicator)s for %(period)s, %(unit)s is %(told)s; "
            "what had been measured gives %(counted)s.",
            month=name,
            indicator=indicator,
            period=period,
            unit=unit,
            told=Status(told.status),
            counted=Status(counted.status),
        )
    return Sentence(
        "In %(month)s, the figure of %(indicator)s for %(period)s, %(unit)s is not what had been measured.",
        month=name,
        indicator=indicator,
        period=period,
        unit=unit,
    )
