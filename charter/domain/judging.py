"""One measured period, judged for every unit of the tree: status, weakest unit, coverage, who does not record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from charter.domain.charter_file.indicators import Indicator, Target
from charter.domain.measures import Counts
from charter.domain.status import Reading, evaluate_status, is_exceeded
from charter.domain.terms import Direction, Kind, Reason
from charter.domain.units import RolledUp, UnitTree


@dataclass(frozen=True)
class UnitReading:
    """What one unit's figure says for one period."""

    unit: str
    reading: Reading
    counts: Counts
    exceeded: bool | None
    weakest_unit: str | None
    coverage: float | None
    not_recording: tuple[str, ...]


@dataclass(frozen=True)
class Standard:
    """What the period is judged by: the target in force on its first day, or why there is none."""

    target: Target | None
    in_season: bool
    on: date
    source_reaches_past: bool


def judge_units(tree: UnitTree, indicator: Indicator, standard: Standard, rolled: RolledUp) -> Sequence[UnitReading]:
    """A reading for every unit of the tree, in its order.

    A unit with at least `minimum` judged cases and no stop on any of them is *not recording*: it has no data,
    its cases stay in the counts of those above, who name it (contract, "Status of an indicator").
    """
    readings = {key: _read(indicator, standard, counts) for key, counts in rolled.counts.items()}
    silent = {key for key, reading in readings.items() if reading.reason is Reason.NOT_RECORDING}
    return [
        _surround(tree, indicator, standard, (unit.key, readings, rolled.counts, silent)) for unit, _ in tree.walk()
    ]


def _read(indicator: Indicator, standard: Standard, counts: Counts) -> Reading:
    is_empty_count = indicator.kind in (Kind.COUNT, Kind.MONEY) and counts.denominator == 0
    return evaluate_status(
        indicator.kind,
        indicator.direction,
        indicator.basis,
        counts,
        target=standard.target,
        minimum=indicator.minimum,
        in_season=standard.in_season,
        missing=Reason.SOURCE_SHORT if is_empty_count and not standard.source_reaches_past else None,
    )


def _surround(
    tree: UnitTree,
    indicator: Indicator,
    standard: Standard,
    found: tuple[str, Mapping[str, Reading], Mapping[str, Counts], set[str]],
) -> UnitReading:
    key, readings, counts, silent = found
    leaves = tree.leaves(key, standard.on)
    below = [leaf for leaf in leaves if leaf != key]
    measured = sum(1 for leaf in leaves if counts[leaf].denominator > 0)
    return UnitReading(
        unit=key,
        reading=readings[key],
        counts=counts[key],
        exceeded=_exceeded(indicator, readings[key], standard.target),
        weakest_unit=_weakest(indicator, ((leaf, readings[leaf], counts[leaf]) for leaf in below)),
        coverage=measured / len(leaves) if leaves else None,
        not_recording=tuple(leaf for leaf in below if leaf in silent),
    )


def _exceeded(indicator: Indicator, reading: Reading, target: Target | None) -> bool | None:
    """None where no threshold of excess is in force."""
    if target is None or target.exceeds is None:
        return None
    return is_exceeded(indicator.direction, indicator.basis, reading, target)


def _weakest(indicator: Indicator, leaves: Iterable[tuple[str, Reading, Counts]]) -> str | None:
    """The leaf with the worst value among those with at least the minimum number of cases."""
    judged: list[tuple[Decimal, str]] = [
        (reading.value if indicator.direction is Direction.HIGHER else -reading.value, key)
        for key, reading, counts in leaves
        if reading.value is not None and (not indicator.kind.has_minimum or counts.denominator >= indicator.minimum)
    ]
    return min(judged)[1] if judged else None
