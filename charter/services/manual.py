"""Figures entered by people: appended like any measurement; a second figure for the same cell is a correction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from charter.domain.charter_file.indicators import Indicator
from charter.domain.entries import counts_entered
from charter.domain.errors import Conflict, Invalid
from charter.domain.measures import Cell, Counts, Number
from charter.domain.periods import Period, parse_period
from charter.domain.permissions import Actor, require
from charter.domain.terms import CheckState, Permission
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import Measurement, Run
from charter.services import audit
from charter.services.charters import Version, find_indicator, find_unit, history
from charter.services.due import write_due
from charter.services.readings import project
from charter.services.recording import measurement_row
from charter.services.transactions import transaction
from charter.services.verification import cells_hash


@dataclass(frozen=True)
class Figure:
    """What is entered: for which indicator, period and unit, which numbers, and why if it corrects another."""

    indicator: str
    period: str
    unit: str | None
    numbers: Mapping[str, Number]
    reason: str | None = None


def enter_figure(actor: Actor, now: datetime, figure: Figure) -> Counts:
    """Append a figure; the check of its period is done with the first one.

    Raises NotFound, NotAllowed, Invalid (numbers, period, a correction without a reason), Conflict (period not
    ended, or the indicator is not entered by hand).
    """
    period = parse_period(figure.period)
    version = history().on(period.start)
    _, indicator = find_indicator(version, figure.indicator)
    unit = find_unit(version, figure.unit)
    require(actor, Permission.ENTER_FIGURE, unit)
    _check(version, indicator, period, now)
    counts = counts_entered(indicator.kind, figure.numbers)
    with transaction():
        corrected = _newest(indicator.key, period.key, unit)
        if corrected is not None and not (figure.reason or "").strip():
            raise Invalid("There is a figure for this period and unit already: say why it is corrected.", "reason")
        _refuse_twice(version, newest_figures(indicator.key, period.key), unit)
        write_due(version, indicator, period)
        run = _run(actor, now, (version, indicator, period))
        row = Measurement(**measurement_row(Cell(period.key, unit, "", "", counts), run, actor, now))
        row.corrects_id, row.reason = (corrected.id, figure.reason) if corrected else (None, None)
        db.session.add(row)
        db.session.flush()
        project(version, indicator, period, run, [cell_of(one) for one in newest_figures(indicator.key, period.key)])
        _settle(indicator, period, now)
        before = {"cells": cells_hash([corrected])} if corrected else None
        after = {"cells": cells_hash([row]), "indicator": indicator.key, "period": period.key, "reason": figure.reason}
        audit.record(actor, now, "check:run", f"run {run.id}", before=before, after=after)
    return counts


def _check(version: Version, indicator: Indicator, period: Period, now: datetime) -> None:
    source = version.charter.sources.get(indicator.source or "")
    if source is None or source.kind != "manual":
        raise Conflict(f"{indicator.key} is read from a source: its figures are not entered by hand.")
    if period.kind is not indicator.period:
        raise Invalid(f"{indicator.key} is measured by {indicator.period}: {period.key} is not one.", "period")
    if now.astimezone(ZoneInfo(version.charter.charter.timezone)).date() <= period.end:
        raise Conflict(f"{period.key} has not ended yet: its figure can be entered from the day after its last.")


def _refuse_twice(version: Version, figures: Sequence[Measurement], unit: str) -> None:
    """Figures add along the tree: one above or below another would count the same cases twice."""
    tree = version.tree
    for row in figures:
        if (
            row.unit_key != unit
            and row.unit_key in tree
            and (row.unit_key in tree.path(unit) or unit in tree.path(row.unit_key))
        ):
            raise Conflict(f"There is a figure of {row.unit_key} already: {unit} would count the same cases twice.")


def newest_figures(indicator: str, period: str) -> Sequence[Measurement]:
    """The figures that hold, one per unit: of several the last entered."""
    query = select(Measurement).where(Measurement.indicator_key == indicator, Measurement.period_key == period)
    rows = db.session.execute(query.order_by(Measurement.id)).scalars()
    return list({(row.unit_key, row.channel, row.segment): row for row in rows}.values())


def _newest(indicator: str, period: str, unit: str) -> Measurement | None:
    return next((row for row in newest_figures(indicator, period) if row.unit_key == unit), None)


def cell_of(row: Measurement) -> Cell:
    """A stored figure as a cell."""
    return Cell(row.period_key, row.unit_key, row.channel, row.segment, row.counts)


def _run(actor: Actor, now: datetime, what: tuple[Version, Indicator, Period]) -> Run:
    version, indicator, period = what
    run = Run(
        indicator_key=indicator.key,
        period_key=period.key,
        version_id=version.id,
        outcome="done",
        as_of=now,
        seconds=0.0,
        unknown_units={},
        reaches_past=True,
        definition_hash="",
        started_by=actor.name,
    )
    db.session.add(run)
    db.session.flush()
    return run


def _settle(indicator: Indicator, period: Period, now: datetime) -> None:
    of_period = (DueCheck.indicator_key == indicator.key) & (DueCheck.period_key == period.key)
    is_open = DueCheck.state != CheckState.DONE
    db.session.execute(update(DueCheck).where(of_period, is_open).values(state=CheckState.DONE, done_at=now, note=None))
