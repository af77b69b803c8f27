"""Rates: cases per volume, from the same source or from another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from charter.domain.vocabulary.counts import Cell, Counts
from charter.domain.vocabulary.errors import SourceError
from charter.domain.vocabulary.periods import parse_period
from charter.sources.cells.context import Setting
from charter.sources.counting.measure import Measured, measure
from charter.sources.counting.parts import volume_of, with_volume

Run = Callable[..., Measured]
NOW = datetime(2027, 1, 1, tzinfo=UTC)


def test_volume_of_the_same_source_is_summed_over_the_rows_that_count(count: Run) -> None:
    rows = [
        {"a": "2026-10-05", "v": "1000.5", "k": "x"},
        {"a": "2026-10-06", "v": "500", "k": "x"},
        {"a": "2026-10-06", "v": "", "k": "x"},
        {"a": "2026-10-06", "v": "70", "k": "y"},
    ]
    found = count(rows, "rate", volume="v", per=1000, where={"k": "x"})
    assert found.counts() == Counts(numerator=2, denominator=Decimal("1500.5"), excluded={"missing value": 1})


@pytest.fixture
def joined(make_indicator: Any, make_table: Any, paris: Setting) -> Callable[..., Measured]:
    def run(cases: list[dict[str, Any]], journeys: list[dict[str, Any]]) -> Measured:
        rate = make_indicator("rate", volume={"source": "journeys", "column": "n"}, per=100000, unit="line")
        other = volume_of(rate)
        assert other is not None
        assert other.source == "journeys"
        periods = [parse_period("2026-10"), parse_period("2026-11")]
        counted = measure(rate, make_table(cases), periods, NOW, paris)
        return with_volume(counted, measure(other, make_table(journeys), periods, NOW, paris))

    return run


def test_volume_of_another_source_is_read_by_the_same_date_and_unit(joined: Callable[..., Measured]) -> None:
    cases = [{"a": "2026-10-05", "line": "A"}, {"a": "2026-10-07", "line": "A"}, {"a": "2026-11-07", "line": "B"}]
    journeys = [
        {"a": "2026-10-01", "line": "A", "n": "40000"},
        {"a": "2026-10-02", "line": "A", "n": "60000"},
        {"a": "2026-10-02", "line": "B", "n": "5"},
        {"a": "2026-11-01", "line": "A", "n": ""},
    ]
    found = joined(cases, journeys)
    assert found.cells == [
        Cell("2026-10", "A", "", "", Counts(numerator=2, denominator=100000)),
        Cell("2026-10", "B", "", "", Counts(denominator=5)),
        Cell("2026-11", "A", "", "", Counts(excluded={"missing volume": 1})),
        Cell("2026-11", "B", "", "", Counts(numerator=1)),
    ]
    assert found.rows_read == 7


def test_volume_without_the_unit_column_is_refused(joined: Callable[..., Measured]) -> None:
    with pytest.raises(SourceError, match="“journeys” has no column “line”"):
        joined([{"a": "2026-10-05", "line": "A"}], [{"a": "2026-10-01", "n": "1"}])
