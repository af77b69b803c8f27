"""Grids of one's own: keys once, two levels at most, and commitments that serve what is there."""

from __future__ import annotations

from typing import Any

from charter.domain.charter_file.consistency.head import check_unique
from charter.domain.charter_file.findings import Notes
from charter.domain.charter_file.messages import did_you_mean
from charter.domain.charter_file.parts import Parts, Placed, PlacedCommitment
from charter.domain.vocabulary.errors import Sentence

BUILT_IN = "components"
"""The grid that is always there: competence, honesty, benevolence. Commitments name its items under this word."""


def check_grids(parts: Parts, notes: Notes) -> None:
    """A key of its own, items with keys of their own, and no item below one that lies below another."""
    for key, placed in parts.grids.items():
        if key == BUILT_IN or "." in key:
            said = Sentence("a grid cannot have the key '%(key)s'", key=key)
            remedy = Sentence("give it another one, without a dot; components is the grid that is always there")
            notes.error(placed.path, said, remedy)
        _check_items(placed, notes)


def _check_items(placed: Placed[Any], notes: Notes) -> None:
    items = placed.field("items") or []
    path = (*placed.path, "items")
    check_unique((((*path, at, "key"), one.key) for at, one in enumerate(items)), Sentence("the item"), notes)
    parents = {one.key: one.parent for one in items}
    tops = [key for key, parent in parents.items() if parent is None]
    for at, one in enumerate(items):
        if one.parent is None or one.parent in tops:
            continue
        said = Sentence("the item '%(key)s' lies below '%(parent)s', which is no item of the first level",
                        key=one.key, parent=one.parent)  # fmt: skip
        near = did_you_mean(one.parent, tops, Sentence("items of the first level: %(words)s", words=tops))
        notes.error((*path, at, "parent"), said, near)


def check_serves(commitment: PlacedCommitment, parts: Parts, notes: Notes) -> None:
    """The grids and items that a commitment names are those of the charter."""
    serves: Any = commitment.field("serves") or {}
    for key, listed in serves.items():
        path = (*commitment.path, "serves", key)
        placed = parts.grids.get(key)
        if placed is None:
            grids = list(parts.grids)
            near = did_you_mean(key, grids, Sentence("grids: %(words)s", words=grids))
            remedy = near if grids else Sentence("write it under grids:")
            notes.error(path, Sentence("the grid '%(key)s' does not exist", key=key), remedy)
            continue
        check_unique((((*path, at), one) for at, one in enumerate(listed)), Sentence("the item"), notes)
        items = [one.key for one in placed.field("items") or []]
        for at, one in enumerate(listed):
            if items and one not in items:
                said = Sentence("the grid '%(grid)s' has no item '%(key)s'", grid=key, key=one)
                near = did_you_mean(one, items, Sentence("its items: %(words)s", words=items))
                notes.error((*path, at), said, near)
