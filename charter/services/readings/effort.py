"""What was answered in a unit: the answers of each indicator of effort, from what was measured under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from charter.domain.charter_file.indicators import Effort
from charter.domain.overview.model import Overview
from charter.domain.readings.effort import EffortView, effort_of
from charter.services.charters.versions import Version
from charter.services.readings.stages import chains_of, counts_under, staged_cells


def efforts_of(version: Version, unit: str, cells: Sequence[Any]) -> dict[str, EffortView]:
    """By indicator what was answered under the unit."""
    asked = {key for key, (_, indicator) in version.indicators.items() if isinstance(indicator, Effort)}
    counts = counts_under(version, unit, [row for row in cells if row.indicator_key in asked])
    told = {key: effort_of(version.indicators[key][1], one) for key, one in counts.items()}
    return {key: one for key, one in told.items() if one is not None}


def tell_insides(version: Version, whole: Overview) -> Overview:
    """The overview, with what stands behind its figures: the chain of those with stages, the answers of an effort."""
    cells = staged_cells(version, whole)
    chains, efforts = chains_of(version, whole["unit"], cells), efforts_of(version, whole["unit"], cells)
    for view in (one for each in whole["commitments"] for one in each["indicators"]):
        if view["key"] in chains:
            view["stages"] = chains[view["key"]]
        if view["key"] in efforts:
            view["effort"] = efforts[view["key"]]
    return whole
