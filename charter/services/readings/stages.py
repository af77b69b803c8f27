"""Where the days go in a unit: the chain of stages of each indicator that has one, from what was measured under it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from charter.domain.overview.model import Overview
from charter.domain.readings.stages import ChainView, as_json, chain_of, stages_of
from charter.domain.vocabulary.counts import Counts, add_up
from charter.models.base import db
from charter.models.records import Measurement
from charter.services.charters.versions import Version
from charter.services.readings.current_figures import is_current


def newest_cells(rows: Sequence[Measurement]) -> Sequence[Measurement]:
    """The figures that hold, corrections applied."""
    return list({(row.indicator_key, row.unit_key, row.channel, row.segment): row for row in rows}.values())


def chains_of(version: Version, unit: str, cells: Sequence[Measurement]) -> dict[str, ChainView]:
    """By indicator the chain of its stages under the unit, each link with the name of its provider."""
    tree = version.tree
    counts: dict[str, list[Counts]] = {}
    for row in cells:
        _, indicator = version.indicators[row.indicator_key]
        is_under = unit == tree.root.key or (row.unit_key in tree and row.unit_key in tree.under(unit))
        # What does not add is kept for each level of the tree.
        if is_under if indicator.kind.adds_up else row.unit_key == unit:
            counts.setdefault(row.indicator_key, []).append(row.counts)
    found = {}
    for key, parts in counts.items():
        chain = chain_of(version.indicators[key][1], add_up(parts))
        if chain is not None:
            found[key] = as_json(chain, {one: each.name for one, each in tree.by_key.items()})
    return found


def tell_stages(version: Version, whole: Overview) -> Overview:
    """The overview, with its chain at each figure that has stages."""
    views = [one for each in whole["commitments"] for one in each["indicators"] if one["known_at"] is not None]
    staged = [one for one in views if stages_of(version.indicators[one["key"]][1])]
    if not staged:
        return whole
    wanted = or_(*(is_current(one["key"], one["period"]) for one in staged))
    rows = db.session.execute(select(Measurement).where(wanted).order_by(Measurement.id)).scalars().all()
    chains = chains_of(version, whole["unit"], newest_cells(rows))
    for one in staged:
        if one["key"] in chains:
            one["stages"] = chains[one["key"]]
    return whole
