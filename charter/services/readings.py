"""From counts to readings: judge what a run measured, for every unit, and keep it where pages read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, update

from charter.domain.charter_file.indicators import Composite, Indicator
from charter.domain.judging import Standard, UnitReading, judge_units
from charter.domain.measures import Cell
from charter.domain.periods import Period
from charter.domain.targets import has_target_out_of_season, target_in_force
from charter.domain.terms import CheckState
from charter.domain.units import RolledUp, roll_up
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.models.records import Run
from charter.services.steps import stored

if TYPE_CHECKING:
    from charter.services.charters import Version


def project(version: Version, indicator: Indicator, period: Period, run: Run, cells: Iterable[Cell]) -> RolledUp:
    """Replace the readings of one indicator and period by what these cells say; within the caller's transaction."""
    rolled = roll_up(version.tree, cells, adds_up=indicator.kind.adds_up)
    judged = judge_units(version.tree, indicator, standard_of(indicator, period, run), rolled)
    db.session.execute(
        delete(ReadingRow).where(ReadingRow.indicator_key == indicator.key, ReadingRow.period_key == period.key)
    )
    target = target_in_force(indicator.targets, period.start)
    by = {"target": _float(target and target.target), "version_id": version.id}
    rows = [_row(one, indicator, period, run) | by for one in judged]
    for start in range(0, len(rows), 500):
        db.session.execute(insert(ReadingRow), rows[start : start + 500])
    _reopen_composites(version, indicator, period)
    return rolled


def _reopen_composites(version: Version, indicator: Indicator, period: Period) -> None:
    """A composite of this indicator is measured again by the next run: one of its parts has another figure."""
    above = [
        one.key
        for _, one in version.indicators.values()
        if isinstance(one, Composite) and indicator.key in (part.indicator for part in one.of)
    ]
    if above:
        done = DueCheck.indicator_key.in_(above) & (DueCheck.period_key == period.key)
        db.session.execute(
            update(DueCheck).where(done, DueCheck.state == CheckState.DONE).values(state=CheckState.DUE, done_at=None)
        )


def standard_of(indicator: Indicator, period: Period, run: Run) -> Standard:
    """The level that the period is judged by: the target in force on its first day."""
    return Standard(
        target=target_in_force(indicator.targets, period.start),
        in_season=not has_target_out_of_season(indicator.targets, period.start),
        on=period.end,
        source_reaches_past=bool(run.reaches_past),
    )


def _row(one: UnitReading, indicator: Indicator, period: Period, run: Run) -> dict[str, Any]:
    low, high = one.reading.interval or (None, None)
    step = None if one.shown is None else one.steps[one.shown]
    return {
        "indicator_key": indicator.key,
        "period_key": period.key,
        "period_start": period.start,
        "period_end": period.end,
        "unit_key": one.unit,
        "run_id": run.id,
        "known_at": run.as_of,
        "status": one.reading.status,
        "reason": one.reading.reason,
        "value": _float(one.reading.value),
        "numerator": one.counts.numerator if step is None else step.numerator,
        "denominator": one.counts.denominator,
        "pending": one.counts.pending,
        "excluded": dict(one.counts.excluded),
        "interval_low": _float(low),
        "interval_high": _float(high),
        "interval_level": _float(one.reading.interval_level),
        "exceeded": one.exceeded,
        "weakest_unit": one.weakest_unit,
        "coverage": one.coverage,
        "not_recording": list(one.not_recording),
        "steps": [stored(each) for each in one.steps] or None,
        "shown": one.shown,
        "effective_n": one.effective_n,
        "definition_hash": run.definition_hash,
    }


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
