"""Figures that may be written together: what each one replaces, what would hold after it, what was refused."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from charter.domain.charter_file.entered_sources import is_entered
from charter.domain.charter_file.indicators import Indicator
from charter.domain.vocabulary.counts import Cell
from charter.domain.vocabulary.errors import CharterError
from charter.domain.vocabulary.periods import Period
from charter.models.records import Measurement, counts_of
from charter.services.charters.versions import Version
from charter.services.readings.current_figures import cell_of
from charter.services.records.sealing import canonical_json

Shape = tuple[bool, bool]
"""Whether a figure names a channel, and a segment: figures of a unit that differ in it would count cases twice."""


class Place(NamedTuple):
    """What a figure is of, within its indicator and period; channel and segment are "" where it names none."""

    unit: str
    channel: str
    segment: str

    @property
    def shape(self) -> Shape:
        """What the figure names beside its unit."""
        return (bool(self.channel), bool(self.segment))


def _take(taken: dict[str, dict[Shape, Place]], place: Place) -> None:
    shapes = taken.setdefault(place.unit, {})
    shapes[place.shape] = min(shapes.get(place.shape, place), place)


@dataclass(frozen=True)
class Refusal:
    """Why a figure cannot be taken, and where it stood: its place in the list, its line in the file."""

    at: int
    line: int | None
    error: CharterError


@dataclass(frozen=True)
class Entry:
    """One figure that may be written, and the one that it corrects."""

    cell: Cell
    corrected: Measurement | None
    reason: str | None
    line: int | None

    @property
    def is_same(self) -> bool:
        """Nothing to write: this very figure holds already."""
        return self.corrected is not None and counts_of(self.corrected) == self.cell.counts


@dataclass
class Batch:
    """The figures of one indicator and period: they make one run."""

    version: Version
    indicator: Indicator
    period: Period
    held: Mapping[Place, Measurement]
    entries: dict[Place, Entry] = field(default_factory=dict)

    @property
    def is_by_hand(self) -> bool:
        return is_entered(self.version.charter, self.indicator)

    @property
    def fresh(self) -> list[Entry]:
        """The entries that change something."""
        return [entry for entry in self.entries.values() if not entry.is_same]

    def cells(self) -> list[Cell]:
        """The figures that would hold."""
        cells = {place: cell_of(row) for place, row in self.held.items()}
        return list((cells | {place: entry.cell for place, entry in self.entries.items()}).values())

    @cached_property
    def taken(self) -> dict[str, dict[Shape, Place]]:
        """By unit, and by what is named beside it, the first place that has a figure; grows as entries are added."""
        taken: dict[str, dict[Shape, Place]] = {}
        for place in self.held:
            _take(taken, place)
        return taken

    def take(self, place: Place, entry: Entry) -> None:
        """Add a figure."""
        self.entries[place] = entry
        _take(self.taken, place)
        self.above.update(self.version.tree.path(place.unit)[1:])

    @cached_property
    def above(self) -> set[str]:
        """The units that have a figure somewhere beneath them."""
        tree = self.version.tree
        return {above for unit in self.taken if unit in tree for above in tree.path(unit)[1:]}


@dataclass(frozen=True)
class Plan:
    """What would be written, and what is refused: nothing is written while anything is refused. `within`: the units
    whose figures are shown to who enters them; None is all."""

    batches: Sequence[Batch]
    refusals: Sequence[Refusal]
    within: Sequence[str] | None = None

    @cached_property
    def digest(self) -> str:
        """SHA-256 over what would be written and what it stands on: another digest is another effect."""
        facts = [
            [batch.indicator.key, batch.period.key, batch.version.id]
            + [max((row.id for row in batch.held.values()), default=0)]
            + [
                [entry.cell._asdict() | {"counts": vars(entry.cell.counts)}, entry.reason]
                for entry in batch.entries.values()
            ]
            for batch in self.batches
        ]
        return hashlib.sha256(canonical_json(_plain(facts)).encode()).hexdigest()

    def require_whole(self) -> None:
        """Raises the first refusal."""
        for refusal in self.refusals:
            refusal.error.line = refusal.line
            raise refusal.error


def _plain(value: object) -> object:
    """Numbers as their writing, so that they can be sealed."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if value is None else str(value)
