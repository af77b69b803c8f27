"""The figures of a month as they are kept, read part by part: an index with its parts, or the one document of old.

Months that the first release sealed are one document (schema 1); later ones are a sealed index, which names each of
its parts by hash (schema 2). Whoever prints, compares or proves asks here, and sees no difference.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from sqlalchemy import insert, select

from charter.domain.overview.areas import tell_areas
from charter.domain.reports.parts import below, read_unit
from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.periods import parse_period
from charter.models.base import db
from charter.models.records import SealedPart
from charter.services.records.sealing import Packed, unpacked

Json = dict[str, Any]

WHOLE, PARTED = 1, 2
"""The schemas of sealed figures: one document; an index and parts."""
WORDS = "words"
FIGURES = "figures "
AT_ONCE = 400


def unit_name(key: str) -> str:
    """How an index names the part of a unit."""
    return f"unit {key}"


def indicator_name(key: str) -> str:
    """How an index names the figures of an indicator in all units."""
    return f"{FIGURES}{key}"


class Figures(Protocol):
    """A month's figures: what all units share in `index`, and the part of each."""

    index: Json

    def unit(self, key: str) -> Json:
        """Overview, changes, what was not measured, what staff told, and details without breakdowns. Raises KeyError
        for an unknown unit, ValueError for a part that is not what was sealed."""

    def breakdown(self, unit: str, indicator: str) -> list[Json]:
        """The units beneath, as the indicator's figures have them; none where it has none."""

    def units(self) -> Iterable[str]:
        """The units that have a part."""


class WholeFigures:
    """One document."""

    def __init__(self, document: Json) -> None:
        self.index = {name: value for name, value in document.items() if name != "editions"}
        self._editions = document["editions"]

    def units(self) -> Iterable[str]:
        return list(self._editions)

    def unit(self, key: str) -> Json:
        return dict(self._editions[key])

    def breakdown(self, unit: str, indicator: str) -> list[Json]:
        return list(self._editions[unit]["details"].get(indicator, {}).get("breakdown", ()))


Read = Callable[[Sequence[str]], Mapping[str, bytes]]
"""The contents of parts by their hashes."""


class PartedFigures:
    """An index, and its parts where they are kept; each is proven by its hash when it is read."""

    def __init__(self, index: Json, read: Read | None = None) -> None:
        self.index = index
        self._read = read or stored
        self._known: dict[str, Json] = {}

    def units(self) -> Iterable[str]:
        return list(self.index["order"])

    def part(self, name: str) -> Json:
        """What one part says, as it was written."""
        sha256 = self.index["parts"][name]
        found: Json = unpacked(sha256, self._read([sha256]).get(sha256))
        return found

    def unit(self, key: str) -> Json:
        return read_unit(self.part(unit_name(key)), self._kept(WORDS))

    def breakdown(self, unit: str, indicator: str) -> list[Json]:
        if indicator_name(indicator) not in self.index["parts"]:
            return []
        return below(self._kept(indicator_name(indicator)), self.index["units"], self.index["order"], unit)

    def at_hand(self, units: Collection[str]) -> PartedFigures:
        """The same with all that these units print read already, packed as it is: the figures above them too."""
        printed = {*units, *(above for unit in units for above in units_above(self.index["units"], unit))}
        names = {WORDS, *map(unit_name, printed), *(name for name in self.index["parts"] if name.startswith(FIGURES))}
        contents = self._read([sha256 for name, sha256 in self.index["parts"].items() if name in names])
        return PartedFigures(self.index, lambda hashes: contents)

    def _kept(self, name: str) -> Json:
        """A part that every unit asks for."""
        if name not in self._known:
            self._known[name] = self.part(name)
        return self._known[name]


def stored(hashes: Sequence[str]) -> dict[str, bytes]:
    """The contents that the database keeps under these hashes."""
    found: dict[str, bytes] = {}
    for at in range(0, len(hashes), AT_ONCE):
        query = select(SealedPart.sha256, SealedPart.content).where(SealedPart.sha256.in_(hashes[at : at + AT_ONCE]))
        found |= {row.sha256: row.content for row in db.session.execute(query)}
    return found


def keep(parts: Iterable[Packed]) -> None:
    """Keep what is not kept yet; within the caller's transaction. The same figures are the same part."""
    by_hash = {one.sha256: one for one in parts}
    hashes = list(by_hash)
    for at in range(0, len(hashes), AT_ONCE):
        wanted = hashes[at : at + AT_ONCE]
        there = set(db.session.execute(select(SealedPart.sha256).where(SealedPart.sha256.in_(wanted))).scalars())
        rows = [by_hash[one]._asdict() for one in wanted if one not in there]
        if rows:
            db.session.execute(insert(SealedPart), rows)


def figures_in(document: str) -> Figures:
    """The figures that a sealed document holds or names."""
    found = json.loads(document)
    return WholeFigures(found) if found["schema"] == WHOLE else PartedFigures(found)


def edition_of(figures: Figures, sha256: str | None, unit: str | None) -> Json:
    """One unit's part of a month, as the report's templates print it. Raises NotFound for an unknown unit."""
    index = figures.index
    key = unit or index["root"]
    if key not in set(figures.units()):
        raise NotFound("The month %(period)s has no unit %(unit)s.", period=parse_period(index["period"]), unit=key)
    part = figures.unit(key)
    above = (partial(_overview, figures, one) for one in units_above(index["units"], key))
    overview = tell_areas(part["overview"], above)
    details = {
        view["key"]: {"indicators": {one["key"]: _detail(figures, part, key, one) for one in view["indicators"]}}
        for view in part["overview"]["commitments"]
    }
    shared = {name: index[name] for name in _SHOWN if name in index}
    return shared | {
        "schema": WHOLE,
        "late": index.get("late"),
        "sha256": sha256,
        "overview": overview,
        "previous": part["overview"]["previous"],
        "changes": part["changes"],
        "not_measured": part["not_measured"],
        "details": details,
        "frontline": part.get("frontline"),
    }


def units_above(units: Mapping[str, Any], unit: str) -> list[str]:
    """The units above one, nearest first, by the parents that the figures name."""
    found: list[str] = []
    parent = units[unit]["parent"]
    while parent is not None:
        found.append(parent)
        parent = units[parent]["parent"]
    return found


def _overview(figures: Figures, unit: str) -> Json:
    overview: Json = figures.unit(unit)["overview"]
    return overview


_SHOWN = ("draft", "frozen_at", "known_at", "charter", "units", "checks", "audit_head", "classes", "look", "rules")


def _detail(figures: Figures, part: Json, unit: str, view: Json) -> Json:
    detail = {"series": view["series"], "chart": None, "breakdown": [], "channels": []}
    own = part["details"].get(view["key"])
    if own is not None:
        detail |= own
        if view["known_at"] is not None:
            detail["breakdown"] = figures.breakdown(unit, view["key"])
    return detail | {"definition": figures.index["definitions"][view["key"]]}
