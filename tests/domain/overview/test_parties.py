"""What two parties owe each other stands on one card; the chain of parties is its weakest link."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.overview.parties import PAIRS, WITH_PROVIDER, Provider, chain_of_parties, two_sides
from charter.domain.readings.status import WORST_FIRST
from charter.domain.vocabulary.terms import Party, Status

K, M, U, D, X = Status.KEPT, Status.MISSED, Status.UNPROVEN, Status.NO_DATA, Status.NOT_APPLICABLE


def promise(number: int, way: str, status: Status = K, provider: str | None = None) -> dict[str, Any]:
    promisor, promisee = way.split(">")
    named = {"provider": provider} if provider else {}
    return {"number": number, "promisor": promisor, "promisee": promisee, "status": status.value, **named}


def told(chain: Any) -> list[tuple[str, list[list[int]], str | None]]:
    return [
        (card["unit"] or "-".join(card["parties"]), [[v["number"] for v in side["views"]] for side in card["sides"]],
         card["status"])
        for card in chain["cards"]
    ]  # fmt: skip


def test_both_directions_stand_on_one_card_and_its_worst_promise_is_its_status() -> None:
    views = [promise(1, "company>staff"), promise(2, "staff>company", M), promise(3, "company>staff")]
    chain = chain_of_parties(views, None)
    (card,) = chain["cards"]
    assert told(chain) == [("company-staff", [[1, 3], [2]], "missed")]
    assert [side["status"] for side in card["sides"]] == ["kept", "missed"]
    assert (card["numbers"], card["is_one_way"]) == ([2], False)
    assert (chain["weakest"], chain["status"]) == ([card], "missed")


def test_a_pair_that_promises_one_way_only_says_so_and_silent_pairs_are_named() -> None:
    chain = chain_of_parties([promise(1, "company>customer")], ())
    assert [card["is_one_way"] for card in chain["cards"]] == [True]
    assert chain["silent"] == [["company", "staff"], ["staff", "customer"]], "no provider, nothing to say of one"
    assert (chain["weakest"], chain["status"]) == ([], None)


@pytest.mark.parametrize(("status", "said"), [(U, "unproven"), (D, "no-data"), (X, None)])
def test_what_is_not_proven_is_not_kept_and_what_does_not_apply_weighs_nothing(
    status: Status, said: str | None
) -> None:
    chain = chain_of_parties([promise(1, "company>staff", status), promise(2, "company>customer")], ())
    assert chain["status"] == said
    assert chain["cards"][0]["status"] == said
    assert [card["parties"] for card in chain["weakest"]] == ([["company", "staff"]] if said else [])


def test_each_provider_has_its_own_card_with_what_it_names_and_what_names_none() -> None:
    own = [
        promise(1, "company>provider"),
        promise(2, "provider>company", M, "a"),
        promise(3, "provider>customer", K, "b"),
    ]
    better = [one | {"status": "kept"} for one in own]
    chain = chain_of_parties((), [Provider("a", "A", own), Provider("b", "B", better)], WITH_PROVIDER)
    assert told(chain) == [("a", [[1], [2]], "missed"), ("b", [[1], []], "kept"), ("b", [[3], []], "kept")]
    assert [card["name"] for card in chain["weakest"]] == ["A"]
    assert chain["silent"] == [["provider", "staff"]]
    assert two_sides(own, "a") == ([own[0]], [own[1]])
    assert two_sides(own, "b") == ([own[0]], [own[2]])


def test_without_a_unit_of_that_kind_a_provider_is_read_with_all_others() -> None:
    assert told(chain_of_parties([promise(1, "provider>customer", M)], None)) == [
        ("provider-customer", [[1], []], "missed")
    ]
    assert chain_of_parties([promise(1, "provider>customer", M)], ())["cards"] == []


def test_what_somebody_promises_to_themselves_is_no_link() -> None:
    assert chain_of_parties([promise(1, "company>company", M)], None)["cards"] == []


WAYS = st.sampled_from([f"{one.value}>{other.value}" for one in Party for other in Party if one is not other])


@given(st.lists(st.builds(promise, st.integers(1, 60), WAYS, st.sampled_from(Status)), max_size=12))
def test_no_link_is_better_than_its_worst_promise_and_every_promise_is_on_one_side(views: list[dict[str, Any]]) -> None:
    chain = chain_of_parties(views, None)
    placed = [view for card in chain["cards"] for side in card["sides"] for view in side["views"]]
    assert sorted(map(id, placed)) == sorted(map(id, views))
    for card in chain["cards"]:
        held = [Status(view["status"]) for side in card["sides"] for view in side["views"]]
        applying = [one for one in held if one is not X]
        assert card["status"] == (min(applying, key=WORST_FIRST.index).value if applying else None)
    assert len(chain["cards"]) + len(chain["silent"]) == len(PAIRS)
    is_weak = any(card["status"] not in (None, "kept") for card in chain["cards"])
    assert bool(chain["weakest"]) is is_weak
