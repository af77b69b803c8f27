"""Figures put together of parts: the volume of a rate, and the stretches of a period in which the promise changed.

The volume of a rate may stand in another source, complaints in one table and journeys in another, or in other rows of
its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from charter.domain.charter_file.indicators import Count, IndicatorBase, Mean, Rate
from charter.domain.charter_file.kinds.rate import VolumeRows
from charter.domain.checks.deadlines import delays_of
from charter.domain.vocabulary.counts import Cell, Counts, Number, add_up
from charter.domain.vocabulary.terms import Kind
from charter.sources.counting.measure import Measured

MISSING_VOLUME = "missing volume"


def volume_of(rate: Rate) -> Mean | Count | None:
    """What the volume is read of: a column of another source, or the rows of its own that meet conditions.

    By the same date and unit columns; None where each row that counts brings its volume. Conditions and exclusions of
    the rate choose cases, not volume.
    """
    if isinstance(rate.volume, str):
        return None
    said = {"key": rate.key, "title": rate.title, "unit": rate.unit, "period": rate.period, "date": rate.date}
    if isinstance(rate.volume, VolumeRows):
        same = {name: getattr(rate, name) for name in ("source", "distinct", "channel", "segment")}
        return Count.model_validate(said | same | {"kind": Kind.COUNT, "where": rate.volume.rows.where})
    other = {"kind": Kind.MEAN, "source": rate.volume.source, "value": rate.volume.column}
    return Mean.model_validate(said | other)


def with_volume(cases: Measured, volume: Measured, *, is_same_source: bool = False) -> Measured:
    """The cases with their volume: the volume of a unit and period is a cell of its own, and counts add."""
    return replace(
        cases,
        cells=_merged([*cases.cells, *(cell._replace(counts=_volume(cell.counts)) for cell in volume.cells)]),
        rows_read=cases.rows_read + (0 if is_same_source else volume.rows_read),
        volume=None if is_same_source else volume,
        unknown_units=tuple(sorted({*cases.unknown_units, *volume.unknown_units})),
    )


def _volume(counts: Counts) -> Counts:
    missing = sum(counts.excluded.values())
    return Counts(denominator=counts.numerator or counts.total, excluded={MISSING_VOLUME: missing} if missing else {})


def _merged(cells: list[Cell]) -> list[Cell]:
    places: dict[tuple[str, str, str, str], list[Counts]] = {}
    for cell in cells:
        places.setdefault((cell.period, cell.unit, cell.channel, cell.segment), []).append(cell.counts)
    return [Cell(*place, add_up(parts)) for place, parts in sorted(places.items())]


def joined(stretches: Sequence[tuple[IndicatorBase, Measured]]) -> Measured:
    """The figure of periods that were counted in stretches, each by the definition of its own days.

    Counts of a promise in steps are told by the delays of the first definition: its steps are the first, the second.
    """
    first, (_, whole) = stretches[0][0], stretches[0]
    cells = [cell for indicator, one in stretches for cell in _in_steps_of(first, indicator, one.cells)]
    contradictory: dict[tuple[str, str], Number] = {}
    for _, one in stretches:
        for place, number in one.contradictory.items():
            contradictory[place] = contradictory.get(place, 0) + number
    return replace(
        whole,
        cells=_merged(cells),
        latest=max((one.latest for _, one in stretches if one.latest is not None), default=None),
        unknown_units=tuple(sorted({unit for _, one in stretches for unit in one.unknown_units})),
        contradictory=contradictory,
        days={day: rows for _, one in stretches for day, rows in one.days.items()},
    )


def _in_steps_of(first: IndicatorBase, indicator: IndicatorBase, cells: Iterable[Cell]) -> list[Cell]:
    names: Mapping[str, str] = dict(zip(map(str, delays_of(indicator)), map(str, delays_of(first)), strict=False))
    return [
        cell._replace(counts=replace(cell.counts, steps={names[name]: n for name, n in cell.counts.steps.items()}))
        for cell in cells
    ]
