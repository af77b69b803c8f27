"""The volume of a rate from another source: complaints stand in one table, journeys in another."""

from __future__ import annotations

from dataclasses import replace

from charter.domain.charter_file.indicators import Mean, Rate
from charter.domain.measures import Cell, Counts, add_up
from charter.domain.terms import Kind
from charter.sources.measure import Measured

MISSING_VOLUME = "missing volume"


def volume_of(rate: Rate) -> Mean | None:
    """What is read of the other source: its column, by the same date and unit columns; None for one's own column.

    Conditions and exclusions choose cases, not volume.
    """
    if isinstance(rate.volume, str):
        return None
    said = {"key": rate.key, "title": rate.title, "source": rate.volume.source, "kind": Kind.MEAN, "unit": rate.unit}
    return Mean.model_validate(said | {"period": rate.period, "date": rate.date, "value": rate.volume.column})


def with_volume(cases: Measured, volume: Measured) -> Measured:
    """The cases with their volume: the volume of a unit and period is a cell of its own, and counts add."""
    return replace(
        cases,
        cells=_merged([*cases.cells, *(replace(cell, counts=_volume(cell.counts)) for cell in volume.cells)]),
        rows_read=cases.rows_read + volume.rows_read,
        unknown_units=tuple(sorted({*cases.unknown_units, *volume.unknown_units})),
    )


def _volume(counts: Counts) -> Counts:
    missing = sum(counts.excluded.values())
    return Counts(denominator=counts.total, excluded={MISSING_VOLUME: missing} if missing else {})


def _merged(cells: list[Cell]) -> list[Cell]:
    places: dict[tuple[str, str, str, str], list[Counts]] = {}
    for cell in cells:
        places.setdefault((cell.period, cell.unit, cell.channel, cell.segment), []).append(cell.counts)
    return [Cell(*place, add_up(parts)) for place, parts in sorted(places.items())]
