"""Conditions of the charter file on rows, and what they do with missing values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from charter.domain.vocabulary.errors import SourceError

VALUES = ["a", "b", "01", "1", "1.0", "2.5", "-3", "TRUE", "no", " ", "", None]


def kept(count: Callable[..., Any], wanted: Any, values: list[Any], kind: Any = None) -> list[Any]:
    """The values of the rows that meet {v: wanted}: each row is its own unit."""
    rows = [{"a": "2026-10-05", "n": f"{at:02d}", "v": value} for at, value in enumerate(values)]
    types = {"a": pa.string(), "n": pa.string(), "v": kind or pa.string()}
    found = count(rows, "count", where={"v": wanted}, unit="n", types=types)
    return [values[int(cell.unit)] for cell in found.cells]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("a", ["a"]),
        ("1", ["1"]),
        ("01", ["01"]),
        (1, ["01", "1", "1.0"]),
        (Decimal("2.5"), ["2.5"]),
        (["a", "b"], ["a", "b"]),
        (["a", 1], ["a", "01", "1", "1.0"]),
        (True, ["1", "TRUE"]),
        (False, ["no"]),
        ({"not": "a"}, ["b", "01", "1", "1.0", "2.5", "-3", "TRUE", "no", " ", "", None]),
        ({"not": ["a", "b", "no"]}, ["01", "1", "1.0", "2.5", "-3", "TRUE", " ", "", None]),
        ({"not": 1}, ["a", "b", "2.5", "-3", "TRUE", "no", " ", "", None]),
        ({"at_least": 1}, ["01", "1", "1.0", "2.5"]),
        ({"at_most": 1}, ["01", "1", "1.0", "-3"]),
        ({"at_least": 1, "at_most": 2}, ["01", "1", "1.0"]),
        ({"missing": True}, [" ", "", None]),
        ({"missing": False}, ["a", "b", "01", "1", "1.0", "2.5", "-3", "TRUE", "no"]),
        ({"missing": False, "not": "a", "at_most": 0}, ["-3"]),
    ],
)
def test_condition_on_text(count: Callable[..., Any], wanted: Any, expected: list[Any]) -> None:
    assert kept(count, wanted, VALUES) == expected


@pytest.mark.parametrize(
    ("kind", "values", "wanted", "expected"),
    [
        (pa.int64(), [1, 2, None], 1, [1]),
        (pa.int64(), [1, 2, None], "1", [1]),
        (pa.int64(), [1, 2, None], "01", []),
        (pa.int64(), [1, 2, None], {"not": 1}, [2, None]),
        (pa.int64(), [12345678901234567, 12345678901234568], 12345678901234567, [12345678901234567]),
        (pa.float64(), [0.1, 1.0, None], Decimal("0.1"), [0.1]),
        (pa.float64(), [0.1, 1.0, None], "1", [1.0]),
        (pa.float64(), [0.1, 1e-12, None], {"at_most": Decimal("0.01")}, [1e-12]),
        (pa.decimal128(10, 2), [Decimal("0.10"), Decimal("2.00")], {"at_least": 1}, [Decimal("2.00")]),
        (pa.bool_(), [True, False, None], True, [True]),
        (pa.bool_(), [True, False, None], {"not": True}, [False, None]),
        (pa.bool_(), [True, False, None], "false", [False]),
    ],
)
def test_condition_on_typed_columns(
    count: Callable[..., Any], kind: Any, values: list[Any], wanted: Any, expected: list[Any]
) -> None:
    assert kept(count, wanted, values, kind) == expected


def test_bound_that_is_a_day_holds_for_the_whole_local_day(count: Callable[..., Any]) -> None:
    days = [date(2026, 10, 4), date(2026, 10, 5), date(2026, 10, 6)]
    assert kept(count, {"at_most": "2026-10-05"}, days, pa.date32()) == days[:2]
    instants = [datetime(2026, 10, 5, 21, 59, tzinfo=UTC), datetime(2026, 10, 5, 22, 0, tzinfo=UTC)]
    assert kept(count, {"at_most": "2026-10-05"}, instants, pa.timestamp("us", "UTC")) == instants[:1]
    assert kept(count, {"at_least": "2026-10-06"}, instants, pa.timestamp("us", "UTC")) == instants[1:]
    texts = ["2026-10-05", "2026-10-05T23:59", "2026-10-05T22:30Z", "later", None]
    assert kept(count, {"at_most": "2026-10-05"}, texts) == texts[:2]
    assert kept(count, {"at_least": "2026-10-05T12:00"}, texts) == texts[1:3]


def test_all_columns_of_a_condition_must_hold(count: Callable[..., Any]) -> None:
    rows = [{"a": "2026-10-05", "v": v, "w": w} for v in "xy" for w in ("1", None)]
    assert count(rows, "count", where={"v": "x", "w": {"missing": True}}).counts().numerator == 1


def test_numbers_asked_of_a_column_without_any_are_refused(count: Callable[..., Any]) -> None:
    with pytest.raises(SourceError, match="column “v”: “high” is not a number"):
        kept(count, {"at_least": 3}, ["high", "low"])


def test_quotes_in_conditions_are_only_letters(count: Callable[..., Any]) -> None:
    assert kept(count, "l'eau; DROP TABLE cases --", ["l'eau; DROP TABLE cases --", "x"]) == [
        "l'eau; DROP TABLE cases --"
    ]
