"""The geometry of a dumbbell: what staff think beside what is measured."""

from __future__ import annotations

from dataclasses import dataclass

from charter.reports.charts.scales import Scale


@dataclass(frozen=True)
class Dumbbell:
    """What staff think beside what is measured, on a line from none to all customers."""

    width: float
    height: float
    estimate: float
    measured: float | None


def dumbbell_frame(share: float, measured: float | None, width: float = 220.0, height: float = 24.0) -> Dumbbell:
    """Places of the two on a scale from 0 to 100 customers of 100."""
    scale = Scale(0.0, 1.0, 8.0, width - 8.0)
    return Dumbbell(width, height, scale.at(share), None if measured is None else scale.at(measured))
