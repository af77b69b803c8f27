"""Kano counts against the published and recomputed tables, and a survey read from its raw answers."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from charter.domain.analyses.kano import analyse_kano
from charter.domain.surveys import kano
from charter.domain.surveys.kano import TABLES, KanoCounts, Table, category_of
from charter.domain.vocabulary.errors import Invalid
from charter.words.classes import sentence

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "kano_cases.json").read_text())
CASES = [(name, table) for name in GOLDEN for table in ("classic", "pouliot")]


def close(value: Any) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def counts_of(counts: dict[str, int]) -> KanoCounts:
    return KanoCounts(**{category.lower(): count for category, count in counts.items()})


def answers_for(counts: dict[str, int], table: Table) -> list[dict[str, Any]]:
    """Raw answers that give these counts: for each category the first pair that means it."""
    pair = {category_of(f, d, table): (f, d) for f, d in product(range(5, 0, -1), range(5, 0, -1))}
    return [
        {"attribute": "x", "functional": pair[category][0], "dysfunctional": pair[category][1]}
        for category, count in counts.items()
        for _ in range(count)
    ]


@pytest.mark.parametrize(("name", "table"), CASES)
def test_kano_measures_agree_with_the_golden_cases(name: str, table: Table) -> None:
    expected = GOLDEN[name][table]
    (found,) = analyse_kano(answers_for(expected["counts"], table), table)["attributes"]
    assert found["n"] == expected["n"]
    assert found["counts"] == expected["counts"]
    assert (found["mode"], found["berger"]) == (expected["mode"], expected["berger"])
    assert found["better"] == close(expected["cs"]["better"])
    assert found["better_interval"] == close(expected["cs"]["better_wilson"])
    assert found["worse"] == close(expected["cs"]["worse"])
    assert found["worse_interval"] == close(expected["cs"]["worse_wilson"])
    assert (found["d"], found["d_se"]) == (close(expected["cs"]["D"]), close(expected["cs"]["D_se"]))
    assert found["fong"] == {
        "limit": close(expected["fong"]["limit"]),
        "significant": expected["fong"]["significant"],
    }
    assert found["exact_p"] == close(expected["top2_exact_p"])
    assert found["category_strength"] == close(expected["category_strength"])
    assert found["total_strength"] == close(expected["total_strength"])
    assert kano.top_two(counts_of(expected["counts"])) == (expected["fong"]["a"], expected["fong"]["b"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ALL:F9", "trust"),
        ("ALL:F10", "both"),
        ("ALL:F6", "neither"),
        ("ALL:F7", "undetermined"),
        ("ALL:F8", "both"),
        ("ALL:F11", "undetermined"),
    ],
)
def test_the_class_rests_on_better_and_worse(name: str, expected: str) -> None:
    (found,) = analyse_kano(answers_for(GOLDEN[name]["classic"]["counts"], "classic"))["attributes"]
    assert found["class"] == expected


@pytest.mark.parametrize(
    ("counts", "mode", "berger", "better", "worse"),
    [
        ((7, 33, 50, 10, 0, 0), "M", "M", 0.40, -0.83),  # ski edge grip, Sauerwein 1996
        ((11, 46, 31, 12, 0, 0), "O", "O", 0.57, -0.77),  # ease of turn
        ((66, 22, 3, 9, 0, 0), "A", "A", 0.88, -0.25),  # service
        ((216, 56, 13, 275, 23, 24), "I", "I", 0.486, -0.123),  # app bonus, Brand & Rese 2026
        ((229, 42, 5, 276, 33, 22), "I", "I", 0.491, -0.085),  # smart mirror
        ((187, 71, 46, 258, 19, 26), "I", "A", 0.459, -0.208),  # free WiFi: 304 > 303
    ],
)
def test_published_examples(counts: tuple[int, ...], mode: str, berger: str, better: float, worse: float) -> None:
    given = KanoCounts(*counts)
    assert (kano.mode(given), kano.berger(given)) == (mode, berger)
    pleased, annoyed = kano.better(given), kano.worse(given)
    assert pleased is not None
    assert annoyed is not None
    assert (pleased[0], annoyed[0]) == (pytest.approx(better, abs=6e-4), pytest.approx(worse, abs=6e-4))


def test_ties_of_the_mode_go_to_must_be_first() -> None:
    assert kano.mode(KanoCounts(5, 5, 5, 5, 5, 5)) == "M"
    assert kano.mode(KanoCounts(a=5, o=5, i=5)) == "O"
    assert kano.mode(KanoCounts(a=5, i=5)) == "A"
    assert kano.mode(KanoCounts(r=5, q=5)) == "R"
    assert kano.berger(KanoCounts(5, 5, 5, 5, 5, 5)) == "I"


def test_nobody_answered_is_none_and_not_zero() -> None:
    (found,) = analyse_kano([{"attribute": "x", "functional": "1", "dysfunctional": ""}])["attributes"]
    assert found["n"] == 0
    assert {found[key] for key in ("mode", "berger", "better", "worse", "d", "exact_p", "total_strength")} == {None}
    assert found["class"] == "undetermined"
    assert [one["code"] for one in found["warnings"]] == ["kano-too-few", "half-answered"]


def test_the_exact_test_of_many_answers_is_still_exact() -> None:
    from_lgamma = kano.exact_p(KanoCounts(m=1050, o=951))
    assert from_lgamma == pytest.approx(0.0285, abs=5e-4)
    assert kano.exact_p(KanoCounts(m=1000, o=1000)) == pytest.approx(1)
    below, above = kano.exact_p(KanoCounts(m=1040, o=960)), kano.exact_p(KanoCounts(m=1041, o=960))
    assert below is not None
    assert above is not None
    assert above < below < 0.08


def test_the_tables_differ_only_where_both_answers_are_alike_in_the_middle() -> None:
    differing = {(f, d) for f, d in product(range(1, 6), repeat=2) if category_of(f, d) != category_of(f, d, "pouliot")}
    assert differing == {(2, 2), (4, 4)}
    assert category_of(1, 1) == "Q"  # a known package prints O here
    assert [len(row) for table in TABLES.values() for row in table] == [5] * 10


def test_waves_stay_apart_and_other_wordings_are_not_compared() -> None:
    rows = [
        {"attribute": "x", "functional": "1", "dysfunctional": "5", "wave": wave, "wording": wording, "importance": "8"}
        for wave, wording in (("2025", "like"), ("2025", "like"), ("2026", "enjoy"))
    ]
    first, second = analyse_kano(rows)["attributes"]
    assert [(one["wave"], one["n"], one["importance"]) for one in (first, second)] == [("2025", 2, 8), ("2026", 1, 8)]
    assert [one["code"] for one in first["warnings"]] == ["kano-too-few", "waves-not-comparable"]


def test_two_wordings_in_one_wave_are_named() -> None:
    rows = [{"attribute": "x", "functional": 1, "dysfunctional": 5, "wording": word} for word in ("like", "enjoy")]
    (found,) = analyse_kano(rows)["attributes"]
    assert {"code": "mixed-wordings", "wordings": ["enjoy", "like"]} in found["warnings"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"attribute": "x", "functional": "6", "dysfunctional": "1"}, "line 2: functional is '6'"),
        ({"attribute": "x", "functional": "1", "dysfunctional": "like"}, "line 2: dysfunctional is 'like'"),
        ({"attribute": "", "functional": "1", "dysfunctional": "1"}, "line 2: attribute is missing"),
        ({"attribute": "x", "functional": "1"}, "column dysfunctional is missing"),
        ({"attribute": "x", "functional": "1", "dysfunctional": "1", "importance": "10"}, "from 1 to 9"),
        ({"attribute": "x", "functional": "1", "dysfunctional": "1", "importance": "much"}, "from 1 to 9"),
    ],
)
def test_answers_that_cannot_be_read_are_refused_by_line(row: dict[str, str], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        analyse_kano([row])


def test_an_unknown_table_and_an_empty_file_are_refused() -> None:
    with pytest.raises(Invalid, match="classic or pouliot"):
        analyse_kano([{"attribute": "x", "functional": 1, "dysfunctional": 1}], "other")  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="holds no answer"):
        analyse_kano([])


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="never negative"):
        KanoCounts(a=-1)


def test_a_file_in_which_everybody_says_the_same_is_named() -> None:
    rows = [{"attribute": "a", "functional": "2", "dysfunctional": "5"}] * 40
    (found,) = analyse_kano(rows)["attributes"]
    assert [one["code"] for one in found["warnings"]] == ["answers-all-alike"]
    assert sentence(found["warnings"], "fr").startswith("Les 40 paires de réponses sont toutes les mêmes")
    other = analyse_kano([*rows, {"attribute": "a", "functional": "3", "dysfunctional": "5"}])
    assert other["attributes"][0]["warnings"] == []
