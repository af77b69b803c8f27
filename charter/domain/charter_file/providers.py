"""Which units are providers, and which of them a promise is made by or to."""

from __future__ import annotations

from charter.domain.charter_file.charter import Charter, Commitment
from charter.domain.charter_file.sources import Unit
from charter.domain.charter_file.unit_tree import UnitTree
from charter.domain.vocabulary.terms import Party

KINDS = ("provider", "prestataire")
"""The kinds of unit that are a provider, however they are written."""


def is_provider(unit: Unit) -> bool:
    """Whether the unit is of the kind of a provider; the organisation itself is nobody's here."""
    return unit.parent is not None and unit.kind.strip().casefold() in KINDS


def lies_in_provider(tree: UnitTree, key: str) -> bool:
    """Whether a unit of the tree is a provider, or a part of one."""
    return any(is_provider(tree.by_key[above]) for above in tree.path(key))


def providers_of(charter: Charter, tree: UnitTree) -> list[Unit]:
    """The providers that have a card, in the tree's order: those below no other one, and those that a promise names."""
    named = {one.provider for one in charter.commitments}
    found = [unit for unit, _ in tree.listing if is_provider(unit)]
    return [one for one in found if one.key in named or one.parent is None or not lies_in_provider(tree, one.parent)]


def is_with_provider(commitment: Commitment) -> bool:
    """Whether a provider makes the promise, or is given it."""
    return Party.PROVIDER in (commitment.promisor, commitment.promisee)


def concerned(charter: Charter, tree: UnitTree, commitment: Commitment) -> list[str]:
    """The keys of the providers that a promise is made by or to: the one it names, else each of them; none where no
    provider is a party to it."""
    if not is_with_provider(commitment):
        return []
    return [one.key for one in providers_of(charter, tree) if commitment.provider in (None, one.key)]
