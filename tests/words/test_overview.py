"""The first line: every state of the floor, singular and plural, both languages."""

from __future__ import annotations

from typing import Any

import pytest

from charter.words import overview as words_overview
from charter.words.conclusions.readings import stand_in_sentence

T, N = "\u202f", "\u00a0"


def make_overview(kept: int, of: int, floor: dict[str, Any] | None = None, trust: dict[str, Any] | None = None) -> Any:
    return {
        "headline": {
            "kept": kept,
            "of": of,
            "floor": {"state": "held", "kept": 0, "of": 0, "broken_by": [], "near": [], **(floor or {})},
            "trust": {"earned": 0, "of": 0, "credited": 0, "suspended": 0, **(trust or {})},
        },
        "checks": {"due": 0, "done": 0, "late": 0, "failed": 0, "lapsed": 0, "waived": 0},
        "commitments": [
            {"key": "bill", "title": {"fr": "Facture fondée sur un relevé réel", "en": "Bill based on a real reading"}},
            {"key": "phone", "title": {"fr": "Téléphone", "en": "Phone"}},
            {"key": "refund", "title": {"en": "Refund"}},
        ],
    }


@pytest.mark.parametrize(
    ("kept", "of", "french", "english"),
    [
        (5, 8, "5 engagements tenus sur 8.", "5 of 8 commitments kept."),
        (1, 8, "1 engagement tenu sur 8.", "1 of 8 commitments kept."),
        (0, 8, "Aucun engagement tenu sur 8.", "None of 8 commitments kept."),
        (8, 8, "Les 8 engagements sont tenus.", "All 8 commitments are kept."),
        (1, 1, "L’engagement est tenu.", "The commitment is kept."),
        (0, 1, "L’engagement n’est pas tenu.", "The commitment is not kept."),
        (
            0,
            0,
            "Aucun engagement n’est à évaluer sur cette période.",
            "No commitment is to be assessed for this period.",
        ),
    ],
)
def test_kept_sentence_counts(kept, of, french, english):
    assert words_overview.kept_sentence(make_overview(kept, of), "fr") == french
    assert words_overview.kept_sentence(make_overview(kept, of), "en") == english


@pytest.mark.parametrize(
    ("floor", "french", "english"),
    [
        (
            {"state": "broken", "broken_by": ["bill"]},
            f"Le socle ne tient pas, à cause de «{T}Facture fondée sur un relevé réel{T}».",
            "The floor does not hold because of “Bill based on a real reading”.",
        ),
        (
            {"state": "broken", "broken_by": ["phone", "refund"]},
            f"Le socle ne tient pas, à cause de «{T}Téléphone{T}» et «{T}Refund{T}».",
            "The floor does not hold because of “Phone” and “Refund”.",
        ),
        (
            {"state": "broken", "broken_by": ["phone", "refund", "bill"]},
            f"Le socle ne tient pas, à cause de «{T}Téléphone{T}», «{T}Refund{T}» et 1 autre.",
            "The floor does not hold because of “Phone”, “Refund” and 1 other.",
        ),
        ({"state": "held"}, "Le socle tient.", "The floor holds."),
        (
            {"state": "held", "near": ["phone"]},
            f"Le socle tient, de justesse pour «{T}Téléphone{T}».",
            "The floor holds, only just for “Phone”.",
        ),
        ({"state": "unproven"}, "Le socle n’est pas établi.", "The floor is unproven."),
        ({"state": "absent"}, "La charte n’a pas de socle.", "The charter has no floor."),
    ],
)
def test_floor_sentence_says_its_state(floor, french, english):
    assert words_overview.floor_sentence(make_overview(5, 8, floor), "fr") == french
    assert words_overview.floor_sentence(make_overview(5, 8, floor), "en") == english


@pytest.mark.parametrize(
    ("state", "trust", "french", "english"),
    [
        (
            "held",
            {"of": 0},
            "La charte n\u2019a pas d\u2019engagement de confiance différenciante.",
            "The charter has no trust commitments.",
        ),
        ("held", {"of": 3}, f"Confiance différenciante{N}: rien de gagné sur 3.", "Trust: none of 3 earned."),
        (
            "held",
            {"of": 3, "earned": 2, "credited": 2},
            f"Confiance différenciante{N}: 2 gagnés sur 3.",
            "Trust: 2 of 3 earned.",
        ),
        (
            "broken",
            {"of": 3, "earned": 2, "suspended": 2},
            f"Confiance différenciante{N}: 2 engagements acquis sur 3, non comptés tant que le socle ne tient pas.",
            "Trust: 2 of 3 commitments earn it; none count until the floor holds.",
        ),
        (
            "absent",
            {"of": 1, "earned": 1, "suspended": 1},
            f"Confiance différenciante{N}: 1 engagement acquis sur 1, non compté tant que la charte n’a pas de socle.",
            "Trust: 1 of 1 commitments earns it; it does not count until the charter has a floor.",
        ),
    ],
)
def test_trust_is_told_with_what_suspends_it(state, trust, french, english):
    overview = make_overview(5, 8, {"state": state}, trust)
    assert words_overview.trust_sentence(overview, "fr") == french
    assert words_overview.trust_sentence(overview, "en") == english


def of_statuses(*statuses: tuple[str, str | None]) -> Any:
    """The overview of a small site: statuses with their reasons."""
    made = make_overview(sum(status == "kept" for status, _ in statuses), len(statuses), {"state": "broken"})
    made["commitments"] = [
        {"key": str(at), "title": {"en": f"P{at}", "fr": f"P{at}"}, "class": "confidence", "status": status,
         "reason": reason, "previous_status": "unproven" if reason == "too-few" else "kept"}
        for at, (status, reason) in enumerate(statuses)
    ]  # fmt: skip
    made["headline"]["floor"]["broken_by"] = [
        view["key"] for view in made["commitments"] if view["status"] in ("missed", "unacceptable")
    ]
    return made


SMALL = [("kept", None), *[("unproven", "too-few")] * 5, ("missed", None)]


def test_a_total_never_swallows_what_is_not_proven():
    small = of_statuses(*SMALL)
    assert words_overview.kept_sentence(small, "en") == "1 kept, 1 missed, 5 too few cases to say."
    french = "1 tenu, 1 non tenu, 5 avec trop peu de cas pour le dire."
    assert words_overview.kept_sentence(small, "fr") == french
    silent = of_statuses(("kept", None), ("no-data", "no-rows"), ("unproven", "interval-straddles"), ("near", None))
    said = "1 kept, 1 nearly kept, 1 not proven, 1 without figures."
    assert words_overview.kept_sentence(silent, "en") == said
    assert words_overview.unknown_briefly(silent, "en") == ["1 not proven", "1 without figures"]
    assert words_overview.kept_sentence(of_statuses(("kept", None), ("missed", None)), "en") == (
        "1 of 2 commitments kept."
    )


def test_what_was_not_proven_a_month_before_is_named_too():
    small = of_statuses(*SMALL) | {"period": "2026-10"}
    small["previous"] = {"kept": 2, "of": 7, "floor": {"state": "unproven"}}
    said = words_overview.before_sentence(small, "en")
    assert "2 of 7 kept, 5 not proven or without figures, the floor was unproven" in said


def test_verdict_is_both_sentences():
    overview = make_overview(5, 8, {"state": "unproven"})
    assert words_overview.verdict_sentence(overview, "en") == "5 of 8 commitments kept. The floor is unproven."


def test_verdict_of_nothing_is_one_sentence():
    overview = make_overview(0, 0, {"state": "absent"})
    assert words_overview.verdict_sentence(overview, "en") == "No commitment is to be assessed for this period."


def test_completeness_tells_what_was_not_done():
    overview = make_overview(5, 8)
    overview["checks"] = {"due": 24, "done": 22, "late": 1, "failed": 0, "lapsed": 1, "waived": 0}
    assert (
        words_overview.completeness_sentence(overview, "fr")
        == "24 contrôles prévus, 22 réalisés, 1 en retard, 1 jamais fait."
    )
    assert words_overview.completeness_sentence(overview, "en") == "24 checks planned, 22 done, 1 late, 1 never done."
    overview["checks"] = dict.fromkeys(overview["checks"], 0)
    # Checks of a month that cannot be assessed yet are planned all the same: none of them is due.
    assert words_overview.completeness_sentence(overview, "fr") == "Aucun contrôle n’est arrivé à échéance."
    assert words_overview.completeness_sentence(overview, "en") == "No check has become due."


def test_the_unit_above_is_said_beside_too_few_cases() -> None:
    area = {"unit": "Secteur 4", "value": 0.93, "cases": 210.0, "status": "kept"}
    few = {"kind": "share", "period": "2026-10", "reason": "too-few", "area": area}
    assert stand_in_sentence(few, "en") == "Same period, Secteur 4: 93.0% of 210 (kept)."
    assert stand_in_sentence(few, "fr") == "Même période, Secteur 4\u00a0: 93,0\u202f% de 210 (tenu)."
    assert stand_in_sentence(few | {"area": area | {"cases": None}}, "en") == "Same period, Secteur 4: 93.0% (kept)."


def placed(*classes: tuple[str, str]) -> Any:
    """An overview of commitments of a class that stand so."""
    return [
        {"key": f"p{at}", "title": {"en": f"P{at}"}, "class": klass, "status": status, "reason": "too-few"}
        for at, (klass, status) in enumerate(classes)
    ]


def test_a_unit_to_which_no_floor_commitment_applies_is_no_charter_without_a_floor() -> None:
    here = make_overview(1, 1, {"state": "absent"}, {"of": 1, "earned": 1, "suspended": 1})
    here["commitments"] = placed(("confidence", "not-applicable"), ("trust", "kept"))
    assert words_overview.floor_sentence(here, "en") == "No floor commitment applies here."
    assert words_overview.floor_sentence(here, "fr") == "Aucun engagement du socle ne s’applique ici."
    assert words_overview.trust_sentence(here, "en") == (
        "Trust: 1 of 1 commitments earns it; it does not count since no floor commitment applies here."
    )
    floor_only = make_overview(1, 1, {"state": "held"}, {"of": 0})
    floor_only["commitments"] = placed(("confidence", "kept"), ("trust", "not-applicable"))
    assert words_overview.trust_sentence(floor_only, "en") == "No trust commitment applies here."


@pytest.mark.parametrize(
    ("state", "suspended", "english"),
    [
        ("held", 0, "Trust: 1 of 3 earned; 1 too few cases to say, 1 without figures."),
        (
            "broken",
            1,
            "Trust: 1 of 3 commitments earns it; it does not count until the floor holds; "
            "1 too few cases to say, 1 without figures.",
        ),
    ],
)
def test_what_trust_was_earned_never_swallows_what_could_not_be_judged(state, suspended, english) -> None:
    some = make_overview(1, 3, {"state": state}, {"of": 3, "earned": 1, "suspended": suspended})
    some["commitments"] = placed(("trust", "kept"), ("trust", "unproven"), ("trust", "no-data"))
    assert words_overview.trust_sentence(some, "en") == english
    assert f"{T}; 1 avec trop peu de cas pour le dire, 1 sans chiffre." in words_overview.trust_sentence(some, "fr")


def test_nothing_to_explain_is_not_said_as_if_all_were_kept() -> None:
    said = words_overview.nothing_missed_sentence
    assert said(of_statuses(("kept", None)), "en") == "Nothing to explain: no commitment is missed."
    small = of_statuses(("kept", None), ("unproven", "too-few"), ("no-data", "no-rows"))
    assert said(small, "en") == (
        "Nothing to explain: none missed of those that can be judged; 1 too few cases to say, 1 without figures."
    )
    closed = make_overview(0, 0)
    assert said(closed, "en") == "Nothing to explain: no commitment is to be assessed."
    assert said(None, "fr") == f"Rien à expliquer{N}: aucun engagement n’est non tenu."


def test_of_a_month_in_which_nothing_was_asked_nothing_is_said() -> None:
    opened = make_overview(1, 1) | {"period": "2026-10", "previous": {"kept": 0, "of": 0, "floor": {"state": "absent"}}}
    assert words_overview.before_sentence(opened, "fr") == ""


def figured(*periods: tuple[str, str | None], status: str = "kept") -> Any:
    """October's overview of as many commitments, each by the figure of a period and, of an earlier one, until when."""
    found = make_overview(len(periods), len(periods))
    found["commitments"] = [
        {
            "key": f"c{at}", "title": {"en": "A"}, "status": status, "class": "confidence", "previous_status": "kept",
            "indicators": [{"mandatory": True, "status": status, "period": period, "judged_from": until}],
        }
        for at, (period, until) in enumerate(periods)
    ]  # fmt: skip
    return found | {"period": "2026-10", "previous": found["headline"]}


def test_a_month_that_cannot_be_assessed_yet_is_not_called_kept_by_the_one_before() -> None:
    """Ten working days: on 6 November no case of October is late, so "kept" is September's, and told once."""
    said = words_overview.verdict_sentence(figured(("2026-09", "2026-11-20")), "en").replace(N, " ")
    assert (
        said
        == "The commitment is kept. The floor holds. By the figures of September 2026, the newest that can be assessed."
    )
    assert "D’après les chiffres de septembre 2026" in words_overview.verdict_sentence(
        figured(("2026-09", "x")), "fr"
    ).replace(N, " ")
    assert words_overview.before_sentence(figured(("2026-09", "2026-11-20")), "en") == ""
    some = figured(("2026-09", "2026-11-20"), ("2026-10", None), ("2026-10", None))
    assert words_overview.verdict_sentence(some, "en").endswith("The floor holds. For 1 of 3, by an earlier period.")
    assert words_overview.before_sentence(some, "en").startswith("In September: 3 of 3 kept")


def test_a_month_of_its_own_figures_says_no_more_than_its_verdict() -> None:
    assert words_overview.older_sentence(figured(("2026-10", None)), "en") == ""
    assert words_overview.older_sentence(figured(("2026-09", "2026-11-20"), status="no-data"), "fr") == ""
