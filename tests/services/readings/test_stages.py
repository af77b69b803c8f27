"""Where the days go in a unit: chains on the overview, on a commitment's page and in the sealed month."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.reports.render import render_report_html
from charter.services.checks.running import run_due
from charter.services.desk.commitment_page import commitment_page
from charter.services.month.overview import overview
from charter.services.records.access import Access
from charter.services.reports.snapshots import edition_of, freeze_month
from charter.services.verification.verify import verify
from tests.services.world import apply

TRIAL = Path(__file__).resolve().parents[2] / "golden" / "trials" / "42-stages"
START, NOW = datetime(2026, 1, 1, 8, tzinfo=UTC), datetime(2026, 4, 20, 8, tzinfo=UTC)

pytestmark = pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")


def stages_in(whole: Any) -> Any:
    (commitment,) = whole["commitments"]
    return commitment["indicators"][0]["stages"]


def test_the_same_chain_stands_on_every_face_and_is_sealed(empty: Flask) -> None:
    apply((TRIAL / "charter.yaml").read_text(encoding="utf-8"), TRIAL, START)
    run_due(COMMAND_LINE, NOW, Access())
    chain = stages_in(overview(COMMAND_LINE, NOW, period="2026-03"))
    assert (chain["weakest"], chain["late"], [link["provider_name"] for link in chain["links"]]) == (
        "sort",
        2,
        ["N", "S", None],
    )
    assert stages_in(overview(COMMAND_LINE, NOW, period="2026-03", unit="s"))["cases"] == 1
    page = commitment_page(COMMAND_LINE, NOW, "c", period="2026-03")
    assert page["details"]["i"]["stages"] == chain
    sealed = freeze_month(COMMAND_LINE, NOW, period="2026-03")
    printed = render_report_html(edition_of(json.loads(sealed.document), sealed.sha256, None), "en")
    assert "The weakest link: Sorting (N)." in printed
    assert verify(COMMAND_LINE)["breaks"] == []
