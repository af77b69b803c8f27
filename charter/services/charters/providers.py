"""Whose account is a provider's, and what of the charter concerns it: its own promises and those made to it."""

from __future__ import annotations

from collections.abc import Sequence

from charter.domain.charter_file.charter import Commitment
from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.unit_tree import lies_in_provider
from charter.domain.overview.parties import concerned
from charter.domain.vocabulary.errors import NotFound, Sentence
from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.terms import Party
from charter.services.charters.versions import History, Version, find_indicator, history_or_none


def is_of_provider(units: Sequence[str]) -> bool:
    """Whether all of these units lie in a provider; one that the charter has no more, by the last version that had it.

    None is the whole organisation, which is no provider.
    """
    found = history_or_none() if units else None
    return found is not None and all(_lies_in_provider(found, key) for key in units)


def _lies_in_provider(found: History, key: str) -> bool:
    version = next((one for one in reversed(found.versions) if key in one.tree), None)
    return version is not None and lies_in_provider(version.tree, key)


def concerns(actor: Actor, version: Version, commitment: Commitment) -> bool:
    """Whether somebody may know of a promise: of a provider, where it is a party to it; everybody else of all."""
    if not actor.is_provider:
        return True
    own = {above for unit in actor.units or () if unit in version.tree for above in version.tree.path(unit)}
    return bool(own & set(concerned(version.charter, version.tree, commitment)))


def enters(actor: Actor, version: Version, commitment: Commitment) -> bool:
    """Whether somebody may enter the figures of a promise: of a provider, where it makes it. What it is owed, the
    company counts."""
    is_own = not actor.is_provider or commitment.promisor is Party.PROVIDER
    return is_own and concerns(actor, version, commitment)


def find_own(actor: Actor, version: Version, key: str) -> tuple[Commitment, Indicator]:
    """An indicator whose figures somebody may enter, with its commitment. Raises NotFound with the keys there are; for
    a provider, with its own alone."""
    if not actor.is_provider:
        return find_indicator(version, key)
    own = [one for one, (commitment, _) in version.indicators.items() if enters(actor, version, commitment)]
    if key not in own:
        raise NotFound(
            "You promise nothing that %(indicator)s measures. The indicators of your promises: %(indicators)s.",
            indicator=key[:80],
            indicators=own or Sentence("none yet"),
        )
    return version.indicators[key]


def asked_units(version: Version, commitment: Commitment) -> frozenset[str]:
    """The units that a figure of the promise is asked of: of one with a provider, those that lie in it."""
    tree = version.tree
    providers = concerned(version.charter, tree, commitment)
    return frozenset(key for one in providers for key in tree.under(one)) or frozenset(tree.by_key)
