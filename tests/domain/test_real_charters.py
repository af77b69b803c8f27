"""Every commitment of our table of real charters can be written in a charter file; thirty are measured by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.findings import Severity
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.text.canonical import plain_charter
from charter.domain.charter_file.text.yaml_writer import emit
from charter.domain.charter_file.unit_tree import UnitTree, roll_up
from charter.domain.checks.deadlines import delays_of
from charter.domain.figures.entries import counts_entered
from charter.domain.lint.promises import lint_charter
from charter.domain.readings.judging import Standard, UnitReading, judge_units
from charter.domain.readings.status import target_in_force
from charter.domain.readings.values import weighted_mean
from charter.domain.vocabulary.counts import Cell, Counts
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import Kind
from charter.sources.cells.context import definition_hash, setting_of
from charter.sources.counting.measure import Measured, measure
from charter.sources.counting.parts import volume_of, with_volume
from tests.domain.real_charters import MEASURED, OWN, ROUNDS, ROWS, Case

pytestmark = pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")

FILE = Path(__file__).with_name("real_charters.yaml")
READ = read_charter(FILE.read_text(encoding="utf-8"))
CHARTER: Charter = READ.charter
TREE = UnitTree(CHARTER.units)
INDICATORS: Mapping[str, Any] = {one.key: one for each in CHARTER.commitments for one in each.indicators}
NOW = datetime(2027, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def table() -> Iterator[Callable[[str], Any]]:
    """A table of an embedded engine from rows written as CSV; every column is text, as in a file."""
    engine = ibis.duckdb.connect(threads=1)
    made = 0

    def make(written: str) -> Any:
        nonlocal made
        made += 1
        columns, *rows = csv.reader(io.StringIO("\n".join(line.strip() for line in written.strip().splitlines())))
        arrays = [pa.array([row[at] for row in rows], pa.string()) for at in range(len(columns))]
        engine.create_table(f"rows{made}", pa.table(arrays, names=columns))
        return engine.table(f"rows{made}")

    yield make
    engine.disconnect()


def cells_of(case: Case, table: Callable[[str], Any]) -> list[Cell]:
    """What a run would store."""
    indicator, periods, setting = INDICATORS[case.key], [parse_period(case.period)], setting_of(CHARTER)
    found: Measured = measure(indicator, table(case.rows), periods, NOW, setting)
    other = volume_of(indicator) if indicator.kind is Kind.RATE else None
    if other is not None:
        found = with_volume(found, measure(other, table(case.volume), periods, NOW, setting))
    cells = [cell if indicator.unit else cell._replace(unit="all") for cell in found.cells]
    if indicator.kind.adds_up:
        return cells
    rolled = roll_up(TREE, cells).counts
    values = found.values
    return [
        Cell(case.period, unit, "", "", replace(counts, value=values[case.period, unit]))
        for unit, counts in rolled.items()
        if counts != Counts()
    ]


def judged(key: str, period: str, cells: list[Cell]) -> Mapping[str, UnitReading]:
    indicator, first = INDICATORS[key], parse_period(period)
    standard = Standard(indicator.targets, first.start, first.end, source_reaches_past=True)
    rolled = roll_up(TREE, cells, adds_up=indicator.kind.adds_up)
    return {one.unit: one for one in judge_units(TREE, indicator, standard, rolled)}


def test_all_the_rows_of_the_table_are_there() -> None:
    assert [number for number, _, _ in ROWS] == list(range(1, 47))
    named = [key for _, _, keys in ROWS for key in keys]
    assert len(set(named)) == len(named)
    assert set(INDICATORS) - set(named) == {"nf345-recommend"}


def own_file(key: str) -> Charter:
    """The charter file of one organisation: its commitment, on its own calendar, clock and year."""
    plain = plain_charter(CHARTER)
    plain["charter"] |= OWN.get(key, {}) | {"key": key}
    plain["calendars"] = ROUNDS if OWN.get(key, {}).get("calendar") == "rounds" else {}
    plain["commitments"] = [one for one in plain["commitments"] if one["key"] == key]
    read = {str(source) for one in plain["commitments"][0]["indicators"] for source in _sources(one)}
    plain["sources"] = {name: said for name, said in plain["sources"].items() if name in read}
    found = read_charter(emit(plain))
    assert [str(one) for one in [*found.findings, *lint_charter(found)] if one.severity is Severity.ERROR] == []
    return found.charter


def _sources(indicator: Mapping[str, Any]) -> Iterator[Any]:
    yield indicator.get("source")
    volume = indicator.get("volume")
    yield volume.get("source") if isinstance(volume, Mapping) else None


@pytest.mark.parametrize("key", [one.key for one in CHARTER.commitments])
def test_each_organisation_writes_its_own_file_without_an_error(key: str) -> None:
    charter = own_file(key)
    assert charter.charter.calendar == OWN.get(key, {}).get("calendar", "FR")
    assert charter.charter.year_starts == OWN.get(key, {}).get("year_starts", "01-01")


@pytest.mark.parametrize(
    ("key", "indicator", "rows"),
    [
        # Australia Day, 26 January, is a Monday in 2026: the 15th working day after the 15th is 6 February.
        ("ato", "ato-electronic", "received_on,closed_on\n2026-01-15,2026-02-06\n2026-01-15,2026-02-07"),
        # Easter Monday, 6 April, is a holiday in Ireland: the 10th working day after 27 March is 13 April.
        ("revenue", "revenue-letters", "received_on,closed_on\n2026-03-27,2026-04-13\n2026-03-27,2026-04-14"),
        # Saturday is a day of delivery: the second after Friday is Monday.
        (
            "la-poste",
            "laposte-green",
            "posted_on,arrived_on,product\n2026-10-02,2026-10-05,green\n2026-10-02,2026-10-06,green",
        ),
    ],
)
def test_working_days_are_those_of_the_organisation(
    key: str, indicator: str, rows: str, table: Callable[[str], Any]
) -> None:
    charter = own_file(key)
    (asked,) = [one for one in charter.commitments[0].indicators if one.key == indicator]
    period = parse_period(rows.splitlines()[1][:7])
    counts = measure(asked, table(rows), [period], NOW, setting_of(charter)).counts()
    assert (counts.numerator, counts.denominator) == (1, 2)


@pytest.mark.parametrize(("number", "charter", "keys"), ROWS, ids=[f"row-{number}" for number, _, _ in ROWS])
def test_commitment_can_be_written(number: int, charter: str, keys: tuple[str, ...]) -> None:
    assert all(key in INDICATORS for key in keys), f"row {number} of {charter}"


def test_charter_reads_and_lints_without_an_error() -> None:
    found = [*READ.findings, *lint_charter(READ)]
    assert [str(one) for one in found if one.severity is Severity.ERROR] == []
    assert "no level is required" not in " ".join(str(one.message) for one in found if one.about == "revenue")


def test_every_kind_and_every_clock_is_measured() -> None:
    measured = [INDICATORS[case.key] for case in MEASURED] + [INDICATORS["cmex"]]
    # A sum is entered as others published it (row 26); no row publishes every answer of a question on effort.
    assert {one.kind for one in measured} == set(Kind) - {Kind.SUM, Kind.EFFORT}
    units = {delay.unit for one in measured for delay in delays_of(one)}
    assert units == {"seconds", "minutes", "hours", "days", "working days", "months"}
    assert len({case.key for case in MEASURED}) >= 20


@pytest.mark.parametrize("case", MEASURED, ids=[case.name for case in MEASURED])
def test_commitment_is_measured_as_by_hand(case: Case, table: Callable[[str], Any]) -> None:
    found = judged(case.key, case.period, cells_of(case, table))
    assert found["all"].counts == case.counts
    assert {unit: found[unit].counts for unit in case.units} == dict(case.units)
    reading = found["all"].reading
    assert (reading.status, reading.value) == (case.status, case.value)


def composed(key: str, period: str, rows: str, table: Callable[[str], Any]) -> tuple[dict[str, Any], Decimal]:
    """The value of each part of a composite, and of the whole."""
    values, parts = {}, INDICATORS[key].of
    for part in parts:
        case = Case(part.indicator, period, rows, Counts(), "")
        values[part.indicator] = judged(part.indicator, period, cells_of(case, table))["all"].reading.value
    whole = weighted_mean((part.weight, values[part.indicator]) for part in parts)
    assert whole is not None
    return values, whole


def test_composite_weighs_its_parts(table: Callable[[str], Any]) -> None:
    rows = """answered_on,survey,score
    2026-10-05,random,80
    2026-10-05,random,90
    2026-11-05,billing,70
    2026-12-05,operational,81"""
    values, whole = composed("cmex", "2026-Q4", rows, table)
    assert values == {"cmex-random": 85, "cmex-billing": 70, "cmex-operational": 81}
    assert whole == Decimal("80.25")
    cell = Cell("2026-Q4", "all", "", "", Counts(denominator=3, value=whole))
    assert judged("cmex", "2026-Q4", [cell])["all"].reading.status == "kept"
    assert judged("cmex", "2026-Q4", [])["all"].reading.reason == "part-missing"


def test_each_channel_of_a_contest_weighs_what_its_rules_say(table: Callable[[str], Any]) -> None:
    """Row 46: 140 calls, 50 mails, 15 by the web, 10 and 10, however many of them were marked by now.

    (140 x 12 + 50 x 16 + 15 x 10 + 10 x 8 + 10 x 14) / 225.
    """
    rows = """audited_on,mark,channel
    2026-05-01,11,phone
    2026-05-01,13,phone
    2026-05-02,16,mail
    2026-05-02,10,web
    2026-05-02,8,social
    2026-05-02,14,chat"""
    _, whole = composed("escda-marks", "2026", rows, table)
    assert round(whole, 9) == round(Decimal(2850) / 225, 9)
    cell = Cell("2026", "all", "", "", Counts(denominator=5, value=whole))
    assert judged("escda-marks", "2026", [cell])["all"].reading.status == "kept"


@pytest.mark.parametrize(("place", "status"), [(3, "kept"), (4, "kept"), (5, "missed")])
def test_a_rank_that_others_publish_is_entered_as_it_is(place: int, status: str) -> None:
    """Row 26: a lower place is better."""
    indicator = INDICATORS["cmex-rank"]
    counts = counts_entered(indicator, {"n": 1, "sum": place})
    cell = Cell("2026", "all", "", "", counts)
    reading = judged("cmex-rank", "2026", [cell])["all"].reading
    assert (reading.value, reading.status) == (place, status)


def test_targets_rise_by_year() -> None:
    targets = INDICATORS["laposte-green"].targets
    found = [target_in_force(targets, parse_period(key).start) for key in ("2015-12", "2016-01", "2017-01")]
    assert [str(one.target) for one in found if one is not None] == ["0.935", "0.9375", "0.94"]


def test_a_delay_that_was_shortened_is_another_definition_from_its_day(table: Callable[[str], Any]) -> None:
    """Row 4: 85 % in 20 working days, and from July 2020 90 % in 15. An old month keeps its delay; the curve breaks."""
    written = FILE.read_text(encoding="utf-8")
    now = "within: 15 working days, targets: [{from: 2015-01-01, target: 0.85}, {from: 2020-07-01, target: 0.90}]"
    assert now in written
    old = written.replace(now, "within: 20 working days, targets: [{from: 2015-01-01, target: 0.85}]")
    new = written.replace("valid_from: 2015-01-01", "valid_from: 2020-07-01")
    before, after = (read_charter(text).charter for text in (old, new))
    rows = """received_on,closed_on
    2019-10-01,2019-10-29
    2019-10-01,2019-10-30
    2026-10-01,2026-10-22
    2026-10-01,2026-10-23"""
    counted, defined = {}, set()
    for charter, period in ((before, "2019-10"), (after, "2026-10")):
        (indicator,) = [i for each in charter.commitments for i in each.indicators if i.key == "ato-electronic"]
        found = measure(indicator, table(rows), [parse_period(period)], NOW, setting_of(charter))
        counted[period] = found.counts()
        defined.add(definition_hash(indicator, charter))
    assert len(defined) == 2
    # The 20th working day after 1 October 2019 is the 29th; the 15th after 1 October 2026 the 22nd.
    assert counted == {key: Counts(numerator=1, denominator=2, stopped=2) for key in ("2019-10", "2026-10")}
