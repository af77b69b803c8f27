"""Composites: made of what their parts came to, once every part has been measured or given up."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import or_, select

from charter.domain.charter_file.indicators import Composite, Part
from charter.domain.readings.values import weighted_mean
from charter.domain.statistics.intervals import SAMPLE_LEVEL, Interval
from charter.domain.statistics.samples import SurePart, composite_interval
from charter.domain.vocabulary.counts import Cell, Counts, exact
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.terms import Basis, CheckState, Reason
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.services.charters.versions import History, Version
from charter.services.checks.recording import Found
from charter.services.checks.results import Outcome
from charter.services.records.sealing import canonical_json
from charter.services.schedule.claims import Taking, Wanted, claim_all, claimable
from charter.services.schedule.due import state_of


class PartFigure(NamedTuple):
    """What a part came to; of a sample its interval, None where it has none."""

    value: Decimal
    is_sample: bool
    interval: Interval | None


Values = Mapping[tuple[str, str], PartFigure]
"""The figure of each part, by unit and indicator; absent where it has none."""

DIGITS = 12
SETTLED = (CheckState.DONE, CheckState.LAPSED, CheckState.WAIVED)


def measure_composites(found: History, how: Taking, *, only: tuple[str, str] | None = None) -> Iterator[Found]:
    """An outcome for each composite that is due and whose parts have all been measured, or given up.

    The others wait: a composite is never made of half its parts. One whose part is a composite comes after it.
    """
    waiting = _waiting(found, how)
    if only is not None:
        waiting = [one for one in waiting if (one.check.indicator_key, one.check.period_key) == only]
    while ready := [one for one in waiting if _is_ready(one.composite, one.check, how.now)]:
        waiting = [one for one in waiting if one not in ready]
        for version, composite, check in ready:
            held = claim_all([Wanted(check, parse_period(check.period_key), version.id)], how).get(check.id)
            if held is not None:
                yield Found(version, composite, held, _outcome(version, composite, held.period))


class WaitingComposite(NamedTuple):
    """A composite whose check is due, in the version that holds it."""

    version: Version
    composite: Composite
    check: DueCheck


def _waiting(found: History, how: Taking) -> list[WaitingComposite]:
    keys = {i.key for version in found.versions for _, i in version.indicators.values() if isinstance(i, Composite)}
    if not keys:
        return []
    which = DueCheck.indicator_key.in_(keys)
    free = claimable(how.now, retry_now=how.retry_now, at=how.at)
    query = select(DueCheck).where(which, free).order_by(DueCheck.due_at, DueCheck.id)
    waiting = []
    for check in db.session.execute(query).scalars():
        version = found.on(check.period_start)
        _, indicator = version.indicators.get(check.indicator_key, (None, None))
        if isinstance(indicator, Composite):
            waiting.append(WaitingComposite(version, indicator, check))
    return waiting


def _is_ready(composite: Composite, check: DueCheck, now: datetime) -> bool:
    keys = [part.indicator for part in composite.of]
    query = select(DueCheck).where(DueCheck.indicator_key.in_(keys), DueCheck.period_key == check.period_key)
    states = [state_of(part, now) for part in db.session.execute(query).scalars()]
    return len(states) == len(keys) and all(state in SETTLED for state in states)


def _outcome(version: Version, composite: Composite, period: Period) -> Outcome:
    from charter.sources.cells.context import definition_hash  # noqa: PLC0415 heavy

    started = time.perf_counter()
    values = values_of_parts(version, composite, period)
    made_from = [[unit, key, str(one.value)] for (unit, key), one in sorted(values.items())]
    return Outcome(
        definition_hash(composite, version.charter),
        cells=composed(version, composite, period, values),
        seconds=time.perf_counter() - started,
        reaches_past=True,
        fingerprint=hashlib.sha256(canonical_json(made_from).encode()).hexdigest(),
    )


def values_of_parts(version: Version, composite: Composite, period: Period) -> Values:
    """What the parts came to in that period, at every level; a figure that is withheld makes no other."""
    keys = [part.indicator for part in composite.of]
    samples = {key for key in keys if key in version.indicators and version.indicators[key][1].basis is Basis.SAMPLE}
    query = select(ReadingRow).where(ReadingRow.indicator_key.in_(keys), ReadingRow.period_key == period.key)
    is_withheld = ReadingRow.reason.in_((Reason.SOURCE_SHORT, Reason.UNREADABLE))
    rows = db.session.execute(query.where(or_(ReadingRow.reason.is_(None), ~is_withheld))).scalars()
    return {(row.unit_key, row.indicator_key): _part(row, samples) for row in rows if row.value is not None}


def _part(row: ReadingRow, samples: set[str]) -> PartFigure:
    is_sample = row.indicator_key in samples or row.interval_level == SAMPLE_LEVEL
    low, high = row.interval_low, row.interval_high
    interval = None if not is_sample or low is None or high is None else (low, high)
    return PartFigure(Decimal(repr(row.value)), is_sample, interval)


def composed(version: Version, composite: Composite, period: Period, values: Values) -> list[Cell]:
    """A cell for each unit of the tree where every part has a value; its denominator is the number of parts."""
    cells = []
    for unit in version.tree.by_key:
        found = [(part, values.get((unit, part.indicator))) for part in composite.of]
        value = weighted_mean((part.weight, one and one.value) for part, one in found)
        if value is not None:
            counts = Counts(denominator=len(composite.of), value=exact(value))
            known = [_sure(version, part, one) for part, one in found if one is not None]
            cells.append(Cell(period.key, unit, "", "", _between(counts, known)))
    return cells


def _sure(version: Version, part: Part, one: PartFigure) -> SurePart:
    _, indicator = version.indicators.get(part.indicator, (None, None))
    return SurePart(part.weight, float(one.value), one.interval, one.is_sample, indicator.source if indicator else None)


def _between(counts: Counts, parts: Sequence[SurePart]) -> Counts:
    """With its interval where a part is a sample; with one end alone, which proves nothing, where that has none."""
    if not any(part.is_sample for part in parts):
        return counts
    ends = composite_interval(parts)
    if ends is None:
        return replace(counts, low=counts.value)
    return replace(counts, low=exact(round(ends[0], DIGITS)), high=exact(round(ends[1], DIGITS)))
