"""Surveys weighted to the population by unit, worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter

from charter.domain.charter_file.indicators import Indicator, Target
from charter.domain.charter_file.sources import Unit
from charter.domain.charter_file.unit_tree import UnitTree, roll_up
from charter.domain.readings.judging import Standard, judge_units
from charter.domain.readings.weighting import Weighted, weigh
from charter.domain.vocabulary.counts import Cell, Counts
from charter.domain.vocabulary.terms import Reason, Status


def tree(**weights: Any) -> UnitTree:
    units = [("company", None), ("west", "company"), ("brest", "west"), ("vannes", "west"), ("nice", "company")]
    return UnitTree(
        [
            Unit.model_validate({"key": k, "name": k, "parent": p, "kind": "unit", "weight": weights.get(k)})
            for k, p in units
        ]
    )


def indicator_of(kind: str, basis: str = "sample") -> Any:
    own: dict[str, Any] = {"date": "d"} | ({"success": {"right": 1}} if kind == "share" else {"value": "v"})
    if kind == "share-within":
        own = {"start": "d", "stop": "e", "within": "2 days"}
    said = {"key": "i", "title": "i", "source": "s", "kind": kind, "basis": basis}
    return TypeAdapter(Indicator).validate_python(said | own)


def weighed(kind: str, on: UnitTree, basis: str = "sample", **counts: Counts) -> dict[str, Weighted]:
    cells = [Cell("2026-10", key, "", "", one) for key, one in counts.items()]
    return weigh(on, indicator_of(kind, basis), roll_up(on, cells).counts)


def test_share_is_weighted_to_the_population() -> None:
    # 9,000 customers of whom 80 % are pleased (100 answers), 1,000 of whom 40 % are (100 answers): 76 %, not 60 %.
    on = tree(brest=9000, nice=1000)
    found = weighed("share", on, brest=Counts(80, 100), nice=Counts(40, 100))["company"]
    assert found.value == Decimal("0.76")
    assert found.n == pytest.approx(10000**2 / (9000**2 / 100 + 1000**2 / 100))
    # It varies by 0.81 x 0.16 / 100 + 0.01 x 0.24 / 100, with an answer of each sort added: as 136 equal answers do.
    happy, unhappy = 81 / 102, 41 / 102
    variance = (0.81 * happy * (1 - happy) + 0.01 * unhappy * (1 - unhappy)) / 100
    assert 136 < found.counts.denominator < 137
    near = (0.76 * 200 + 1) / 202
    assert float(found.counts.denominator) == pytest.approx(near * (1 - near) / variance)
    assert float(found.counts.numerator / found.counts.denominator) == pytest.approx(0.76)


def test_share_within_a_delay_is_weighted_like_any_share() -> None:
    # Test letters: nine customers in Brest for one in Nice.
    on = tree(brest=9000, nice=1000)
    found = weighed("share-within", on, brest=Counts(80, 100, stopped=90), nice=Counts(40, 100, stopped=90))["company"]
    assert found.value == Decimal("0.76")
    assert found.n == pytest.approx(10000**2 / (9000**2 / 100 + 1000**2 / 100))


def test_equal_weights_per_answer_change_nothing() -> None:
    found = weighed("share", tree(brest=300, nice=100), brest=Counts(60, 75), nice=Counts(5, 25))["company"]
    assert (found.value, found.n) == (Decimal("0.65"), 100)


def test_mean_and_score_are_weighted() -> None:
    on = tree(brest=3, nice=1)
    means = {
        "brest": Counts(denominator=10, total=40, squares=170),
        "nice": Counts(denominator=10, total=20, squares=60),
    }
    assert weighed("mean", on, **means)["company"].value == Decimal("3.5")
    scores = {"brest": Counts(denominator=10, promoters=6, detractors=1), "nice": Counts(denominator=10, detractors=10)}
    assert weighed("nps", on, **scores)["company"].value == Decimal("12.5")


def test_unit_without_answers_leaves_its_weight_to_the_others() -> None:
    assert weighed("share", tree(brest=5, nice=5), brest=Counts(8, 10))["company"].value == Decimal("0.8")


def test_answers_of_no_weighted_unit_weigh_nothing() -> None:
    found = weighed("share", tree(brest=5, nice=5), brest=Counts(8, 10), nice=Counts(4, 10), paris=Counts(0, 900))
    assert found["company"].value == Decimal("0.6")


def test_regions_with_a_weight_hold_their_own_agencies() -> None:
    on = tree(west=1, nice=3, brest=1, vannes=1)
    found = weighed("share", on, brest=Counts(10, 10), vannes=Counts(0, 30), nice=Counts(9, 10))
    assert found["west"].value == Decimal("0.5")
    assert found["company"].value == Decimal("0.8")
    assert set(found) == {"company", "west"}


@pytest.mark.parametrize("weights", [{"brest": 0, "nice": 0}, {"brest": 5, "nice": 0}])
def test_answers_of_units_that_weigh_nothing_give_no_number(weights: dict[str, int]) -> None:
    on = tree(**weights)
    rolled = roll_up(on, [Cell("2026-10", "nice", "", "", Counts(80, 100))])
    indicator = indicator_of("share")
    half = Target.model_validate({"from": date.min, "target": 0.5})
    standard = Standard([half], date(2026, 10, 1), date(2026, 10, 31), source_reaches_past=True)
    whole = judge_units(on, indicator, standard, rolled)[0]
    assert (whole.reading.status, whole.reading.reason, whole.reading.value) == (Status.NO_DATA, Reason.TOO_FEW, None)


def test_census_and_charters_without_weights_are_not_weighted() -> None:
    assert weighed("share", tree(brest=1, nice=1), "census", brest=Counts(8, 10)) == {}
    assert weighed("share", tree(), brest=Counts(8, 10)) == {}
