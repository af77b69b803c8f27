"""Mutual demand along the chain: what two parties owe each other, both ways on one card, and the weakest of the links.

Company, provider, staff and customers: each provider has cards of its own. A card is its worst promise, whichever way
it goes, as a touchpoint is; nothing is averaged, and what is not proven is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypedDict

from charter.domain.charter_file.charter import Charter, Commitment
from charter.domain.charter_file.sources import Unit
from charter.domain.charter_file.unit_tree import UnitTree, is_provider, lies_in_provider
from charter.domain.overview.model import place_in
from charter.domain.readings.status import WORST_FIRST
from charter.domain.vocabulary.terms import Party, Status

View = Mapping[str, Any]
"""What a card takes of a promise: number, status, promisor, promisee, and its provider where it names one."""

PAIRS = (
    (Party.COMPANY, Party.PROVIDER),
    (Party.COMPANY, Party.STAFF),
    (Party.PROVIDER, Party.STAFF),
    (Party.PROVIDER, Party.CUSTOMER),
    (Party.STAFF, Party.CUSTOMER),
    (Party.COMPANY, Party.CUSTOMER),
)
"""The links along the chain from the company to its customers; that of these two themselves comes last."""


WITH_PROVIDER = tuple(pair for pair in PAIRS if Party.PROVIDER in pair)
"""Those that somebody of a provider sees."""


class Provider(NamedTuple):
    """A provider, and the promises as they stand at its unit."""

    key: str
    name: str
    views: Sequence[View]


class Side(TypedDict):
    """What one party owes the other, and the worst of it; None where it promises nothing, or nothing applies."""

    promisor: str
    promisee: str
    views: list[View]
    status: str | None


class Card(TypedDict):
    """Two parties: what the first owes the second, then the other way. `unit`, `name`: those of a provider's unit.

    `status`: of the worst promise of both ways, `numbers` whose it is; `is_one_way`: only one of them promises.
    """

    parties: list[str]
    unit: str | None
    name: str | None
    sides: list[Side]
    status: str | None
    numbers: list[int]
    is_one_way: bool


class PartyChain(TypedDict):
    """The cards with a promise, and the weakest of them: none where every link that applies is kept.

    `silent`: the pairs between which nothing is promised.
    """

    cards: list[Card]
    weakest: list[Card]
    status: str | None
    silent: list[list[str]]


def chain_of_parties(
    views: Sequence[View], providers: Sequence[Provider] | None, pairs: Sequence[tuple[Party, Party]] = PAIRS
) -> PartyChain:
    """The chain of parties: a link is its worst promise in either direction, never an average of them.

    `views`: the promises as they stand at the unit that is shown; those with a provider are read at its own unit.
    `providers`: those that are shown; None where the charter has no such unit, and all is read here. Promises that are
    not applicable weigh nothing; those that somebody makes to themselves are no link.
    """
    cards, silent = list[Card](), list[list[str]]()
    for pair in pairs:
        is_apart = Party.PROVIDER in pair and providers is not None
        found = [card_of(pair, one.views, one) for one in providers or ()] if is_apart else [card_of(pair, views)]
        with_promise = [card for card in found if any(side["views"] for side in card["sides"])]
        cards += with_promise
        if found and not with_promise:
            silent.append([party.value for party in pair])
    return {"cards": cards, "silent": silent, **_weakest(cards)}


class _Weakest(TypedDict):
    weakest: list[Card]
    status: str | None


def _weakest(cards: Sequence[Card]) -> _Weakest:
    judged = [Status(card["status"]) for card in cards if card["status"]]
    worst = min(judged, key=WORST_FIRST.index, default=Status.KEPT)
    if worst is Status.KEPT:
        return {"weakest": [], "status": None}
    return {"weakest": [card for card in cards if card["status"] == worst], "status": worst.value}


def card_of(pair: tuple[Party, Party], views: Sequence[View], provider: Provider | None = None) -> Card:
    """The card of two parties, of the promises as they stand at one unit."""
    first, second = pair
    sides = [_side(first, second, views, provider), _side(second, first, views, provider)]
    held = [view for side in sides for view in side["views"]]
    worst = _worst(held)
    return {
        "parties": [first.value, second.value],
        "unit": provider.key if provider else None,
        "name": provider.name if provider else None,
        "sides": sides,
        "status": worst,
        "numbers": sorted(view["number"] for view in held if view["status"] == worst),
        "is_one_way": sum(bool(side["views"]) for side in sides) == 1,
    }


def _side(promisor: Party, promisee: Party, views: Sequence[View], provider: Provider | None) -> Side:
    owed = [
        view
        for view in views
        if (view["promisor"], view["promisee"]) == (promisor, promisee)
        and (provider is None or view.get("provider") in (None, provider.key))
    ]
    return {"promisor": promisor.value, "promisee": promisee.value, "views": owed, "status": _worst(owed)}


def _worst(views: Sequence[View]) -> str | None:
    applying = [Status(view["status"]) for view in views if view["status"] != Status.NOT_APPLICABLE]
    return min(applying, key=WORST_FIRST.index).value if applying else None


class TwoSides(NamedTuple):
    """The promises on the two sides of a provider's sheet: what it is owed, what it owes."""

    owed: list[View]
    owes: list[View]


def two_sides(views: Sequence[View], provider: str) -> TwoSides:
    """The promises to a provider and those it makes, whoever the other party is."""
    own = [view for view in views if view.get("provider") in (None, provider)]
    return TwoSides(
        [view for view in own if view["promisee"] == Party.PROVIDER and view["promisor"] != Party.PROVIDER],
        [view for view in own if view["promisor"] == Party.PROVIDER and view["promisee"] != Party.PROVIDER],
    )


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


def is_between_partners(view: View) -> bool:
    """Whether customers have no say in a promise: it is not made to them, and stands in neither floor nor trust."""
    return view.get("promisee", Party.CUSTOMER) != Party.CUSTOMER and place_in(view) == "apart"
