"""The provider that a commitment names: a unit of that kind, and a party to the promise."""

from __future__ import annotations

from charter.domain.charter_file.findings import Notes
from charter.domain.charter_file.messages import did_you_mean
from charter.domain.charter_file.parts import Parts, PlacedCommitment
from charter.domain.charter_file.unit_tree import is_provider
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.terms import Party


def check_provider(commitment: PlacedCommitment, parts: Parts, notes: Notes) -> None:
    """It exists, is of kind provider, and makes the promise or is given it."""
    key = commitment.field("provider")
    if key is None:
        return
    path = (*commitment.path, "provider")
    units = {one.value.key: one.value for one in parts.units if one.value is not None}
    providers = [name for name, unit in units.items() if is_provider(unit)]
    if units and key not in units:
        near = did_you_mean(key, providers, Sentence("providers: %(words)s", words=providers))
        notes.error(path, Sentence("the unit '%(key)s' does not exist", key=key), near)
    elif units and key not in providers:
        said = Sentence("the unit '%(key)s' is no provider", key=key)
        notes.error(path, said, Sentence("write kind: provider on that unit, or name another one"))
    if Party.PROVIDER not in (commitment.field("promisor"), commitment.field("promisee")):
        said = Sentence("a provider is named, and neither makes the promise nor is given it")
        notes.error(path, said, Sentence("write promisor: provider or promisee: provider, or remove provider"))
