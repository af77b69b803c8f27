"""What a sealed month tells of the units beneath one: which leave the funnel, and what mix does to the whole's
change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from charter.domain.charter_file.indicators import Indicator
from charter.domain.statistics.units import Part, funnel_of, mix_of
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import Basis, Kind, Status
from charter.services.desk.unit_figures import is_counted

Json = dict[str, Any]


class LeafCounts(NamedTuple):
    """A leaf's cases of the period, and of the one before where they are measured alike."""

    now: Part | None
    before: Part | None
    is_recording: bool


def leaf_counts(indicator: Indicator, row: Any, before: Any) -> LeafCounts | None:
    """Of a leaf's reading and the one before; None where nothing can be laid beside that of others."""
    if row is None or not is_counted(indicator) or indicator.basis is not Basis.CENSUS:
        return None
    is_alike = before is not None and before.definition_hash == row.definition_hash
    return LeafCounts(_part(row), _part(before) if is_alike else None, row.status != Status.NO_DATA)


def _part(row: Any) -> Part | None:
    return Part(row.unit_key, float(row.numerator), float(row.denominator)) if row.denominator > 0 else None


def beside(indicator: Indicator, period: str, leaves: Mapping[str, LeafCounts]) -> Json:
    """The funnel (its centre, how much wider than chance, who is outside) and the mix, where there is one to tell."""
    found: Json = {}
    known = [one.now for one in leaves.values() if one.now is not None and one.is_recording]
    funnel = funnel_of(known, is_rate=indicator.kind is Kind.RATE)
    if funnel is not None:
        found["funnel"] = {"centre": funnel.centre, "sigma": funnel.sigma, "outside": dict(funnel.outside)}
    sides = [[part for one in leaves.values() if (part := getattr(one, side))] for side in ("before", "now")]
    mix = mix_of(*sides) if all(len(side) > 1 for side in sides) and indicator.kind is not Kind.RATE else None
    if mix is not None and mix.is_worth_saying:
        found["mix"] = {"since": parse_period(period).previous().key, "rate": mix.rate, "mix": mix.mix}
    return found
