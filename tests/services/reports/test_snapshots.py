"""The sealed month and its PDF: the same each time, chained, refused where there is nothing to seal."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER, Actor
from charter.domain.vocabulary.terms import CheckState, PeriodKind, Role
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import AuditEntry, SealedPart, Snapshot
from charter.reports.render import render_report_html
from charter.services.charters.versions import history
from charter.services.checks.running import run_due
from charter.services.jobs.queue import jobs
from charter.services.month.overview import overview
from charter.services.records import audit_log
from charter.services.records.access import Access
from charter.services.records.sealing import canonical_json, seal
from charter.services.reports.figures import draft
from charter.services.reports.parts import edition_of, figures_in
from charter.services.reports.snapshots import (
    due_at,
    ended_month,
    find_snapshot,
    freeze_month,
    report_at,
    seal_due_months,
)
from charter.services.reports.view import published
from charter.services.schedule.due import make_due
from charter.services.verification.verify import verify
from tests.services.world import NOW, TEXT, apply

BORIS = Actor("Boris", Role.MANAGER, ("west", "brest", "vannes"))


def entries(action: str) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return list(db.session.execute(query).scalars())


def test_a_sealed_month_holds_every_unit_and_its_hash(world: Flask) -> None:
    head = audit_log.head()
    sealed = freeze_month(COMMAND_LINE, NOW, period="2026-10")
    assert (sealed.period_key, sealed.version_id, sealed.frozen_at, sealed.frozen_by) == (
        "2026-10",
        1,
        NOW,
        "command line",
    )
    assert sealed.previous_sha256 == "0" * 64
    assert sealed.sha256 == hashlib.sha256(f"{'0' * 64}\n{sealed.document}".encode()).hexdigest()
    document = json.loads(sealed.document)
    assert canonical_json(document) == sealed.document
    assert (document["draft"], document["audit_head"], document["root"]) == (False, head, "company")
    units = ["company", "west", "vannes", "brest", "south", "nice"]
    assert (document["schema"], document["order"]) == (2, units)
    assert sorted(document["parts"]) == sorted(
        ["words", "figures answered", "figures billed", *(f"unit {unit}" for unit in units)]
    )
    figures = figures_in(sealed.document)
    for unit in units:
        then = json.loads(canonical_json(overview(COMMAND_LINE, NOW, unit=unit, period="2026-10")))
        assert figures.unit(unit)["overview"] == then
    assert sorted(document["definitions"]) == ["answered", "billed"]
    (entry,) = entries("month:freeze")
    assert (entry.subject, entry.after, entry.at) == ("2026-10", {"sha256": sealed.sha256}, NOW)


def test_sealing_twice_gives_the_same(world: Flask) -> None:
    first = freeze_month(COMMAND_LINE, NOW, period="2026-10")
    told = (first.id, first.sha256, first.document)
    again = freeze_month(Actor("Mia", Role.MANAGER), NOW + timedelta(days=3), period="2026-10")
    assert (again.id, again.sha256, again.document) == told
    assert len(entries("month:freeze")) == 1


def test_each_sealed_month_is_chained_to_the_one_sealed_before(world: Flask) -> None:
    first = freeze_month(COMMAND_LINE, NOW, period="2026-10")
    second = freeze_month(COMMAND_LINE, NOW, period="2026-08")
    assert second.previous_sha256 == first.sha256
    assert second.sha256 == seal(second.document, first.sha256)
    assert verify(COMMAND_LINE)["snapshots"] == 2


@pytest.mark.parametrize(
    ("period", "now", "error", "said"),
    [
        ("2026-11", "2026-11-30T23:59+01:00", Conflict, "2026-11 has not ended yet"),
        ("2026-06", "2026-11-10T09:00+01:00", Conflict, "2026-06 was over before the charter began"),
        ("2026-Q3", "2026-11-10T09:00+01:00", Invalid, "2026-Q3 is not a month"),
        ("soon", "2026-11-10T09:00+01:00", Invalid, "is not a period"),
    ],
)
def test_what_cannot_be_sealed_is_refused(
    world: Flask, period: str, now: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        freeze_month(COMMAND_LINE, datetime.fromisoformat(now), period=period)
    assert db.session.execute(select(func.count(Snapshot.id))).scalar_one() == 0


def test_a_month_ends_in_the_zone_of_the_charter(world: Flask) -> None:
    assert ended_month(history(), "2026-10", datetime.fromisoformat("2026-11-01T00:00+01:00")).key == "2026-10"
    with pytest.raises(Conflict):
        ended_month(history(), "2026-10", datetime.fromisoformat("2026-10-31T23:59:59+01:00"))


def test_only_who_may_seals(world: Flask) -> None:
    for actor in (Actor("Carl", Role.CONTRIBUTOR), Actor("Dan", Role.AUDITOR), BORIS):
        with pytest.raises(NotAllowed):
            freeze_month(actor, NOW, period="2026-10")
    assert find_snapshot("2026-10") is None


def test_a_draft_is_what_sealing_would_say_and_stores_nothing(world: Flask) -> None:
    month = ended_month(history(), "2026-10", NOW)
    found = {unit: edition_of(draft(history(), month, NOW, unit), None, unit) for unit in ("company", "west", "nice")}
    assert db.session.execute(select(func.count(SealedPart.id))).scalar_one() == 0
    assert (found["west"]["draft"], found["west"]["frozen_at"]) == (True, None)
    figures = figures_in(freeze_month(COMMAND_LINE, NOW, period="2026-10").document)
    changed = {"draft": None, "frozen_at": None, "audit_head": None}
    for unit, part in found.items():
        assert part | changed == edition_of(figures, None, unit) | changed


def test_the_edition_of_a_unit_is_its_own_part(world: Flask) -> None:
    sealed = freeze_month(COMMAND_LINE, NOW, period="2026-10")
    figures = figures_in(sealed.document)
    west = edition_of(figures, sealed.sha256, "west")
    assert (west["overview"]["unit"], west["sha256"], west["draft"]) == ("west", sealed.sha256, False)
    assert [row["unit"] for row in west["details"]["answer"]["indicators"]["answered"]["breakdown"]] == [
        "vannes",
        "brest",
    ]
    assert west["details"]["answer"]["indicators"]["answered"]["definition"]["within"] == "5 days"
    leaf = edition_of(figures, sealed.sha256, "nice")
    assert leaf["details"]["bill"]["indicators"]["billed"]["breakdown"] == []
    with pytest.raises(NotFound, match="2026-10 has no unit paris"):
        edition_of(figures, sealed.sha256, "paris")


def test_a_later_correction_leaves_the_sealed_month_as_it_was(world: Flask) -> None:
    sealed = freeze_month(COMMAND_LINE, NOW, period="2026-10").document
    apply(TEXT.replace("target: 0.80, tolerance: 0.05", "target: 0.60, tolerance: 0.05"))
    assert overview(COMMAND_LINE, NOW)["commitments"][0]["status"] == "kept"
    assert freeze_month(COMMAND_LINE, NOW, period="2026-10").document == sealed


def test_the_month_is_sealed_on_its_day_of_report_once_and_its_pdf_asked_for(world: Flask) -> None:
    version = history().current
    day = report_at(version, ended_month(history(), "2026-10", NOW))
    assert day == datetime.fromisoformat("2026-11-12T08:00+01:00")
    assert seal_due_months(SCHEDULER, day - timedelta(seconds=1)) == []
    assert seal_due_months(SCHEDULER, day) == ["2026-10"]
    assert seal_due_months(SCHEDULER, day + timedelta(minutes=1)) == []
    assert [(one["kind"], one["arguments"]) for one in jobs(SCHEDULER)] == [
        ("make-report", {"period": "2026-10", "language": "fr"})
    ]
    sealed = find_snapshot("2026-10")
    assert sealed is not None
    assert sealed.frozen_by == "scheduler"
    assert "late" not in json.loads(sealed.document)


def test_the_first_figures_rest_a_day_before_a_month_is_sealed(empty: Flask) -> None:
    """A house that begins after its day of report is not sealed while its first file may yet be mended, nor late."""
    apply(TEXT)
    began = datetime(2026, 11, 28, 15, tzinfo=UTC)
    run_due(COMMAND_LINE, began, Access())
    month = Period(PeriodKind.MONTH, date(2026, 10, 1))
    assert report_at(history().current, month) < began
    assert due_at(history().current, month) == began + timedelta(days=1)
    assert seal_due_months(SCHEDULER, began + timedelta(hours=23)) == []
    assert seal_due_months(SCHEDULER, began + timedelta(hours=25)) == ["2026-10"]
    sealed = find_snapshot("2026-10")
    assert sealed is not None
    assert "late" not in json.loads(sealed.document)


def test_no_month_is_sealed_while_its_figures_are_being_counted(world: Flask) -> None:
    """By another process, as the first count after a charter is published: of what it holds, and of what waits for it.
    A lease that ended holds nothing up; nor does what is counted of other months."""
    day = datetime(2026, 11, 12, 9, tzinfo=UTC)
    make_due(history(), day)
    taken = day + timedelta(minutes=5)
    october = [DueCheck.period_end == date(2026, 10, 31), DueCheck.indicator_key == "answered"]
    for state, until, month in ((CheckState.RUNNING, taken, "2026-10"), (CheckState.DUE, None, "2026-09")):
        held = {"state": CheckState.RUNNING, "lease_token": "other", "lease_until": taken}
        db.session.execute(update(DueCheck).values(state=CheckState.DONE, again_at=None))
        db.session.execute(update(DueCheck).where(DueCheck.period_key == month, october[1]).values(**held))
        db.session.execute(update(DueCheck).where(*october).values(state=state, lease_until=until))
        db.session.commit()
        assert seal_due_months(SCHEDULER, day) == [], month
    assert seal_due_months(SCHEDULER, taken + timedelta(seconds=1)) == ["2026-10"]


def test_months_missed_in_an_outage_are_sealed_late_oldest_first_and_say_so(world: Flask) -> None:
    freeze_month(COMMAND_LINE, NOW, period="2026-08")
    back = datetime(2027, 2, 20, 9, tzinfo=UTC)
    assert seal_due_months(SCHEDULER, back) == ["2026-09", "2026-10", "2026-11", "2026-12", "2027-01"]
    assert seal_due_months(SCHEDULER, back) == []
    sealed = find_snapshot("2026-09")
    assert sealed is not None
    document = json.loads(sealed.document)
    # The house began on 10 November: nothing could be sealed before.
    assert document["late"] == {"due_at": "2026-11-11T09:00:00+00:00"}
    told = {month["period"]: month["late"] for month in published(COMMAND_LINE)}
    assert told["2026-12"] == {"due_at": "2027-01-12T07:00:00+00:00"}
    html = render_report_html(edition_of(figures_in(sealed.document), sealed.sha256, None), "en")
    assert "Frozen late: due on 11 November 2026" in html.replace("\xa0", " ")


def test_nothing_is_sealed_without_a_charter_or_before_its_first_month(empty: Flask) -> None:
    assert seal_due_months(SCHEDULER, NOW) == []
    apply(TEXT.replace("2026-07-01", "2026-10-02"))
    assert seal_due_months(SCHEDULER, NOW + timedelta(days=5)) == []
