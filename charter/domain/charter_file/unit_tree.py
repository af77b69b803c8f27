"""The organisation's tree: who stands above whom, and how counts roll up along it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from charter.domain.charter_file.sources import Unit
from charter.domain.vocabulary.counts import Cell, Counts, add_up

LEAVES_KEPT = 20_000


class UnitTree:
    """A validated tree of units (one root, no cycle: the charter file's reader has checked it)."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.by_key: Mapping[str, Unit] = {unit.key: unit for unit in units}
        self.root = next(unit for unit in units if unit.parent is None)
        self._children: dict[str, list[Unit]] = {unit.key: [] for unit in units}
        for unit in units:
            if unit.parent is not None:
                self._children[unit.parent].append(unit)

    def __contains__(self, key: str) -> bool:
        return key in self.by_key

    def children(self, key: str) -> Sequence[Unit]:
        return self._children[key]

    def is_leaf(self, key: str) -> bool:
        return not self._children[key]

    def walk(self, key: str | None = None, depth: int = 0) -> Iterator[tuple[Unit, int]]:
        """The unit and all below it, parents first, with their depth."""
        unit = self.by_key[key or self.root.key]
        yield unit, depth
        for child in self._children[unit.key]:
            yield from self.walk(child.key, depth + 1)

    @cached_property
    def listing(self) -> Sequence[tuple[Unit, int]]:
        """The whole tree as `walk` goes through it."""
        return list(self.walk())

    def under(self, key: str) -> frozenset[str]:
        """The keys of the unit and of all below it."""
        return self._under[key]

    def path(self, key: str) -> list[str]:
        """The unit and those above it, up to the root."""
        path = [key]
        while (parent := self.by_key[path[-1]].parent) is not None:
            path.append(parent)
        return path

    @cached_property
    def _under(self) -> dict[str, frozenset[str]]:
        under: dict[str, set[str]] = {key: {key} for key in self.by_key}
        for key in self.by_key:
            for above in self.path(key):
                under[above].add(key)
        return {key: frozenset(keys) for key, keys in under.items()}

    @cached_property
    def _leaves(self) -> dict[tuple[str, date], list[str]]:
        """What `leaves` has answered: the same days are asked for each indicator."""
        return {}

    def leaves(self, key: str, on: date) -> list[str]:
        """The leaf units under a unit that are valid on a day, in the tree's order."""
        if (key, on) not in self._leaves:
            if len(self._leaves) > LEAVES_KEPT:
                self._leaves.clear()
            found = [unit.key for unit, _ in self.walk(key) if self.is_leaf(unit.key) and is_valid(unit, on)]
            self._leaves[key, on] = found
        return self._leaves[key, on]


def is_valid(unit: Unit, on: date) -> bool:
    """Whether the unit existed on that day (both bounds included)."""
    return is_valid_in(unit, on, on)


def is_valid_in(unit: Unit, start: date, end: date) -> bool:
    """Whether the unit existed on any of these days."""
    begins, ends = unit.valid_from or date.min, unit.valid_until or date.max
    return begins <= end and start <= ends


@dataclass(frozen=True)
class RolledUp:
    """Counts per unit with all below it added, and those of units that the charter does not know, by name."""

    counts: Mapping[str, Counts]
    own: frozenset[str]
    unknown: Mapping[str, Counts]


def roll_up(tree: UnitTree, cells: Iterable[Cell], *, adds_up: bool = True) -> RolledUp:
    """Add counts along the tree; cells of an unknown unit count in the root and are reported by name.

    Percentages are never averaged: only counts add (methods.md A8, contract "Counts add"). Where they do not
    (percentile, composite) there is a cell for each unit of the tree, which stands for all below it.
    """
    if not adds_up:
        at_each = {cell.unit: cell.counts for cell in cells if cell.unit in tree}
        return RolledUp({key: at_each.get(key, Counts()) for key in tree.by_key}, frozenset(at_each), {})
    by_unit: dict[str, list[Counts]] = {}
    unknown: dict[str, Counts] = {}
    for cell in cells:
        key = cell.unit
        if key not in tree:
            unknown[key] = unknown.get(key, Counts()) + cell.counts
            key = tree.root.key
        by_unit.setdefault(key, []).append(cell.counts)
    rolled: dict[str, list[Counts]] = {key: [] for key in tree.by_key}
    for key, parts in by_unit.items():
        own = add_up(parts)
        for above in tree.path(key):
            rolled[above].append(own)
    return RolledUp({key: add_up(parts) for key, parts in rolled.items()}, frozenset(by_unit), unknown)


PROVIDER_KINDS = ("provider", "prestataire")
"""The kinds of unit that are a provider, however they are written."""


def is_provider(unit: Unit) -> bool:
    """Whether the unit is of the kind of a provider; the organisation itself is nobody's here."""
    return unit.parent is not None and unit.kind.strip().casefold() in PROVIDER_KINDS


def lies_in_provider(tree: UnitTree, key: str) -> bool:
    """Whether a unit of the tree is a provider, or a part of one."""
    return any(is_provider(tree.by_key[above]) for above in tree.path(key))
