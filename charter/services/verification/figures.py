"""Proof by recounting: measurements as runs recorded them, and readings as these measurements give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.terms import CheckState
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.models.records import Measurement, Run
from charter.services.charters.versions import History, history_or_none
from charter.services.readings.current_figures import Place
from charter.services.readings.projection import Memory, differences
from charter.services.readings.recount import (
    CELL_COLUMNS,
    READING_COLUMNS,
    RUN_COLUMNS,
    Rows,
    Standing,
    batches,
    by_place,
    compared,
    of_places,
    sentence_of,
    standings,
)
from charter.services.records.sealing import cells_hash
from charter.services.records.workers import each_share, shared
from charter.services.verification.entries import Log
from charter.services.verification.rows import UNREADABLE, readable
from charter.services.verification.words_and_editions import Counted

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
    yield from _authors(log, runs)
    recorded = {f"run {run.id}" for run in done}
    for subject, facts in known.vouched.items():
        if subject not in recorded:
            yield Sentence(
                "The measurements of run %(number)s (%(indicator)s, %(period)s) are not there any more.",
                number=subject.removeprefix("run "),
                indicator=str(facts.get("indicator")),
                period=str(facts.get("period")),
            )


def _authors(log: Log, runs: Mapping[int, Any]) -> Iterator[Sentence]:
    """Who wrote the cells of each run and when, as its entry says."""
    said = {entry.subject: (entry.actor, entry.at) for entry in log.entries(*RECORDING)}
    by, at = Measurement.recorded_by, Measurement.recorded_at
    query = select(Measurement.run_id, by, at).distinct().order_by(Measurement.run_id)
    for number, *who in db.session.execute(query):
        if number in runs and said.get(f"run {number}", ("", None)) != tuple(who):
            yield _of_run(runs[number])


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
    model: Any, names: tuple[str, ...], key: str, periods: Sequence[str], damaged: list[Sentence]
) -> dict[Place, list[Any]]:
    try:
        return by_place(of_places(model, names, key, periods))
    except UNREADABLE:
        where = (model.indicator_key == key, model.period_key.in_(periods))
        return by_place(readable(model, names, damaged, *where))
