"""Which row of a case counts, what contradicts, sums, volumes of rows; and the sum over units is the whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from charter.domain.charter_file.sources import CsvSource, ParquetSource, XlsxSource
from charter.domain.vocabulary.counts import Counts, add_up
from charter.domain.vocabulary.periods import Stretch, parse_period
from charter.domain.vocabulary.terms import PeriodKind
from charter.domain.vocabulary.working_days import WorkingDays
from charter.sources.cells.context import Setting
from charter.sources.counting.measure import Measured, measure
from charter.sources.counting.parts import joined, volume_of, with_volume
from charter.sources.readers.connect import open_source
from charter.sources.readers.place import Place

Run = Callable[..., Measured]
NOW = datetime(2026, 11, 20, tzinfo=UTC)
SETTING = Setting("Europe/Paris", WorkingDays("FR"))
OCTOBER = parse_period("2026-10")
BY_UPDATE = {"key": "id", "latest": "v"}


def row(key: str | None, start: str, stop: str | None, updated: str | None, unit: str = "A") -> dict[str, Any]:
    return {"id": key, "a": start, "b": stop, "v": updated, "unit": unit}


def test_the_row_with_the_greatest_update_counts_and_decides_period_and_unit(count: Run) -> None:
    rows = [
        row("k", "2026-10-05", "2026-10-06", "2026-10-06", "A"),
        row("k", "2026-10-05", None, "2026-10-09", "B"),
        row("m", "2026-09-30", "2026-10-01", "2026-10-20", "A"),
        row("m", "2026-10-01", "2026-10-02", "2026-10-03", "A"),
    ]
    found = count(rows, within="5 days", unit="unit", distinct=BY_UPDATE)
    assert {cell.unit: cell.counts for cell in found.cells} == {"B": Counts(0, 1)}
    assert found.contradictory == {}


def test_a_row_that_does_not_say_how_new_it_is_is_the_oldest(count: Run) -> None:
    rows = [row("k", "2026-10-05", "2026-10-06", None), row("k", "2026-10-05", "2026-10-30", "2026-01-01")]
    assert count(rows, within="5 days", distinct=BY_UPDATE).counts() == Counts(0, 1, stopped=1)
    # Where none says so, the rule without `latest` holds, and what they say is told.
    found = count([one | {"v": None} for one in rows] + [row("x", "2026-01-01", None, "2026-01-01")],
                  within="5 days", distinct=BY_UPDATE)  # fmt: skip
    assert (found.counts(), sum(found.contradictory.values())) == (Counts(1, 1, stopped=1), 1)


@pytest.mark.parametrize("updates", [("9", "10", "2"), ("v1", "2026-10-01", "2026-09-30")])
def test_numbers_of_versions_are_compared_as_numbers(count: Run, updates: tuple[str, str, str]) -> None:
    stops = ("2026-10-06", "2026-10-30", "2026-10-07")
    rows = [row("k", "2026-10-05", stop, one) for stop, one in zip(stops, updates, strict=True)]
    assert count(rows, within="5 days", distinct=BY_UPDATE).counts() == Counts(0, 1, stopped=1)


def test_rows_of_a_case_that_say_different_things_are_counted_by_period_and_unit(count: Run) -> None:
    rows = [
        row("k", "2026-10-05", "2026-10-06", None, "A"),
        row("k", "2026-10-05", None, None, "A"),
        row("m", "2026-10-07", "2026-10-08", None, "B"),
        row("m", "2026-10-07", "2026-10-08", None, "B"),
        row("n", "2026-10-07", "2026-10-08", None, "B"),
        row(None, "2026-10-07", "2026-10-08", None, "B"),
        row(None, "2026-10-07", None, None, "B"),
    ]
    found = count(rows, within="5 days", unit="unit", distinct="id")
    assert found.contradictory == {("2026-10", "A"): 1}
    assert found.counts() == Counts(4, 5, stopped=4)


def test_with_latest_only_rows_that_are_equally_new_contradict(count: Run) -> None:
    rows = [
        row("k", "2026-10-05", "2026-10-06", "2026-10-06"),
        row("k", "2026-10-05", "2026-10-20", "2026-10-20"),
        row("k", "2026-10-05", "2026-10-06", "2026-10-20"),
        row("m", "2026-10-05", None, "2026-10-06"),
        row("m", "2026-10-05", "2026-10-07", "2026-10-08"),
    ]
    found = count(rows, within="5 days", distinct=BY_UPDATE)
    assert (found.counts().denominator, dict(found.contradictory)) == (2, {("2026-10", ""): 1})


def test_a_sum_is_exact_and_leaves_out_what_is_no_number(count: Run) -> None:
    rows = [{"a": "2026-10-05", "v": v, "unit": unit} for v, unit in (("0.1", "A"), ("0.2", "A"), ("-1.05", "B"),
                                                                       (None, "B"), ("x", "B"))]  # fmt: skip
    found = count(rows, "sum", value="v", unit="unit")
    assert found.counts() == Counts(3, 3, total=Decimal("-0.75"), excluded={"missing value": 1, "unreadable": 1})
    assert found.counts(unit="A").total == Decimal("0.3")


@pytest.mark.parametrize(
    ("unit", "sum_of_it"), [("hours", "1.5"), ({"fr": "heures", "en": "hours"}, "1.5"), ("euros", "5400")]
)
def test_durations_of_a_sum_are_read_in_its_unit(count: Run, unit: Any, sum_of_it: str) -> None:
    rows = [{"a": "2026-10-05", "v": v, "unit": "A"} for v in ("01:00:00", "00:30:00")]
    assert count(rows, "sum", value="v", unit="unit", **{"in": unit}).counts().total == Decimal(sum_of_it)


def test_durations_of_a_share_of_amounts_are_read_in_its_unit(count: Run) -> None:
    rows = [{"a": "2026-10-05", "v": "00:50:00", "w": "01:00:00", "unit": "A"}]
    found = count(rows, "share", numerator="v", denominator="w", unit="unit", **{"in": "minutes"}).counts()
    assert (found.numerator, found.denominator) == (50, 60)


def test_the_volume_of_a_rate_may_be_rows_of_its_own_source(
    make_table: Callable[..., Any], make_indicator: Callable[..., Any]
) -> None:
    rows = [
        {"a": "2026-10-05", "type": "complaint", "unit": "A"},
        {"a": "2026-10-06", "type": "journey", "unit": "A"},
        {"a": "2026-10-07", "type": "journey", "unit": "A"},
        {"a": "2026-09-07", "type": "journey", "unit": "A"},
        {"a": "2026-10-08", "type": "journey", "unit": "B"},
        {"a": "2026-10-09", "type": "letter", "unit": "B"},
    ]
    rate = make_indicator("rate", unit="unit", where={"type": "complaint"}, per=100,
                          volume={"rows": {"where": {"type": "journey"}}})  # fmt: skip
    table, volume = make_table(rows), volume_of(rate)
    assert volume is not None
    assert volume.source == rate.source
    found = with_volume(
        measure(rate, table, [OCTOBER], NOW, SETTING), measure(volume, table, [OCTOBER], NOW, SETTING),
        is_same_source=True,
    )  # fmt: skip
    assert {cell.unit: (cell.counts.numerator, cell.counts.denominator) for cell in found.cells} == {
        "A": (1, 2), "B": (0, 1),
    }  # fmt: skip
    assert found.rows_read == 6


def test_stretches_of_a_period_are_each_counted_by_their_own_definition(
    make_table: Callable[..., Any], make_indicator: Callable[..., Any]
) -> None:
    """The trial of a promise changed on the 15th: A was promised 10 days, B and C 5."""
    table = make_table([
        {"a": "2026-06-10", "b": "2026-06-18"}, {"a": "2026-06-16", "b": "2026-06-24"},
        {"a": "2026-06-20", "b": "2026-06-28"},
    ])  # fmt: skip
    old, new = make_indicator(within="10 days"), make_indicator(within="5 days")
    first = Stretch(PeriodKind.MONTH, date(2026, 6, 1), date(2026, 6, 14))
    last = Stretch(PeriodKind.MONTH, date(2026, 6, 15), date(2026, 6, 30))
    counted = [(one, measure(one, table, [days], NOW, SETTING)) for one, days in ((old, first), (new, last))]
    whole = joined(counted)
    assert [(cell.period, cell.counts.numerator, cell.counts.denominator) for cell in whole.cells] == [
        ("2026-06", 1, 3)
    ]
    with pytest.raises(ValueError, match="not days of one month"):
        Stretch(PeriodKind.MONTH, date(2026, 6, 15), date(2026, 7, 1))


X1 = ["id,a,b", "A,2026-10-02,2026-10-05", "B,2026-10-03,", "C,2026-10-03,2026-10-04", "D,2026-10-03,2026-10-04"]
X2 = ["id,a,b", "A,2026-10-02,", "B,2026-10-03,2026-10-06", "C,2026-10-03,2026-10-24", "D,2026-10-03,2026-10-04"]


def _csv(path: Path, lines: list[str]) -> None:
    path.with_suffix(".csv").write_text("\n".join(lines) + "\n", "utf-8")


def _xlsx(path: Path, lines: list[str]) -> None:
    import openpyxl  # noqa: PLC0415 heavy

    book = openpyxl.Workbook()
    page: Any = book.active
    for line in lines:
        page.append([cell or None for cell in line.split(",")])
    book.save(path.with_suffix(".xlsx"))


def _parquet(path: Path, lines: list[str]) -> None:
    import pyarrow as pa  # noqa: PLC0415 heavy
    import pyarrow.parquet as pq  # noqa: PLC0415 heavy

    names, *cells = (line.split(",") for line in lines)
    columns = {name: [row[at] or None for row in cells] for at, name in enumerate(names)}
    pq.write_table(pa.table(columns), path.with_suffix(".parquet"))


@pytest.mark.parametrize(
    ("write", "source"),
    [
        (_csv, CsvSource(kind="csv", path="x*.csv")),
        (_xlsx, XlsxSource(kind="xlsx", path="x*.xlsx")),
        (_parquet, ParquetSource(kind="parquet", path="x*.parquet")),
    ],
    ids=["csv", "xlsx", "parquet"],
)
def test_the_file_whose_name_sorts_last_counts_and_overlapping_rows_are_told(
    write: Callable[[Path, list[str]], None], source: Any, tmp_path: Path, make_indicator: Callable[..., Any]
) -> None:
    write(tmp_path / "x2", X2)
    write(tmp_path / "x1", X1)
    newest = make_indicator(within="10 days", distinct={"key": "id", "latest": "$file"})
    plain = make_indicator(within="10 days", distinct="id")
    with open_source("cases", source, Place(tmp_path)) as opened:
        found = [measure(one, opened.table, [OCTOBER], NOW, SETTING) for one in (newest, plain)]
        assert opened.overlapping == 1
    assert [(one.counts().numerator, one.counts().denominator) for one in found] == [(2, 4), (4, 4)]
    assert [dict(one.contradictory) for one in found] == [{}, {("2026-10", ""): 3}]


def test_of_equal_updates_the_later_file_counts_then_the_later_line(
    tmp_path: Path, make_indicator: Callable[..., Any]
) -> None:
    _csv(tmp_path / "x1", ["id,a,b,v", "k,2026-10-02,2026-10-03,7", "m,2026-10-02,2026-10-03,7"])
    _csv(tmp_path / "x2", ["id,a,b,v", "k,2026-10-02,2026-10-30,7", "m,2026-10-02,2026-10-30,7", "m,2026-10-02,,6"])
    newest = make_indicator(within="10 days", distinct=BY_UPDATE)
    with open_source("cases", CsvSource(kind="csv", path="x*.csv"), Place(tmp_path)) as opened:
        found = measure(newest, opened.table, [OCTOBER], NOW, SETTING)
    assert found.counts() == Counts(0, 2, stopped=2)
    _csv(tmp_path / "y", ["id,a,b,v", "k,2026-10-02,2026-10-30,7", "k,2026-10-02,2026-10-03,7"])
    with open_source("cases", CsvSource(kind="csv", path="y.csv"), Place(tmp_path), in_order=True) as opened:
        assert measure(newest, opened.table, [OCTOBER], NOW, SETTING).counts() == Counts(1, 1, stopped=1)


KEYS = st.sampled_from(["k1", "k2", "k3", None])
DAYS = st.sampled_from(["2026-10-01", "2026-10-20", "2026-10-31", "2026-11-02", None])
LATELY = st.fixed_dictionaries(
    {"id": KEYS, "a": DAYS, "b": DAYS, "unit": st.sampled_from("AB"), "n": st.sampled_from(["0.1", "2", "-3.25", None])}
)  # fmt: skip


@settings(max_examples=9, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(LATELY, min_size=2, max_size=24), kind=st.sampled_from(["share-within", "sum", "share"]))
def test_the_sum_over_units_is_the_whole(
    rows: list[dict[str, Any]], kind: str, make_table: Callable[..., Any], make_indicator: Callable[..., Any]
) -> None:
    good = {"id": "g", "a": "2026-10-05", "b": "2026-10-06", "unit": "A", "n": "1"}
    own = {"sum": {"value": "n"}, "share": {"numerator": {"plus": ["n"], "minus": ["n"]}, "denominator": "n"}}
    table = make_table([one | {"v": str(at)} for at, one in enumerate([*rows, good])])
    said = {"distinct": BY_UPDATE, **own.get(kind, {"within": "5 days"})}
    by_unit: Measured = measure(make_indicator(kind, unit="unit", **said), table, [OCTOBER], NOW, SETTING)
    whole: Measured = measure(make_indicator(kind, **said), table, [OCTOBER], NOW, SETTING)
    assert add_up(cell.counts for cell in by_unit.cells) == whole.counts()
    assert by_unit.undated == whole.undated
