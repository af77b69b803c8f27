"""The poster: one page on A4 and A3 alike, tagged, closed to the outside, whatever staff and charter say."""

from __future__ import annotations

import io
import re
from typing import Any

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


def crowded() -> dict[str, Any]:
    """A site of sixty promises: of four, one is missed, one is kept, of two there are too few cases to say."""
    snapshot = make_snapshot()
    one = snapshot["overview"]["commitments"][0]
    few = {"status": "unproven", "reason": "too-few", "indicators": [{**one["indicators"][0], "status": "unproven"}]}
    stand = {"missed": {"status": "missed"}, "kept": {"status": "kept"}, "few": few, "other": few}
    views = [
        {**one, "key": f"p{at}", "number": at + 1, "title": {"fr": f"Promesse {at}", "en": f"Promise {at}"},
         "place": "floor" if at % 3 else "trust", **stand[list(stand)[at % 4]]}
        for at in range(60)
    ]  # fmt: skip
    return snapshot | {"overview": {**snapshot["overview"], "commitments": views}}


@pytest.mark.parametrize(("language", "said"), [("fr", "dont on ne peut pas le dire"), ("en", "of which it cannot be")])
def test_a_poster_of_many_tells_in_full_what_is_below_and_names_the_rest_once(language: str, said: str) -> None:
    html = render_poster_html(crowded(), language, "A4")
    assert said in html
    assert (html.count("<li><h3>"), html.count("<li>")) == (15, 60)
    names = re.findall(r'<span class="number">(\d+)\.</span>', html)
    assert sorted(map(int, names)) == list(range(1, 61))


@pytest.mark.pdf
def test_a_poster_of_many_is_one_page() -> None:
    with pikepdf.open(
        io.BytesIO(render_in_subprocess(render_poster_html(crowded(), "fr", "A4"), language="fr"))
    ) as pdf:
        assert len(pdf.pages) == 1
