"""What misses owe in a unit: on the overview, on the pages, in the sealed month and its report; recounted by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.reports.render import render_report_html
from charter.services.checks.dry_run import measure_dry
from charter.services.checks.rebuild import rebuild
from charter.services.checks.running import run_due
from charter.services.month.overview import overview
from charter.services.records.access import Access
from charter.services.reports.parts import edition_of, figures_in
from charter.services.reports.snapshots import freeze_month
from charter.services.verification.verify import verify
from tests.services.world import apply

START, NOW = datetime(2026, 8, 1, 8, tzinfo=UTC), datetime(2026, 11, 20, 11, tzinfo=UTC)
CHARTER = """
charter: {key: net, organisation: Net, title: Charter, timezone: Europe/Paris, calendar: FR, valid_from: 2026-08-01}
units:
  - {key: net, name: Net, kind: company}
  - {key: north, name: North, parent: net, kind: region}
  - {key: south, name: South, parent: net, kind: region}
sources: {cuts: {kind: csv, path: cuts.csv}, paid: {kind: csv, path: paid.csv}}
commitments:
  - key: back
    title: Power back
    promise: Your power is back within 24 hours.
    owner: Networks
    compensation:
      currency: EUR
      indicator: back
      paid: paid
      amounts:
        - {where: {customer: home}, amount: 65, further: {amount: 35, every: 12 hours}}
        - {where: {customer: business}, from: 2026-10-10, amount: 130.50}
    indicators:
      - {key: back, title: Back, kind: share-within, source: cuts, start: cut, stop: back, within: 24 hours,
         unit: region}
      - {key: paid, title: Paid, kind: money, source: paid, date: day, value: euros, currency: EUR, unit: region,
         mandatory: false}
  - key: missed
    title: Appointments kept
    promise: We keep appointments with you.
    owner: Networks
    compensation: {amount: 35, currency: GBP, per: case}
    indicators:
      - {key: missed, title: Missed, kind: count, source: cuts, date: cut, where: {customer: home}, direction: lower,
         unit: region}
"""
CUTS = """cut,back,region,customer
2026-09-02T12:00,2026-09-03T13:00,north,home
2026-10-02T12:00,2026-10-03T12:00,north,home
2026-10-02T12:00,2026-10-04T00:00,north,home
2026-10-09T12:00,2026-10-14T00:00,south,business
2026-10-10T12:00,2026-10-14T00:00,south,business
2026-10-30T12:00,,south,home
2026-10-31T12:00,2026-11-03T12:00,south,farm
2026-11-05T12:00,2026-11-05T13:00,south,farm
"""
PAID = "day,euros,region\n2026-09-20,65.00,north\n2026-10-20,60.00,north\n2026-11-08,130.50,south\n"


@pytest.fixture
def network(empty: Flask, tmp_path: Path) -> None:
    (tmp_path / "cuts.csv").write_text(CUTS, encoding="utf-8")
    (tmp_path / "paid.csv").write_text(PAID, encoding="utf-8")
    apply(CHARTER, tmp_path, START)
    run_due(COMMAND_LINE, NOW, Access())


def owed(unit: str | None = None) -> list[Any]:
    return [one["compensation"] for one in overview(COMMAND_LINE, NOW, period="2026-10", unit=unit)["commitments"]]


@pytest.mark.usefixtures("network")
def test_what_is_owed_paid_and_waits_is_that_of_a_count_by_hand() -> None:
    """A home twelve hours late: 100; a business from the 10th on: 130.50; a home still open after 40 times twelve
    hours: 1,465; businesses before the 10th and farms are owed nothing. September owed and paid 65."""
    back, missed = owed()
    assert (back["owed_cents"], back["cases"], back["open"], back["unreckoned"]) == (169_550, 3, 1, 0)
    assert (back["paid_cents"], back["payments"], back["difference_cents"]) == (6_000, 1, 163_550)
    assert (back["owed_in_all_cents"], back["paid_in_all_cents"], back["waiting_cents"]) == (176_050, 12_500, 163_550)
    assert (back["since"], back["until"]) == ("2026-09-01", "2026-10-31")
    assert (missed["owed_cents"], missed["currency"], missed.get("waiting_cents")) == (3 * 3_500, "GBP", None)
    assert owed("south")[0]["owed_cents"] == 159_550
    dry = measure_dry(COMMAND_LINE, NOW, indicator="back", period="2026-10", access=Access())
    assert dry["owed"] == {"currency": "EUR", "cents": 169_550, "cases": 3, "open": 1, "unreckoned": 0}


@pytest.mark.usefixtures("network")
def test_the_month_seals_it_and_its_report_says_it() -> None:
    told = owed()
    sealed = freeze_month(COMMAND_LINE, NOW, period="2026-10")
    part = edition_of(figures_in(sealed.document), sealed.sha256, None)
    assert [one["compensation"] for one in part["overview"]["commitments"]] == told
    printed = " ".join(render_report_html(part, "en").split())
    assert "3 cases are owed €1,695.50 (October 2026), of which 1 is still open and goes on." in printed
    assert "€1,635.50 wait." in printed
    assert "3 cases are owed £105.00" in printed
    rebuild(COMMAND_LINE, NOW)
    assert owed() == told
    assert verify(COMMAND_LINE)["breaks"] == []
