"""The chain of touchpoints is its weakest link; a link that nothing covers is seen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from charter.domain.overview.headline import Held, chain_of
from charter.domain.readings.status import WORST_FIRST
from charter.domain.vocabulary.terms import Status

K, N, M, D = Status.KEPT, Status.NEAR, Status.MISSED, Status.NO_DATA


def test_a_touchpoint_is_its_worst_commitment_and_the_weakest_is_named() -> None:
    found = chain_of([Held(1, "phone", K), Held(2, "bill", K), Held(3, "bill", M), Held(4, None, M)])
    assert [(one["touchpoint"], one["status"], one["numbers"]) for one in found["links"]] == [
        ("phone", "kept", [1]),
        ("bill", "missed", [2, 3]),
    ]
    assert (found["weakest"], found["status"]) == (["bill"], "missed")


def test_links_that_are_equally_weak_are_all_named_and_a_kept_chain_has_none() -> None:
    assert chain_of([Held(1, "web", N), Held(2, "phone", N), Held(3, "bill", K)])["weakest"] == ["phone", "web"]
    assert chain_of([Held(1, "web", K), Held(2, "phone", Status.NOT_APPLICABLE)])["weakest"] == []
    assert chain_of([Held(1, "web", K), Held(2, "phone", D)])["status"] == "no-data"
    assert chain_of([]) == {"links": [], "weakest": [], "status": None}


def test_the_charters_own_chain_shows_its_gaps_in_its_order() -> None:
    found = chain_of([Held(1, "bill", K), Held(2, "advice", K)], ["letter", "bill", "back-office"])
    assert [(one["touchpoint"], one["status"]) for one in found["links"]] == [
        ("letter", None),
        ("bill", "kept"),
        ("back-office", None),
        ("advice", "kept"),
    ]


@given(st.lists(st.builds(Held, st.integers(1, 60), st.sampled_from(["a", "b", "c"]), st.sampled_from(Status))))
def test_no_link_is_better_than_its_worst_commitment(held: list[Held]) -> None:
    for link in chain_of(held)["links"]:
        statuses = [one.status for one in held if one.touchpoint == link["touchpoint"]]
        assert link["status"] == min(statuses, key=WORST_FIRST.index)
