"""Figures entered and corrected by people: appended, with a reason, each kind by its own numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.models.records import AuditEntry, Measurement, Run
from charter.services.desk.commitment_page import commitment_page
from charter.services.figures.write import correct_figure, enter_figure, enter_figures
from charter.services.month.overview import overview
from charter.services.verification.verify import verify
from tests.services.by_hand import CARL, MIA, by_hand, by_hand_measured, share
from tests.services.databases import new_url, opened, template_of
from tests.services.verification.test_verify import rewrite
from tests.services.world import NOW

LATER = datetime(2026, 11, 12, 9, tzinfo=UTC)


@pytest.fixture
def hand(engine: str, tmp_path: Path) -> Iterator[Flask]:
    """The charter with figures by hand, nothing measured."""
    with opened(new_url(engine, tmp_path, template_of(engine, by_hand)), tmp_path) as app:
        yield app


@pytest.fixture
def read(engine: str, tmp_path: Path) -> Iterator[Flask]:
    """The same, what is read from files measured."""
    with opened(new_url(engine, tmp_path, template_of(engine, by_hand_measured)), tmp_path) as app:
        yield app


def measurements(indicator: str = "welcomed") -> list[Measurement]:
    query = select(Measurement).where(Measurement.indicator_key == indicator).order_by(Measurement.id)
    return list(db.session.execute(query).scalars())


def reading(unit: str, indicator: str = "welcomed", period: str = "2026-10") -> tuple[float | None, str]:
    row = db.session.execute(
        select(ReadingRow).where(
            ReadingRow.indicator_key == indicator, ReadingRow.period_key == period, ReadingRow.unit_key == unit
        )
    ).scalar_one()
    return row.value, row.status


def written() -> tuple[int, ...]:
    """How many rows there are of everything that entering writes."""
    return tuple(
        db.session.execute(select(func.count()).select_from(model)).scalar_one()
        for model in (Measurement, Run, AuditEntry, ReadingRow, DueCheck)
    )


def test_figures_of_several_units_and_periods_make_one_run_and_entry_each(hand: Flask) -> None:
    figures = [share("vannes", 45, 50), share("nice", 20, 40), share("nice", 9, 10, period="2026-09")]
    found = enter_figures(MIA, NOW, figures)
    assert [(one.indicator, one.period, one.entered, one.corrected, one.same) for one in found] == [
        ("welcomed", "2026-10", 2, 0, 0),
        ("welcomed", "2026-09", 1, 0, 0),
    ]
    assert (reading("vannes"), reading("nice")) == ((0.9, "kept"), (0.5, "missed"))
    assert reading("company") == (65 / 90, "missed")
    entries = db.session.execute(select(AuditEntry).where(AuditEntry.action == "figure:enter")).scalars().all()
    assert [entry.after and entry.after["figures"] for entry in entries] == [2, 1]
    assert [entry.actor for entry in entries] == ["Mia", "Mia"]
    checks = db.session.execute(select(DueCheck.period_key, DueCheck.state)).all()
    assert sorted(tuple(row) for row in checks) == [("2026-09", "done"), ("2026-10", "done")]
    assert verify(COMMAND_LINE)["broken"] is None


def test_one_refused_figure_leaves_nothing_of_the_others(hand: Flask) -> None:
    before = written()
    with pytest.raises(Invalid, match="above the denominator"):
        enter_figures(MIA, NOW, [share("vannes", 45, 50), share("nice", 41, 40)])
    assert written() == before


def test_a_second_figure_corrects_with_a_reason_and_the_first_stays(hand: Flask) -> None:
    enter_figure(CARL, NOW, share("vannes", 45, 50))
    with pytest.raises(Invalid, match="say why it is corrected") as refusal:
        enter_figure(CARL, LATER, share("vannes", 40, 50))
    assert refusal.value.field == "reason"
    (found,) = enter_figures(CARL, LATER, [share("vannes", 40, 50)], reason="Counted twice")
    assert (found.entered, found.corrected) == (0, 1)
    first, second = measurements()
    assert (first.numerator, second.numerator, second.corrects_id, second.reason) == (45, 40, first.id, "Counted twice")
    assert (second.recorded_by, second.recorded_at) == ("Carl", LATER)
    assert reading("vannes") == (0.8, "missed")
    entry = db.session.execute(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).scalar_one()
    assert (entry.action, entry.subject, entry.after and entry.after["reason"]) == (
        "figure:correct",
        f"run {found.run}",
        "Counted twice",
    )
    assert verify(COMMAND_LINE)["broken"] is None


def test_the_same_figure_again_writes_nothing(hand: Flask) -> None:
    enter_figure(MIA, NOW, share("vannes", 45, 50))
    before = written()
    (found,) = enter_figures(MIA, LATER, [share("vannes", 45, 50)])
    assert (found.run, found.entered, found.corrected, found.same) == (None, 0, 0, 1)
    assert written() == before


def test_a_reason_that_was_rewritten_is_found(hand: Flask, engine: str) -> None:
    enter_figure(MIA, NOW, share("vannes", 45, 50))
    enter_figure(MIA, NOW, share("vannes", 44, 50, reason="A mistake"))
    rewrite(engine, "measurements", "UPDATE measurements SET reason = 'Another reason' WHERE reason = 'A mistake'")
    assert "are not what was recorded" in str(verify(COMMAND_LINE)["broken"])


def test_channels_add_and_show_in_the_breakdown(hand: Flask) -> None:
    numbers = {"numerator": 8, "denominator": 10}
    for channel in ("phone", "letter"):
        enter_figure(MIA, NOW, Figure("called", "2026-10", "vannes", numbers, channel=channel))
    assert reading("vannes", "called") == (0.8, "kept")
    detail = commitment_page(MIA, NOW, "visit", period="2026-10")["details"]["called"]
    assert [(row["channel"], row["denominator"]) for row in detail["channels"]] == [("phone", 10), ("letter", 10)]
    with pytest.raises(Conflict, match="There is a figure of vannes, letter already"):
        enter_figure(MIA, NOW, Figure("called", "2026-10", "vannes", numbers))
    with pytest.raises(Invalid, match="welcomed has no segment in the charter"):
        enter_figure(MIA, NOW, share("vannes", 1, 2, segment="young"))


def test_a_mean_has_its_n_and_no_numerator(hand: Flask) -> None:
    enter_figure(
        MIA, NOW, Figure("felt", "2026-10", "vannes", {"n": 10, "sum": 42, "sum_of_squares": Decimal("180.5")})
    )
    views = [view for one in overview(COMMAND_LINE, NOW, period="2026-10")["commitments"] for view in one["indicators"]]
    felt = next(view for view in views if view["key"] == "felt")
    assert (felt["value"], felt["numerator"], felt["denominator"]) == (4.2, None, 10)


def test_a_rate_is_cases_of_a_volume(hand: Flask) -> None:
    enter_figure(MIA, NOW, Figure("called_off", "2026-10", "vannes", {"numerator": 12, "volume": 1000}))
    assert reading("vannes", "called_off") == (12.0, "missed")


def test_a_figure_read_from_a_source_is_corrected_and_wins(read: Flask) -> None:
    assert reading("nice", "answered") == (0.9, "kept")
    wrong = Figure("answered", "2026-10", "nice", {"numerator": 5, "denominator": 10}, channel="phone")
    with pytest.raises(Invalid, match="say why"):
        correct_figure(MIA, LATER, wrong)
    correct_figure(MIA, LATER, replace(wrong, reason="Ten letters were read as calls"))
    (old, new) = [row for row in measurements("answered") if row.unit_key == "nice" and row.channel == "phone"][-2:]
    assert (new.corrects_id, new.recorded_by) == (old.id, "Mia")
    assert reading("nice", "answered") == (14 / 20, "missed")
    assert reading("company", "answered")[0] == pytest.approx((10 + 12 + 14 + 1) / 62)
    detail = commitment_page(MIA, LATER, "answer", period="2026-10")["details"]["answered"]
    assert {row["channel"]: row["denominator"] for row in detail["channels"]} == {"phone": 31, "letter": 31}
    assert verify(COMMAND_LINE)["broken"] is None


def test_a_correction_keeps_what_its_numbers_do_not_say(read: Flask) -> None:
    old = next(r for r in measurements("answered") if r.unit_key == "vannes" and r.channel == "phone" and r.excluded)
    figure = Figure("answered", old.period_key, "vannes", {"numerator": 1, "denominator": 10}, "A slip", "phone")
    assert correct_figure(MIA, LATER, figure).excluded == old.excluded
