"""Measured by Promesse after the month's delays have run out, the example's last months read as its stories say."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ibis
import openpyxl
import pyarrow as pa
import pytest

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.evidence import INCIDENT_COLUMNS, IncidentsSource
from charter.domain.charter_file.reading import read_charter
from charter.domain.overview.headline import Entry, charter_headline
from charter.domain.readings.status import Reading, commitment_status, evaluate_status, is_exceeded, target_in_force
from charter.domain.vocabulary.counts import Counts
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.terms import CommitmentClass
from charter.sources.cells.context import setting_of
from charter.sources.counting.measure import measure

# Ibis 12 calls DuckDB 2 by a name that DuckDB is giving up.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")

LOG = pa.schema([(name, pa.date32() if "day" in name else pa.string()) for name in INCIDENT_COLUMNS]).empty_table()
AS_OF = datetime(2026, 12, 15, tzinfo=UTC)
CLASSES = {
    "phone-3-minutes": "confidence",
    "complaint-10-days": "confidence",
    "refund-15-days": "confidence",
    "real-reading": "confidence",
    "call-back": "both",
    "one-person": "trust",
    "warned-before-rise": "trust",
    "best-advice": "trust",
    "provider-answers": "neither",
    "answers-to-provider": "neither",
    "appointment-cancelled": "neither",
    "stand-by-staff": "neither",
}


@pytest.fixture(scope="module")
def charter(october: Path) -> Charter:
    text = (october / "charter.yaml").read_text(encoding="utf-8")
    return read_charter(text, lambda name: (october / name).read_text(encoding="utf-8")).charter


@pytest.fixture(scope="module")
def readings(october: Path, charter: Charter) -> dict[str, dict[str, Reading]]:
    """Period -> indicator -> what it says, for the last two months."""
    periods = [parse_period("2026-09"), parse_period("2026-10")]
    engine, found = ibis.duckdb.connect(), {period.key: {} for period in periods}
    logs = {key for key, source in charter.sources.items() if isinstance(source, IncidentsSource)}
    files = {key: source for key, source in charter.sources.items() if key not in logs}
    tables = {key: table_of(engine, key, october / source.path) for key, source in files.items()}
    # The data hold no log of incidents: the example writes it as it lives its year.
    tables |= {key: engine.create_table(key, LOG) for key in logs}
    for one in (one for commitment in charter.commitments for one in commitment.indicators):
        measured = measure(one, tables[one.source], periods, AS_OF, setting_of(charter))
        for period in periods:
            found[period.key][one.key] = reading(one, measured.counts(period.key), period)
    engine.disconnect()
    return found


def table_of(engine: Any, key: str, path: Path) -> Any:
    if path.suffix == ".parquet":
        return engine.read_parquet(path)
    if path.suffix != ".xlsx":
        return engine.create_table(key, engine.read_csv(path, all_varchar=True))
    names, *rows = openpyxl.load_workbook(path)["answers"].iter_rows(values_only=True)
    columns = zip(*([None if value is None else str(value) for value in row] for row in rows), strict=True)
    return engine.create_table(key, pa.table(dict(zip(names, columns, strict=True))))


def reading(one: Any, counts: Counts, period: Period) -> Reading:
    target = target_in_force(one.targets, period.start)
    return evaluate_status(one.kind, one.direction, one.basis, counts, target=target, minimum=one.minimum)


def statuses(readings: dict[str, Reading]) -> dict[str, str]:
    return {key: reading.status.value for key, reading in readings.items()}


def test_last_month_tells_the_stories(readings: dict[str, dict[str, Reading]]) -> None:
    *_, last = readings.values()
    assert statuses(last) == {
        "calls-3min": "kept",
        "complaints-10wd": "near",
        "mediation": "kept",
        "refunds-15d": "kept",
        "refunds-late-paid": "not-applicable",
        "bills-real": "missed",
        "callbacks-on-time": "kept",
        "solved-first-contact": "kept",
        "effort": "kept",
        "recommend": "unproven",
        "warned-7d": "no-data",
        "not-surprised": "kept",
        "advised-in-my-interest": "kept",
        "mystery-advice": "unproven",
        "offers-sold": "not-applicable",
        "provider-calls-3min": "kept",
        "provider-complaints-10wd": "kept",
        "cancelled-day-before": "kept",
        "supported-3-days": "no-data",
    }


def test_month_before_held_the_floor(readings: dict[str, dict[str, Reading]]) -> None:
    before, _ = readings.values()
    assert statuses(before)["bills-real"] == "kept"
    assert statuses(before)["warned-7d"] == "kept"
    assert statuses(before)["complaints-10wd"] == "near"


def test_headline_is_five_of_eight_with_a_broken_floor(
    charter: Charter, readings: dict[str, dict[str, Reading]]
) -> None:
    *_, last = readings.values()
    entries = []
    for commitment in charter.commitments:
        status = commitment_status((one.mandatory, last[one.key].status) for one in commitment.indicators)
        first = commitment.indicators[0]
        target = target_in_force(first.targets, charter.charter.valid_from)
        exceeded = is_exceeded(first.direction, first.basis, last[first.key], target)
        entries.append(
            Entry(commitment.key, CommitmentClass(CLASSES[commitment.key]), status, exceeded, commitment.is_by_means)
        )
    headline = charter_headline(entries)
    assert (headline["kept"], headline["of"]) == (5, 8)
    assert headline["floor"] == {
        "state": "broken",
        "kept": 3,
        "of": 5,
        "broken_by": ["real-reading"],
        "near": ["complaint-10-days"],
    }
    assert headline["trust"] == {
        "earned": 2,
        "of": 4,
        "credited": 0,
        "suspended": 2,
        "by_means": ["warned-before-rise"],
    }
