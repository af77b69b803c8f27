"""Percentiles at every level of the tree: never made from parts, equal to what engines call percentile_cont."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from charter.domain.statistics.samples import ranks_around
from charter.domain.vocabulary.counts import Counts
from charter.sources.cells.context import Setting
from charter.sources.counting.measure import Measured

Run = Callable[..., Measured]
PARENTS = {"company": None, "west": "company", "brest": "west", "vannes": "west", "nice": "company"}


@pytest.fixture
def organised(paris: Setting) -> Setting:
    return replace(paris, units=frozenset(PARENTS), parents=PARENTS)


def row(unit: str, value: Any) -> dict[str, Any]:
    return {"a": "2026-10-05", "u": unit, "v": str(value)}


def test_percentile_is_exact_at_each_level(count: Run, organised: Setting) -> None:
    rows = [row("brest", v) for v in (1, 2, 3, 4, 5)] + [row("vannes", v) for v in (10, 20)] + [row("nice", 100)]
    found = count(rows, "percentile", value="v", percentile=50, unit="u", setting=organised)
    # Of west: 1 2 3 4 5 10 20, whose middle is 4; of the medians 3 and 15 nothing could be made.
    assert found.values == {
        ("2026-10", "company"): Decimal("4.5"),
        ("2026-10", "west"): 4,
        ("2026-10", "brest"): 3,
        ("2026-10", "vannes"): 15,
        ("2026-10", "nice"): 100,
    }
    assert found.counts() == Counts(denominator=8)


def test_unknown_unit_counts_in_the_whole_only(count: Run, organised: Setting) -> None:
    rows = [row("brest", 1), row("paris", 9), row("", 5)]
    found = count(rows, "percentile", value="v", percentile=50, unit="u", setting=organised)
    assert found.values == {("2026-10", "company"): 5, ("2026-10", "west"): 1, ("2026-10", "brest"): 1}


def test_delay_in_hours_leaves_open_cases_pending(count: Run) -> None:
    hours = [("2026-10-05T00:00", f"2026-10-05T{hour:02}:00") for hour in range(1, 21)]
    rows = [{"a": a, "b": b} for a, b in [*hours, ("2026-10-06T00:00", ""), ("2026-10-06T02:00", "2026-10-06T01:00")]]
    found = count(rows, "percentile", start="a", stop="b", percentile=85, **{"in": "hours"})
    # The place is 19 x 0.85 = 16.15 after the first: between 17 and 18 hours.
    assert found.values == {("2026-10", ""): Decimal("17.15")}
    assert found.counts() == Counts(denominator=20, pending=1, excluded={"stop before start": 1})


def test_several_periods_and_a_period_without_cases(count: Run) -> None:
    rows = [{"a": "2026-10-05", "v": "1"}, {"a": "2026-12-05", "v": "3"}]
    found = count(rows, "percentile", value="v", percentile=85, periods=("2026-10", "2026-11", "2026-12"))
    assert found.values == {("2026-10", ""): 1, ("2026-12", ""): 3}


@pytest.mark.parametrize("percentile", [1, 50, 85, Decimal("99.9")])
def test_percentile_agrees_with_the_engine(count: Run, engine: Any, percentile: Any) -> None:
    made = random.Random(7)
    values = [round(made.lognormvariate(3, 1), made.choice((0, 1, 2))) for _ in range(501)]
    rows = [{"a": "2026-10-05", "v": value} for value in values]
    types = {"a": pa.string(), "v": pa.float64()}
    found = count(rows, "percentile", value="v", percentile=percentile, types=types)
    wanted = engine.con.sql(f"SELECT quantile_cont(v, {percentile / 100}) FROM cases").fetchall()[0][0]
    assert float(found.values["2026-10", ""]) == pytest.approx(wanted, abs=1e-9)


def test_percentile_as_known_at_an_instant(count: Run) -> None:
    rows = [{"a": "2026-10-05T08:00", "b": "2026-10-05T10:00"}, {"a": "2026-10-05T08:00", "b": "2026-10-20T10:00"}]
    found = count(
        rows,
        "percentile",
        start="a",
        stop="b",
        percentile=50,
        **{"in": "days"},
        as_of=datetime(2026, 10, 9, tzinfo=UTC),
    )
    assert (found.values, found.counts()) == ({("2026-10", ""): 0}, Counts(denominator=1, pending=1))


def test_a_sample_tells_the_values_between_which_its_percentile_lies(count: Run, organised: Setting) -> None:
    """Of 30 the median lies between the 11th and the 20th, of 8 between the 2nd and the 7th: binomial, 5 % a side."""
    rows = [row("brest", v) for v in range(1, 23)] + [row("vannes", v) for v in range(23, 31)]
    said = {"value": "v", "percentile": 50, "unit": "u", "setting": organised}
    found = count(rows, "percentile", basis="sample", **said)
    assert found.ends["2026-10", "company"] == found.ends["2026-10", "west"] == (11, 20)
    assert found.ends["2026-10", "vannes"] == (24, 29)
    assert count(rows, "percentile", **said).ends == {}


def test_so_few_answers_or_all_alike_bound_no_percentile(count: Run) -> None:
    few, alike = ([row("", v) for v in values] for values in (range(58), [4] * 80))
    for rows in (few, alike):
        assert count(rows, "percentile", basis="sample", value="v", percentile=95).ends == {}


@pytest.mark.parametrize("percentile", [50, Decimal("72.5"), 90])
def test_values_between_are_those_of_numpy_sorted(count: Run, percentile: Any) -> None:
    chance = random.Random(3)
    values = [chance.choice((chance.randint(1, 9), chance.randint(1, 900))) for _ in range(250)]
    found = count([row("", v) for v in values], "percentile", basis="sample", value="v", percentile=percentile)
    ranks = ranks_around(250, float(percentile) / 100)
    assert ranks is not None
    assert found.ends["2026-10", ""] == tuple(sorted(values)[rank - 1] for rank in ranks)


def test_a_sample_of_delays_lies_between_delays(count: Run) -> None:
    hours = [("2026-10-05T00:30", f"2026-10-05T{hour:02}:30") for hour in range(1, 21)]
    found = count(
        [{"a": a, "b": b} for a, b in hours],
        "percentile",
        basis="sample",
        start="a",
        stop="b",
        percentile=50,
        **{"in": "hours"},
    )
    assert found.ends == {("2026-10", ""): (6, 15)}


def test_a_mean_of_a_sample_counts_its_cubes(count: Run) -> None:
    rows = [row("", v) for v in ("1.5", "2", "4")]
    assert count(rows, "mean", value="v", basis="sample").counts().cubes == Decimal("75.375")
    assert count(rows, "mean", value="v").counts().cubes is None
