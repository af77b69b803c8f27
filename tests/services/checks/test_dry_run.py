"""A dry run: what an indicator would read now, for a period of any length, by unit, storing nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from pydantic import TypeAdapter
from sqlalchemy import func, select

from charter.domain.charter_file.indicators import Indicator
from charter.domain.vocabulary.counts import Counts
from charter.domain.vocabulary.errors import Invalid, NotAllowed, NotFound, SourceError
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Kind, Role
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import AuditEntry, Run
from charter.services.checks.dry_run import counts_of, measure_dry
from charter.services.records.access import Access
from tests.services.checks.test_running import BROKEN
from tests.services.world import NOW, apply


def dry(indicator: str, period: str) -> dict[str, object]:
    return measure_dry(COMMAND_LINE, NOW, indicator=indicator, period=period, access=Access())


def test_a_month_by_unit(charted: Flask) -> None:
    found = dry("answered", "2026-10")
    doubts = [(one["code"], one["count"], one["changes"]) for one in found.pop("doubts")]
    assert doubts == [("undated", 1, False), ("unknown-unit", 2, False)]
    assert found == {
        "indicator": "answered",
        "kind": "share-within",
        "period": "2026-10",
        "as_of": NOW.isoformat(),
        "value": 41 / 62,
        "numerator": 41,
        "denominator": 62,
        "excluded": {"duplicate": 1},
        "pending": 0,
        "rows_read": 252,
        "undated": 1,
        "contradictory": 0,
        "overlapping": 0,
        "told": [],
        "units": [
            unit("brest", 12, 20),
            unit("lorient", 1, 2, is_known=False),
            unit("nice", 18, 20),
            unit("vannes", 10, 20, {"duplicate": 1}),
        ],
    }


def unit(
    key: str, met: int, n: int, excluded: dict[str, int] | None = None, *, is_known: bool = True
) -> dict[str, object]:
    common = {"unit": key, "is_known": is_known, "value": met / n, "numerator": met, "denominator": n}
    return common | {"excluded": excluded or {}, "pending": 0}


def test_a_longer_period_adds_its_months(charted: Flask) -> None:
    year, quarter = dry("billed", "2026"), dry("billed", "2026-Q3")
    assert (year["numerator"], year["denominator"]) == (58 + 56 + 57 + 60 + 4, 60 + 60 + 60 + 62 + 4)
    assert (quarter["numerator"], quarter["denominator"]) == (171, 180)
    assert dry("answered", "2026")["pending"] == 0


def test_a_shorter_period_is_measured_as_it_is(charted: Flask) -> None:
    day = dry("billed", "2026-10-01")
    assert (day["period"], day["denominator"]) == ("2026-10-01", 4)


def test_cases_too_young_to_judge_are_pending(charted: Flask) -> None:
    found = measure_dry(COMMAND_LINE, NOW.replace(day=3), indicator="answered", period="2026-11", access=Access())
    assert (found["numerator"], found["denominator"], found["pending"], found["value"]) == (0, 0, 3, None)


def test_a_dry_run_stores_nothing(charted: Flask) -> None:
    before = db.session.execute(select(func.count(AuditEntry.id))).scalar_one()
    dry("billed", "2026-10")
    for table in (Run, DueCheck):
        assert db.session.execute(select(func.count(table.id))).scalar_one() == 0
    assert db.session.execute(select(func.count(AuditEntry.id))).scalar_one() == before


def test_what_cannot_be_measured_is_refused(charted: Flask) -> None:
    with pytest.raises(NotFound, match="no indicator nothing"):
        dry("nothing", "2026-10")
    with pytest.raises(Invalid, match="is not a period"):
        dry("billed", "October")
    with pytest.raises(NotAllowed):
        measure_dry(Actor("Dan", Role.AUDITOR), NOW, indicator="billed", period="2026-10", access=Access())


def test_a_source_that_cannot_be_read_is_a_sentence(empty: Flask, tmp_path: Path) -> None:
    apply(BROKEN)
    with pytest.raises(SourceError, match=r"absent\.csv"):
        dry("billed", "2026-10")


@pytest.mark.parametrize(
    ("kind", "counts", "told"),
    [
        (Kind.MEAN, Counts(denominator=2, total=9, squares=41), {"value": 4.5, "n": 2, "sum": 9, "sum_of_squares": 41}),
        (
            Kind.NPS,
            Counts(denominator=10, promoters=5, detractors=2),
            {"value": 30.0, "n": 10, "promoters": 5, "passives": 3, "detractors": 2},
        ),
        (Kind.COUNT, Counts(3, 3), {"value": 3.0, "n": 3}),
        (Kind.MONEY, Counts(2, 2, total=4550), {"value": 4550.0, "n": 2, "cents": 4550}),
        (Kind.AVAILABILITY, Counts(99, 100), {"value": 0.99, "numerator": 99, "denominator": 100}),
    ],
)
def test_each_kind_tells_its_stored_counts_by_name(kind: Kind, counts: Counts, told: dict[str, object]) -> None:
    columns = {"up": "up", "total": "all"} if kind is Kind.AVAILABILITY else {"value": "value"}
    columns = {} if kind is Kind.COUNT else columns
    written = {"key": "one", "title": {"en": "One"}, "kind": kind.value, "date": "day", **columns}
    indicator: Indicator = TypeAdapter(Indicator).validate_python(written)
    assert counts_of(indicator, counts) == told | {"excluded": {}, "pending": 0}
