"""The poster: one page on A4 and A3 alike, tagged, closed to the outside, whatever staff and charter say."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest

from charter.domain.vocabulary.errors import Invalid
from charter.reports.pdf import render_in_subprocess
from charter.reports.poster import render_poster_html
from tests.reports.sample_month import make_snapshot


@pytest.mark.parametrize("language", ["fr", "en"])
def test_poster_says_what_is_promised_and_how_it_stands(language: str) -> None:
    html = render_poster_html(make_snapshot(), language, "A4")
    assert html.count("<li>") == len(make_snapshot()["overview"]["commitments"])
    assert ("Demandez à cette équipe" if language == "fr" else "Ask this team") in html
    assert re.findall(r"https?://(?!www\.w3\.org)", html) == []


def test_what_the_charter_says_is_text() -> None:
    snapshot = make_snapshot()
    snapshot["overview"]["commitments"][0]["promise"] = {"fr": "<img src=x>& لا 👩", "en": "<b>"}
    html = render_poster_html(snapshot, "fr", "A4")
    assert "&lt;img src=x&gt;&amp; لا 👩" in html


@pytest.mark.pdf
@pytest.mark.parametrize(("paper", "width", "height"), [("A4", 595, 842), ("A3", 842, 1191)])
def test_poster_is_one_tagged_page(paper: str, width: int, height: int) -> None:
    content = render_in_subprocess(render_poster_html(make_snapshot(), "fr", paper), language="fr")
    assert content == render_in_subprocess(render_poster_html(make_snapshot(), "fr", paper), language="fr")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
        assert [round(float(side)) for side in pdf.pages[0].MediaBox[2:]] == [width, height]
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"


def test_another_paper_is_refused() -> None:
    with pytest.raises(Invalid, match="A poster is made on A4 or A3, not on A5"):
        render_poster_html(make_snapshot(), "fr", "A5")
