"""Mutual demand: what is asked of a provider without anything in return, or promised to it without being asked back."""

from __future__ import annotations

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.entered_sources import is_entered
from charter.domain.charter_file.findings import Notes
from charter.domain.charter_file.indicators import Composite
from charter.domain.charter_file.unit_tree import UnitTree
from charter.domain.overview.parties import concerned, is_with_provider, providers_of
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.terms import Party

BETWEEN = {Party.COMPANY, Party.PROVIDER}


def check_parties(charter: Charter, notes: Notes) -> None:
    """Between the company and each provider both promise something, and what they promise is measured of its unit."""
    tree = UnitTree(charter.units)
    providers = providers_of(charter, tree)
    for index, one in enumerate(charter.commitments):
        for nth, indicator in enumerate(one.indicators if providers and is_with_provider(one) else ()):
            of_no_unit = indicator.unit is None and not isinstance(indicator, Composite)
            if of_no_unit and not is_entered(charter, indicator):
                said = Sentence("its figures are of no unit: the card of the provider has none")
                where = ("commitments", index, "indicators", nth)
                notes.warning(where, said, Sentence("add unit: the column that names the provider's unit"))
    between = [(at, one) for at, one in enumerate(charter.commitments) if {one.promisor, one.promisee} == BETWEEN]
    for provider in providers:
        own = [(at, one) for at, one in between if provider.key in concerned(charter, tree, one)]
        promisors = {one.promisor for _, one in own}
        if len(promisors) != 1:
            continue
        if promisors == {Party.PROVIDER}:
            said = Sentence("the company asks this of '%(name)s', and owes it nothing in return", name=provider.name)
            remedy = Sentence("add what the company promises it: a commitment with promisee: provider")
        else:
            said = Sentence("the company owes this to '%(name)s', and asks nothing in return", name=provider.name)
            remedy = Sentence("add what it promises the company: promisor: provider, promisee: company")
        notes.advice(("commitments", own[0][0]), said, remedy)
