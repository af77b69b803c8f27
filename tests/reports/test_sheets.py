"""The sheets for team meetings: one promise to an A5 page, tagged, whatever staff and charter say."""

from __future__ import annotations

import io

import pikepdf
import pytest

from charter.reports.pdf import render_in_subprocess
from charter.reports.sheets import render_sheets_html
from tests.reports.sample_month import make_snapshot
from tests.services.world import charter_of


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_sheet_says_promise_figure_story_and_question(language: str) -> None:
    snapshot = make_snapshot()
    views = snapshot["overview"]["commitments"]
    html = render_sheets_html(snapshot, charter_of(), language)
    assert html.count('<section class="sheet">') == html.count('<p class="question">') == len(views)
    assert ("Une question à discuter" if language == "fr" else "One question to discuss") in html
    assert ("qu’en disent vos clients" if language == "fr" else "what do your customers say?") in html


def test_what_staff_told_is_text() -> None:
    snapshot = make_snapshot()
    line = {
        "number": 1,
        "text": "<b>dur</b> & لا",
        "kind": "customer",
        "unit_name": "Vannes",
        "answer": "<i>",
        "title": None,
    }
    snapshot["frontline"] = {"words": [line], "thanks": [line | {"number": None, "kind": "thanks"}]}
    html = render_sheets_html(snapshot, charter_of(), "fr")
    assert html.count("&lt;b&gt;dur&lt;/b&gt; &amp; لا") == 2
    assert "<b>dur" not in html


@pytest.mark.pdf
def test_each_promise_is_a_tagged_page_of_a5() -> None:
    snapshot = make_snapshot()
    html = render_sheets_html(snapshot, charter_of(), "fr")
    content = render_in_subprocess(html, language="fr")
    assert content == render_in_subprocess(html, language="fr")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == len(snapshot["overview"]["commitments"])
        assert {tuple(round(float(side)) for side in page.MediaBox[2:]) for page in pdf.pages} == {(420, 595)}
        assert pdf.Root.MarkInfo.Marked


@pytest.mark.pdf
def test_a_sheet_with_too_few_cases_stays_one_page() -> None:
    """The normal month of a small site: what stands in for the month takes lines of its own."""
    snapshot, area = make_snapshot(), {"unit": "Secteur 41", "value": 0.93, "cases": 210.0, "status": "kept"}
    for view in snapshot["overview"]["commitments"]:
        view |= {
            "status": "unproven",
            "reason": "too-few",
            "guidance": {"fr": "Répondre d’abord. " * 5, "en": "Answer."},
        }
        for shown in view["indicators"]:
            shown |= {"status": "unproven", "reason": "too-few", "area": area}
    html = render_sheets_html(snapshot, charter_of(), "fr")
    assert "Secteur 41" in html
    with pikepdf.open(io.BytesIO(render_in_subprocess(html, language="fr"))) as pdf:
        assert len(pdf.pages) == len(snapshot["overview"]["commitments"])
