"""Which decision holds on a day, by when it is looked at again; the register and rounds of experts on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from charter.domain.charter_file.charter import OURS
from charter.domain.charter_file.values import Delay
from charter.domain.classes.classification import Decided, Review, newest_on, review_of, suggest_class
from charter.domain.evidence.law_sector_experts import (
    Answered,
    Round,
    Seat,
    SectorMark,
    count_register,
    opinions_on,
    standing_on,
)
from charter.domain.evidence.votes import Aged, ages_of, last_day
from charter.domain.overview.headline import Entry, charter_headline, minimum_status, place_of
from charter.domain.vocabulary.terms import CommitmentClass, Status

TRUST, FLOOR = CommitmentClass.TRUST, CommitmentClass.CONFIDENCE
YEAR = Delay(count=12, unit="months")


def decided(class_: CommitmentClass | None, day: date, **given: Any) -> Decided:
    return Decided(
        **({"class_": class_, "valid_from": day, "because": "x", "by": "A", "on": day, "origin": "page"} | given)
    )


def test_the_newest_decision_that_has_begun_holds() -> None:
    first, second = decided(TRUST, date(2026, 1, 1)), decided(FLOOR, date(2026, 6, 1))
    same_day = decided(CommitmentClass.BOTH, date(2026, 6, 1))
    history = [second, first, same_day]
    assert newest_on(history, date(2025, 12, 31)) is None
    assert newest_on(history, date(2026, 5, 31)) is first
    assert newest_on(history, date(2026, 6, 1)) is same_day


def test_an_override_says_otherwise_than_the_evidence() -> None:
    day = date(2026, 1, 1)
    assert decided(TRUST, day, suggested="confidence").is_override
    assert not decided(TRUST, day, suggested="trust").is_override
    assert not decided(None, day, suggested="trust").is_override


@pytest.mark.parametrize(
    ("decision", "aged", "deciding", "decaying", "expected"),
    [
        (None, {}, (), False, None),
        (None, {"sector": date(2026, 3, 1)}, ("sector",), False, Review(date(2027, 3, 1), "sector")),
        (date(2026, 5, 1), {"kano": date(2026, 3, 1)}, ("kano",), False, Review(date(2028, 3, 1), "kano")),
        (date(2026, 5, 1), {}, (), False, Review(date(2028, 5, 1), "decision")),
        (date(2026, 5, 1), {"kano": date(2026, 3, 1), "sector": date(2026, 4, 1)}, ("kano",), True,
         Review(date(2026, 8, 1), "decay")),
        # The sector's entry has expired since the decision: look again now. Before the decision: it was known.
        (date(2025, 5, 1), {"sector": date(2025, 3, 1)}, (), False, Review(date(2026, 3, 1), "sector")),
        (date(2026, 5, 1), {"sector": date(2025, 3, 1)}, (), False, Review(date(2028, 5, 1), "decision")),
    ],
)  # fmt: skip
def test_a_class_is_looked_at_again_when_the_first_of_its_reasons_ends(
    decision: date | None, aged: dict[str, date], deciding: tuple[str, ...], decaying: bool, expected: Review | None
) -> None:
    given = decided(TRUST, decision) if decision else None
    months = {"kano": 24, "sector": 12, "experts": 12}
    ages = {name: Aged(day, day.replace(year=day.year + months[name] // 12)) for name, day in aged.items()}
    found = review_of(given, ages, deciding, date(2026, 7, 1), is_decaying=decaying, choices=OURS)
    assert found == expected


def test_experts_last_as_long_as_two_of_them_do() -> None:
    opinions = [{"date": "2026-01-10"}, {"date": "2026-03-10"}, {"date": "2026-06-10"}]
    assert ages_of({"experts": opinions}, None) == {"experts": Aged(date(2026, 3, 10), date(2027, 3, 10))}
    assert ages_of({"experts": opinions[:1], "law": {"owed": "full"}}, None) == {}
    assert ages_of({"kano": {"date": "2026-01"}, "sector": {"date": None}}, None)["kano"].dated == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("text", "day"), [("2026", (2026, 12, 31)), ("2026-02", (2026, 2, 28)), ("2026-02-05", (2026, 2, 5))]
)
def test_the_last_day_of_what_is_written(text: str, day: tuple[int, int, int]) -> None:
    assert last_day(text) == date(*day)


def test_a_law_binds_while_it_is_in_force() -> None:
    law = {"law": {"owed": "full", "reference": "Code", "date": "2026-03", "until": "2026-10"}}
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 10, 31), date(2026, 11, 1)]
    found = [suggest_class(law, on=day) for day in days]
    assert [one.strength.value for one in found] == ["none", "certain", "certain", "none"]
    assert [found[0].warnings[0]["code"], found[-1].warnings[0]["code"]] == ["law-not-yet", "law-repealed"]


def test_evidence_of_a_later_day_is_not_known_yet() -> None:
    found = suggest_class({"sector": {"k": 9, "n": 10, "date": "2026-06-01"}}, on=date(2026, 5, 31))
    assert [one["code"] for one in found.warnings] == ["not-yet-known"]


def mark(company: str, promised: bool | None, seen: date, known: date | None = None) -> SectorMark:
    return SectorMark(company, promised, "page 3", seen, known or seen)


def test_of_one_company_the_newest_entry_known_that_day_counts() -> None:
    entries = [
        mark("Ada", True, date(2026, 1, 1)),
        mark("Bel", False, date(2026, 1, 1)),
        mark(" ada ", False, date(2026, 3, 1), date(2026, 4, 1)),
        mark("Bel", None, date(2026, 5, 1)),
    ]
    assert [(one.company, one.promised) for one in standing_on(entries, date(2026, 3, 31))] == [
        ("Ada", True),
        ("Bel", False),
    ]
    assert [(one.company, one.promised) for one in standing_on(entries, date(2026, 4, 1))] == [
        (" ada ", False),
        ("Bel", False),
    ]
    assert [one.company for one in standing_on(entries, None)] == [" ada "]
    assert count_register([], date(2026, 1, 1), YEAR) is None


def test_expired_entries_are_left_out_of_k_of_n_and_counted() -> None:
    entries = [
        mark("Ada", True, date(2025, 1, 1)),
        mark("Bel", True, date(2026, 1, 1)),
        mark("Cyr", False, date(2026, 2, 1)),
    ]
    assert count_register(entries, date(2026, 3, 1), YEAR) == {"k": 1, "n": 2, "date": date(2026, 1, 1), "gone": 1}
    assert count_register(entries, date(2028, 3, 1), YEAR) == {"k": 2, "n": 3, "date": date(2026, 2, 1), "gone": 0}


def seat(number: int, day: date | None) -> Seat:
    return Seat(number, f"Expert {number}", Answered("yes", "no", "x", day) if day else None)


@pytest.mark.parametrize(
    ("days", "told", "states"),
    [
        ((date(2026, 1, 2), date(2026, 1, 5)), date(2026, 1, 5), ("open", "told", "told")),
        ((date(2026, 1, 2), date(2026, 1, 5), None), date(2026, 2, 1), ("open", "open", "told")),
        ((date(2026, 1, 2), None), None, ("open", "open", "void")),
    ],
)
def test_a_round_is_told_when_all_have_answered_or_it_has_closed(
    days: tuple[date | None, ...], told: date | None, states: tuple[str, ...]
) -> None:
    asked = Round(1, date(2026, 1, 1), date(2026, 1, 31), None, [seat(n, day) for n, day in enumerate(days)])
    assert asked.told_on == told
    assert tuple(asked.state_on(day) for day in (date(2026, 1, 4), date(2026, 1, 5), date(2026, 2, 1))) == states


def test_the_newest_opinion_of_each_expert_counts() -> None:
    written = [{"name": "expert  0", "floor": "no", "earns": "yes", "because": "y", "date": "2025-06-01"}]
    asked = Round(1, date(2026, 1, 1), date(2026, 1, 31), None, [seat(0, date(2026, 1, 2)), seat(1, date(2026, 1, 5))])
    assert [one["date"] for one in opinions_on([asked], written, date(2026, 1, 4))] == ["2025-06-01"]
    assert [one["floor"] for one in opinions_on([asked], written, date(2026, 1, 5))] == ["yes", "yes"]
    assert opinions_on([], written, date(2025, 5, 31)) == []


@pytest.mark.parametrize(
    ("whole", "measured", "expected"),
    [
        (Status.KEPT, None, Status.KEPT),
        (Status.NEAR, None, Status.UNPROVEN),
        (Status.MISSED, None, Status.UNPROVEN),
        (Status.NO_DATA, None, Status.NO_DATA),
        (Status.MISSED, Status.KEPT, Status.KEPT),
        (Status.KEPT, Status.MISSED, Status.MISSED),
    ],
)
def test_a_legal_minimum_stands_as_measured_or_as_the_whole_lets_say(
    whole: Status, measured: Status | None, expected: Status
) -> None:
    assert minimum_status(whole, measured) is expected


def test_a_legal_minimum_breaks_the_floor_and_counts_for_nothing_else() -> None:
    entries = [Entry("a", FLOOR, Status.KEPT, False), Entry("b", TRUST, Status.KEPT, False)]
    held = charter_headline(entries)
    broken = charter_headline(entries, [("b", Status.MISSED)])
    assert (held["floor"]["state"], held["trust"]["credited"]) == ("held", 1)
    assert broken["floor"] == {
        "state": "broken", "kept": 1, "of": 1, "broken_by": ["b"], "near": [], "minima": ["b"]
    }  # fmt: skip
    assert broken["trust"] == {"earned": 1, "of": 1, "credited": 0, "suspended": 1}
    assert charter_headline(entries, [("b", Status.UNPROVEN)])["floor"]["state"] == "unproven"


def test_where_each_class_stands() -> None:
    apart = OURS.model_copy(update={"undetermined": "apart"})
    assert [place_of(class_) for class_ in CommitmentClass] == ["floor", "trust", "both", "apart", "floor"]
    assert place_of(CommitmentClass.UNDETERMINED, apart) == "apart"
