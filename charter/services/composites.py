"""Composites: the weighted mean of other indicators, made anew at each level once its parts are known."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from charter.domain.charter_file.indicators import Composite
from charter.domain.measures import Cell, Counts, exact
from charter.domain.periods import Period, parse_period
from charter.domain.terms import CheckState
from charter.domain.valuing import weighted_mean
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.services.charters import History, Version
from charter.services.claiming import Claim, Taking, claim_all, claimable
from charter.services.due import state_of
from charter.services.measuring import Outcome
from charter.services.snapshots import canonical_json

Values = Mapping[tuple[str, str], Decimal]
"""The value of each part, by unit and indicator; absent where it has none."""

SETTLED = (CheckState.DONE, CheckState.LAPSED, CheckState.WAIVED)


def measure_composites(
    found: History, how: Taking, *, only: tuple[str, str] | None = None
) -> Iterator[tuple[Version, Composite, Claim, Outcome]]:
    """An outcome for each composite that is due and whose parts have all been measured, or given up.

    The others wait: a composite is never made of half its parts. One whose part is a composite comes after it.
    """
    waiting = _waiting(found, how)
    if only is not None:
        waiting = [one for one in waiting if (one[2].indicator_key, one[2].period_key) == only]
    while ready := [one for one in waiting if _is_ready(one[1], one[2], how.now)]:
        waiting = [one for one in waiting if one not in ready]
        for version, composite, check in ready:
            held = claim_all([(check, parse_period(check.period_key), version.id)], how).get(check.id)
            if held is not None:
                yield version, composite, held, _outcome(version, composite, held.period)


def _waiting(found: History, how: Taking) -> list[tuple[Version, Composite, DueCheck]]:
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
            waiting.append((version, indicator, check))
    return waiting


def _is_ready(composite: Composite, check: DueCheck, now: datetime) -> bool:
    keys = [part.indicator for part in composite.of]
    query = select(DueCheck).where(DueCheck.indicator_key.in_(keys), DueCheck.period_key == check.period_key)
    states = [state_of(part, now) for part in db.session.execute(query).scalars()]
    return len(states) == len(keys) and all(state in SETTLED for state in states)


def _outcome(version: Version, composite: Composite, period: Period) -> Outcome:
    from charter.sources.setting import definition_hash  # noqa: PLC0415 heavy

    started = time.perf_counter()
    values = values_of_parts(composite, period)
    made_from = [[unit, key, str(value)] for (unit, key), value in sorted(values.items())]
    return Outcome(
        definition_hash(composite, version.charter.charter),
        cells=composed(version, composite, period, values),
        seconds=time.perf_counter() - started,
        reaches_past=True,
        fingerprint=hashlib.sha256(canonical_json(made_from).encode()).hexdigest(),
    )


def values_of_parts(composite: Composite, period: Period) -> Values:
    """What the parts came to in that period, at every level."""
    keys = [part.indicator for part in composite.of]
    columns = (ReadingRow.unit_key, ReadingRow.indicator_key, ReadingRow.value)
    query = select(*columns).where(ReadingRow.indicator_key.in_(keys), ReadingRow.period_key == period.key)
    rows = db.session.execute(query)
    return {(unit, key): Decimal(repr(value)) for unit, key, value in rows if value is not None}


def composed(version: Version, composite: Composite, period: Period, values: Values) -> list[Cell]:
    """A cell for each unit of the tree where every part has a value; its denominator is the number of parts."""
    cells = []
    for unit in version.tree.by_key:
        value = weighted_mean((part.weight, values.get((unit, part.indicator))) for part in composite.of)
        if value is not None:
            cells.append(Cell(period.key, unit, "", "", Counts(denominator=len(composite.of), value=exact(value))))
    return cells
