"""What figures would change, for the eye: value and status of each unit and of the whole, before and after."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypedDict

from sqlalchemy import select

from charter.domain.charter_file.unit_tree import roll_up
from charter.domain.figures.entries import numbers_of
from charter.domain.overview.model import Words, words
from charter.domain.readings.judging import UnitReading, judge_units
from charter.domain.readings.status import LevelFacts, level_facts
from charter.models.base import db
from charter.models.readings import ReadingRow
from charter.models.records import Run, counts_of
from charter.services.figures.entered import Numbers
from charter.services.figures.entries import Batch, Entry, Plan
from charter.services.figures.plan import read_before
from charter.services.figures.worklist import plain
from charter.services.readings.projection import standard_of


class Told(TypedDict):
    """Value and status of a unit."""

    value: float | None
    status: str
    reason: str | None


class PlannedFigure(TypedDict):
    """A figure that is to be written, and the one it replaces; `line`: of the file it stands in."""

    unit: str
    name: str
    channel: str
    segment: str
    numbers: Numbers
    replaces: Numbers | None
    is_same: bool
    reason: str | None
    line: int | None


class UnitEffect(TypedDict):
    """A unit before and after."""

    unit: str
    name: str
    is_whole: bool
    before: Told
    after: Told


class PeriodEffect(TypedDict):
    """What figures would change of one indicator and period; `count_figures` and `count_units` also count those that
    a long list leaves out."""

    indicator: str
    commitment: str
    title: Words
    kind: str
    against: LevelFacts
    period: str
    figures: list[PlannedFigure]
    units: list[UnitEffect]
    count_figures: int
    count_units: int


def effects_of(plan: Plan, most: int | None = None) -> list[PeriodEffect]:
    """By indicator and period: its figures, and before and after of their units and of the whole; writes nothing.

    `most`: so many figures and units of each, the first.
    """
    return [_effect(batch, most, plan.within) for batch in plan.batches]


def _effect(batch: Batch, most: int | None, within: Collection[str] | None) -> PeriodEffect:
    tree = batch.version.tree
    # What is entered is known to be whole; a correction leaves the source as it was read.
    read = read_before(batch)
    standard = standard_of(batch.indicator, batch.period, Run(reaches_past=True, seen=read.seen if read else None))
    judged = judge_units(tree, batch.indicator, standard, roll_up(tree, batch.cells()))
    after = {one.unit: one for one in judged}
    before = _before(batch)
    touched = list(dict.fromkeys([*(entry.cell.unit for entry in batch.entries.values()), tree.root.key]))
    touched = [key for key in touched if within is None or key in within]
    return {
        "indicator": batch.indicator.key,
        "commitment": next(c.key for c, i in batch.version.indicators.values() if i.key == batch.indicator.key),
        "title": words(batch.indicator.title),
        "kind": batch.indicator.kind.value,
        "against": level_facts(batch.indicator, batch.period.start, tree.root),
        "period": batch.period.key,
        "figures": [_figure(batch, entry) for entry in list(batch.entries.values())[:most]],
        "units": [
            {
                "unit": key,
                "name": tree.by_key[key].name,
                "is_whole": key == tree.root.key,
                "before": before.get(key, {"value": None, "status": "no-data", "reason": None}),
                "after": _told(after[key]),
            }
            for key in touched[:most]
        ],
        "count_figures": len(batch.entries),
        "count_units": len(touched),
    }


def _before(batch: Batch) -> Mapping[str, Told]:
    query = select(ReadingRow).where(
        ReadingRow.indicator_key == batch.indicator.key, ReadingRow.period_key == batch.period.key
    )
    return {
        row.unit_key: {"value": row.value, "status": row.status, "reason": row.reason}
        for row in db.session.execute(query).scalars()
    }


def _told(one: UnitReading) -> Told:
    reading = one.reading
    return {
        "value": None if reading.value is None else float(reading.value),
        "status": reading.status.value,
        "reason": reading.reason.value if reading.reason else None,
    }


def _figure(batch: Batch, entry: Entry) -> PlannedFigure:
    old = entry.corrected
    return {
        "unit": entry.cell.unit,
        "name": batch.version.tree.by_key[entry.cell.unit].name,
        "channel": entry.cell.channel,
        "segment": entry.cell.segment,
        "numbers": plain(numbers_of(batch.indicator, entry.cell.counts)),
        "replaces": None if old is None else plain(numbers_of(batch.indicator, counts_of(old))),
        "is_same": entry.is_same,
        "reason": entry.reason,
        "line": entry.line,
    }
