"""The headline: floor, trust, and what is counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.overview.headline import Entry, charter_headline, floor_state
from charter.domain.vocabulary.terms import CommitmentClass, FloorState, Status

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "class_cases.json").read_text())["commitments_to_charter"]
C, S = CommitmentClass, Status


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["id"])
def test_charter_headline_agrees_with_the_golden_cases(case: dict[str, Any]) -> None:
    line = charter_headline(
        Entry(str(number), C(one["class"]), S(one["status"]), one.get("exceeded", False))
        for number, one in enumerate(case["commitments"])
    )
    assert {
        "floor": line["floor"]["state"],
        "floor_kept": line["floor"]["kept"],
        "floor_total": line["floor"]["of"],
        "trust_earned": line["trust"]["earned"],
        "trust_possible": line["trust"]["of"],
        "trust_credited": line["trust"]["credited"],
        "trust_suspended": line["trust"]["suspended"],
    } == case["expected"]


def test_charter_headline_names_what_broke_the_floor_and_what_is_near() -> None:
    line = charter_headline(
        [
            Entry("a", C.CONFIDENCE, S.MISSED, False),
            Entry("b", C.UNDETERMINED, S.UNACCEPTABLE, False),
            Entry("c", C.BOTH, S.NEAR, False),
            Entry("d", C.TRUST, S.MISSED, False),
            Entry("e", C.TRUST, S.KEPT, False),
            Entry("f", C.NEITHER, S.UNACCEPTABLE, False),
            Entry("g", C.CONFIDENCE, S.NOT_APPLICABLE, False),
        ]
    )
    assert line == {
        "kept": 1,
        "of": 5,
        "floor": {"state": "broken", "kept": 0, "of": 3, "broken_by": ["a", "b"], "near": ["c"]},
        "trust": {"earned": 1, "of": 3, "credited": 0, "suspended": 1},
    }


def test_a_charter_without_floor_credits_nothing() -> None:
    line = charter_headline([Entry("a", C.TRUST, S.KEPT, False), Entry("b", C.CONFIDENCE, S.NOT_APPLICABLE, False)])
    assert line["floor"]["state"] == "absent"
    assert line["trust"] == {"earned": 1, "of": 1, "credited": 0, "suspended": 1}


def test_an_empty_charter_has_nothing_to_judge() -> None:
    assert charter_headline([]) == {
        "kept": 0,
        "of": 0,
        "floor": {"state": "absent", "kept": 0, "of": 0, "broken_by": [], "near": []},
        "trust": {"earned": 0, "of": 0, "credited": 0, "suspended": 0},
    }


@pytest.mark.parametrize("status", [status for status in S if status is not S.KEPT])
def test_both_earns_only_when_it_is_kept(status: Status) -> None:
    assert charter_headline([Entry("a", C.BOTH, status, True)])["trust"]["earned"] == 0


ENTRIES = st.lists(st.builds(Entry, st.text(max_size=3), st.sampled_from(C), st.sampled_from(S), st.booleans()))


@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_headline_does_not_depend_on_the_order(entries: list[Entry], random: Any) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)
    first, second = charter_headline(entries), charter_headline(shuffled)
    for names in ("broken_by", "near"):
        assert sorted(first["floor"].pop(names)) == sorted(second["floor"].pop(names))  # type: ignore[misc]
    assert sorted(first["trust"].pop("by_means", [])) == sorted(second["trust"].pop("by_means", []))
    assert first == second


def test_what_is_measured_by_means_alone_earns_nothing_and_is_named() -> None:
    held = Entry("floor", C.CONFIDENCE, S.KEPT, False)
    for class_ in (C.TRUST, C.BOTH):
        line = charter_headline([held, Entry("trained", class_, S.KEPT, True, is_by_means=True)])
        assert line["kept"] == 2
        assert line["trust"] == {"earned": 0, "of": 1, "credited": 0, "suspended": 0, "by_means": ["trained"]}
    assert "by_means" not in charter_headline([held._replace(is_by_means=True)])["trust"]


@given(ENTRIES)
def test_trust_is_credited_or_suspended_and_never_lost(entries: list[Entry]) -> None:
    line = charter_headline(entries)
    trust = line["trust"]
    assert trust["credited"] + trust["suspended"] == trust["earned"] <= trust["of"]
    assert trust["credited"] == 0 or line["floor"]["state"] == "held"


@given(st.lists(st.sampled_from(S)), st.sampled_from([S.MISSED, S.UNACCEPTABLE]))
def test_one_broken_stone_breaks_the_floor_whatever_the_others(statuses: list[Status], broken: Status) -> None:
    assert floor_state([*statuses, broken]) is FloorState.BROKEN
