"""Where the days go in a unit: the chain of stages of each indicator that has one, from what was measured under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from charter.domain.charter_file.indicators import Effort
from charter.domain.overview.model import IndicatorView, Overview
from charter.domain.readings.stages import ChainView, as_json, chain_of, stages_of
from charter.domain.vocabulary.counts import Counts, add_up
from charter.models.base import db
from charter.models.records import Measurement, counts_of
from charter.services.charters.versions import Version
from charter.services.readings.current_figures import is_current


def newest_cells(rows: Sequence[Any]) -> Sequence[Any]:
    """The figures that hold, corrections applied; of measurements, or of their plain rows."""
    return list({(row.indicator_key, row.unit_key, row.channel, row.segment): row for row in rows}.values())


def counts_under(version: Version, unit: str, cells: Sequence[Any]) -> dict[str, Counts]:
    """By indicator what was counted under the unit."""
    tree = version.tree
    counts: dict[str, list[Counts]] = {}
    for row in cells:
        _, indicator = version.indicators[row.indicator_key]
        is_under = unit == tree.root.key or (row.unit_key in tree and row.unit_key in tree.under(unit))
        # What does not add is kept for each level of the tree.
        if is_under if indicator.kind.adds_up else row.unit_key == unit:
            counts.setdefault(row.indicator_key, []).append(counts_of(row))
    return {key: add_up(parts) for key, parts in counts.items()}


def chains_of(version: Version, unit: str, cells: Sequence[Any]) -> dict[str, ChainView]:
    """By indicator the chain of its stages under the unit, each link with the name of its provider."""
    found, names = {}, {one: each.name for one, each in version.tree.by_key.items()}
    staged = {key for key, (_, indicator) in version.indicators.items() if stages_of(indicator)}
    for key, counts in counts_under(version, unit, [row for row in cells if row.indicator_key in staged]).items():
        chain = chain_of(version.indicators[key][1], counts)
        if chain is not None:
            found[key] = as_json(chain, names)
    return found


def staged_cells(version: Version, whole: Overview) -> Sequence[Measurement]:
    """The figures that hold of all indicators that tell more than one number (stages, an effort), for the periods that
    an overview shows; of all units: one statement, none where there is no such indicator."""
    staged = _staged(version, whole)
    if not staged:
        return []
    wanted = or_(*(is_current(one["key"], one["period"]) for one in staged))
    return newest_cells(db.session.execute(select(Measurement.__table__).where(wanted).order_by(Measurement.id)).all())


def _staged(version: Version, whole: Overview) -> list[IndicatorView]:
    views = [one for each in whole["commitments"] for one in each["indicators"] if one["known_at"] is not None]
    told = ((one, version.indicators[one["key"]][1]) for one in views)
    return [one for one, indicator in told if stages_of(indicator) or isinstance(indicator, Effort)]
