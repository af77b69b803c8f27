"""Proof of sealed months and corrected editions: every part that an index names, and what each says, counted again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from charter.domain.overview.model import json_number
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import Kind, Reason, Status
from charter.models.charters import CharterVersion
from charter.models.readings import ReadingRow
from charter.models.records import Measurement, Run, SealedPart, Snapshot
from charter.models.reports import Edition
from charter.services.charters.versions import History, history_at
from charter.services.readings.current_figures import Place
from charter.services.readings.projection import recounted
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
from charter.services.records.sealing import is_part
from charter.services.reports.parts import Figures, figures_in
from charter.services.verification.audit import missing_heads
from charter.services.verification.entries import Log
from charter.services.verification.figures import RECORDING
from charter.services.verification.rows import UNREADABLE, readable

Progress = Callable[[int, int, str], None]


def compare_parts(log: Log, damaged: list[Sentence]) -> Iterator[Sentence]:
    """Every part that a sealed index names is there, as it was sealed; and none that no index names."""
    held: dict[str, bool] = {}
    strange: dict[str, int] = {}
    for row in readable(SealedPart, ("sha256", "content"), damaged, at_once=PARTS_AT_ONCE):
        held[row.sha256] = is_part(row.sha256, row.content)
        strange[row.sha256] = row.number_
    is_all_read = True
    for made in _made(log, damaged):
        parts = _parts(made.document)
        is_all_read = is_all_read and parts is not None
        for name, sha256 in (parts or {}).items():
            strange.pop(sha256, None)
            if sha256 not in held:
                yield Sentence("The part %(part)s of %(month)s is not there any more.", part=name, month=made.name)
            elif not held[sha256]:
                yield Sentence("The part %(part)s of %(month)s is not what was frozen.", part=name, month=made.name)
    if strange and is_all_read:
        rows = _stretches(sorted(strange.values()))
        yield Sentence("Rows of sealed_parts that no frozen month names: %(rows)s.", rows=rows)


PARTS_AT_ONCE = 50


def _parts(document: str) -> Mapping[str, str] | None:
    """The parts that an index names, by name; none of one document; None where it cannot be read."""
    try:
        return dict(json.loads(document).get("parts", {}))
    except UNREADABLE:
        return None


def _stretches(numbers: list[int]) -> str:
    """Numbers as people write them: 3, 7 to 12."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1][1:] = [number]
        else:
            found.append([number])
    return ", ".join("-".join(map(str, stretch)) for stretch in found)


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
    count = sum(1 for _ in log.entries(*MAKING))
    for at, made in enumerate(_made(log, damaged)):
        if progress is not None:
            progress(at, max(count, at + 1), str(made.name))
        missing = made.entry + 1
        in_force = [row for row in versions if applied.get(row.number, missing) < made.entry]
        known = standings(run for run in runs if recorded.get(f"run {run.id}", missing) < made.entry)
        try:
            figures = figures_in(made.document)
            missing_heads(log, {figures.index["audit_head"]: made.name}, damaged)
            if in_force:
                yield from _month(made.name, figures, _Then(history_at(in_force), known), present)
        except UNREADABLE:
            yield Sentence("The figures of %(month)s can neither be read nor counted again.", month=made.name)


MAKING = ("month:freeze", "month:approve", "month:correct")


def _made(log: Log, damaged: list[Sentence]) -> Iterator[_Made]:
    entries = {entry.subject: entry.number for entry in log.entries(*MAKING)}
    for row in readable(Snapshot, ("period_key", "document"), damaged, at_once=1):
        name = Sentence("the frozen month %(period)s", period=row.period_key)
        yield _Made(name, entries.get(row.period_key, 0), row.document)
    for row in readable(Edition, ("period_key", "number", "figures"), damaged, at_once=1):
        if row.figures is not None:
            name = Sentence("the edition %(number)s of %(period)s", number=row.number, period=row.period_key)
            yield _Made(name, entries.get(f"{row.period_key} edition {row.number}", 0), row.figures)


def _month(name: Sentence, figures: Figures, then: _Then, present: Mapping[Place, Standing]) -> Iterator[Sentence]:
    """Every figure that a month says, of each unit and in the lists above it."""
    shown = _shown(figures)
    for key, periods in batches(shown):
        readings = by_place(of_places(ReadingRow, READING_COLUMNS, key, periods))
        for period in periods:
            place = (key, period)
            counted = _counted(place, then, present, readings.get(place, ()))
            for unit, kind, told in shown[place]:
                measured = _as_told(kind, counted.get(unit))
                if told.denominator is None and not measured.denominator:
                    # Of the log of incidents nothing is told where there are few: no number, not even 0.
                    measured = measured._replace(numerator=None, denominator=None)
                if told.status == UNASKED:
                    told = told._replace(status=measured.status)
                if told != measured:
                    yield _differs(name, place, unit, (told, measured))


class Said(NamedTuple):
    """What a month says of an indicator in one unit."""

    unit: str
    kind: str
    told: Told


def _shown(figures: Figures) -> dict[Place, list[Said]]:
    """By indicator and period, what is said of each unit. A part that cannot be read has its own sentence."""
    shown: dict[Place, list[Said]] = {}
    kinds: dict[str, tuple[str, str]] = {}
    for unit in figures.units():
        with suppress(*UNREADABLE):
            for view in _views(figures.unit(unit)):
                if view["known_at"] is not None:
                    kinds[view["key"]] = (view["period"], view["kind"])
                    shown.setdefault((view["key"], view["period"]), []).append(Said(unit, view["kind"], _told(view)))
    for key, (period, kind) in kinds.items():
        with suppress(*UNREADABLE):
            listed = figures.breakdown(figures.index["root"], key)
            shown[key, period] += [Said(row["unit"], kind, _told(row)) for row in listed if row["reason"] not in EMPTY]
    return shown


EMPTY = (Reason.NO_ROWS.value, Reason.NOT_OPEN.value)

UNASKED = ""
"""The status of a unit that was shut, of whose cases none is asked: their figures are compared, a verdict is not."""


def _views(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [view for commitment in part["overview"]["commitments"] for view in commitment["indicators"]]


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
        return {row.unit_key: row._asdict() for row in rows}
    cells = of_places(Measurement, CELL_COLUMNS, place[0], [place[1]])
    measured = measured_at(then.history, place, standing, [row for row in cells if row.run_id <= standing.run.id])
    return {} if measured is None else {row["unit_key"]: row for row in recounted(measured)}


class Told(NamedTuple):
    """What a sealed month says of a figure."""

    status: str
    value: float | None
    numerator: float | int | None
    denominator: float | int | None


def _told(view: Mapping[str, Any]) -> Told:
    """Of a unit that was closed nothing is asked: what had been measured of it is that there was no case."""
    shut = {Reason.NOT_OPEN.value: Status.NO_DATA.value, Reason.CLOSED_WITH_CASES.value: UNASKED}
    status = shut.get(view["reason"], view["status"])
    return Told(status, view["value"], view["numerator"], view["denominator"])


def _as_told(kind: str, row: Mapping[str, Any] | None) -> Told:
    if row is None:
        return Told(Status.NO_DATA.value, None, None, None)
    numerator = json_number(row["numerator"]) if Kind(kind).has_numerator else None
    denominator = None if kind == Kind.COMPOSITE else json_number(row["denominator"])
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
