"""The charter as norm: what the sector makes, what customers expect, the year of each move, the next trust."""

from __future__ import annotations

from datetime import date

from charter.domain.surveys.waves import KanoWave
from charter.services.charters.versions import History, Version
from charter.services.classes.known_evidence import Heard, KnownEvidence
from charter.services.classes.norm import next_trust, norm_of
from tests.services.world import TEXT, charter_of

EXPECTED = """  origin:
    expectations:
      - {key: quick, text: {fr: Vite, en: Quickly}, rank: 1}
      - {key: green, text: {fr: Vert, en: Green}, rank: 4}
      - {key: near, text: {fr: Proche, en: Near}, rank: 3}
      - {key: plain, text: {fr: Clair, en: Plain}, rank: 2}
      - {key: few, text: {fr: Peu, en: Few}, rank: 5}
units:
"""
LONG = TEXT.replace("units:\n", EXPECTED, 1).replace(
    "    owner: Service clients", "    owner: Service clients\n    answers: [quick]"
)
SECTOR = "    evidence: {sector: {promised_by: 9, compared: 10, date: 2026-01-10}}\n"
EARNS, FLOOR, IDLE = (1, 3), (2, 5), (3, 3)
ON = date(2026, 11, 10)


def wave(cells: dict[tuple[int, int], int], asked_on: date = date(2026, 9, 1)) -> KanoWave:
    return KanoWave(1, "w", "", "like", asked_on, asked_on, cells=cells)


def known(**kano: KanoWave) -> KnownEvidence:
    return KnownEvidence(Heard({key: (one,) for key, one in kano.items()}, {}), {}, {}, {})


def versions(text: str, first: date = date(2024, 3, 1)) -> History:
    return History((Version(1, 1, first, "", charter_of(text)),))


def test_what_the_sector_makes_and_customers_expect_is_counted_where_it_is_settled() -> None:
    text = TEXT.replace("    components: [honesty]\n", "    components: [honesty]\n" + SECTOR)
    found = norm_of(versions(text), ON, known(answer=wave({FLOOR: 90, IDLE: 10}), care=wave({EARNS: 90, IDLE: 10})))
    rows = {row["number"]: row for row in found["commitments"]}
    assert [rows[n]["sector_makes"] for n in (1, 2, 3)] == [None, True, None]
    assert [rows[n]["is_expected"] for n in (1, 2, 3)] == [True, None, False]
    assert found["sector"] == {"yes": 1, "of": 1}
    assert found["customers"] == {"yes": 1, "of": 2}
    # Half and half settles nothing.
    silent = norm_of(versions(TEXT), ON, known(care=wave({FLOOR: 50, EARNS: 50})))
    assert silent["customers"] == {"yes": 0, "of": 0}


def test_each_move_has_its_year() -> None:
    care = wave({EARNS: 90, IDLE: 10}, asked_on=date(2025, 6, 1))
    found = norm_of(versions(TEXT), ON, known(care=care))
    answer, bill, third = found["commitments"]
    assert found["since"] == "2024-03-01"
    assert answer["stood"] == [{"year": 2024, "class_": "confidence"}]
    # Nothing was known of the third before the survey of 2025.
    assert bill["stood"] == [{"year": 2024, "class_": "undetermined"}]
    assert third["stood"] == [{"year": 2024, "class_": "undetermined"}, {"year": 2025, "class_": "trust"}]


def test_the_next_trust_is_what_nobody_answers_by_how_many_it_would_please() -> None:
    heard = known(
        green=wave({EARNS: 60, IDLE: 40}),
        near=wave({EARNS: 90, IDLE: 10}),
        quick=wave({EARNS: 99}),
        few=wave({EARNS: 12}),
    )
    found = next_trust(charter_of(LONG), ON, heard)
    assert [one["key"] for one in found] == ["near", "green", "plain", "few"]
    near, green, plain, few = found
    assert (near["better"], near["n"], near["earns"], near["asked_on"]) == (0.9, 100, True, "2026-09-01")
    assert green["interval"] is not None
    assert green["interval"][0] < 0.5023 < green["better"]  # type: ignore[operator]
    # Nobody asked; twelve answers are too few to say anything of.
    assert (plain["better"], plain["earns"]) == (None, False)
    assert (few["better"], few["interval"], few["n"]) == (None, None, None)
