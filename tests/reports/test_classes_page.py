"""The page of classes: one page for one commitment and for two hundred, and nothing lost."""

from __future__ import annotations

import io
import random
from typing import Any

import pikepdf
import pytest

from charter.domain.statistics.intervals import wilson
from charter.reports.classes_page import ClassesPage, Entry, MarkCounts, classes_outstanding, classes_page, clipped
from charter.reports.contents import MANY
from charter.reports.pdf import render_in_subprocess
from charter.reports.render import render_report_html
from tests.reports.sample_month import make_crowd, make_snapshot

TITLE = "Une réponse complète et personnelle sous dix jours ouvrés, quel que soit le canal"
BECAUSE = [
    {"code": "kano-floor", "annoyed": 75, "pleased": 24, "n": 300, "date": "2026-05-01"},
    {"code": "penalty-reward-floor", "penalty": 1.1, "reward": -0.1, "date": "2026-05-01"},
]


def crowd(count: int, *, is_measured: bool) -> dict[str, Any]:
    """So many commitments with long titles, two sources each, every second one with something that stands out."""
    snapshot, luck = make_crowd(count), random.Random(count)
    for view, row in zip(snapshot["overview"]["commitments"], snapshot["classes"]["commitments"], strict=True):
        own = {
            "title": {"fr": f"{TITLE} ({view['number']})", "en": f"{TITLE} ({view['number']})"},
            "strength": "strong",
        }
        view.update(own, because=BECAUSE)
        row.update(own, because=BECAUSE)
        if is_measured and view["number"] % 8:
            x, y = (round(300 * luck.betavariate(2, 2)) for _ in "xy")
            ends = {"x_interval": list(wilson(x, 300, 0.95)), "y_interval": list(wilson(y, 300, 0.95))}
            row["point"] = {"x": x / 300, "y": y / 300, "n": 300, "date": "2026-05-01", "wave": "2026"} | ends
            row["effect"] = row["point"] | {"delta": 0.2}
        if view["number"] % 2:
            row["warnings"] = [{"code": "decay-announced", "k": 9, "n": 10}]
            row["review"] = {"on": "2026-11-30", "why": "sector", "state": "soon"}
    return snapshot


@pytest.mark.pdf
@pytest.mark.parametrize("is_measured", [True, False])
@pytest.mark.parametrize(("count", "language"), [(1, "en"), (8, "fr"), (13, "en"), (30, "fr"), (60, "fr"), (150, "en")])
def test_it_is_one_page(count: int, language: str, is_measured: bool) -> None:
    html = render_report_html(crowd(count, is_measured=is_measured), language)
    start = html.index('<section class="classes-page">')
    end = html.index("</section>", start) + len("</section>")
    alone = html[: html.index("<main>") + 6] + html[start:end] + "</main></body></html>"
    with pikepdf.open(io.BytesIO(render_in_subprocess(alone, language=language))) as document:
        assert len(document.pages) == 1
    # Each commitment stands on the page, and with all its sentences there, in the annex, or (of many) in what is
    # attached; of many each has its line.
    told = html if count > MANY else html[end:]
    assert all(f"({number})" in told or count < 13 for number in range(1, count + 1))
    if count == 60:
        assert 'class="chart map"' in html[start:end] or not is_measured
        assert all(f"<b>{number}</b> Une réponse" in html[start:end] for number in range(1, 61))


def test_what_stands_out_comes_by_gravity() -> None:
    snapshot = make_snapshot()
    rows, views = snapshot["classes"]["commitments"], snapshot["overview"]["commitments"]
    rows[1]["strength"] = "conflict"
    views[2]["minimum"] = {"status": "missed"}
    assert [view["number"] for view, _ in classes_outstanding(snapshot)] == [2, 3, 8, 7, 5, 1]
    rows[3]["decision"] = {"class": rows[3]["class"], "valid_from": "2026-10-01"}
    assert 4 in [view["number"] for view, _ in classes_outstanding(snapshot)][2:4]
    del snapshot["classes"]
    assert classes_outstanding(snapshot) == []


def test_a_short_charter_keeps_every_sentence_and_both_maps() -> None:
    view = {"title": {"en": "Phone"}, "components": ["competence"]}
    entries = [Entry(view, None, "Strong. " + "x" * 90, "Strong.")] * 6
    found = classes_page(MarkCounts(6, 0, 6), "Intro.", entries, ["No. 1: told"], "")
    assert (found.form, found.is_beside, found.told) == ("whole", True, 1)
    assert found.map_size[1] >= 230
    nothing = classes_page(MarkCounts(0, 6, 0), "Intro.", entries, [], "")
    assert nothing == ClassesPage("whole", (680, 0))


def test_a_long_title_is_clipped_between_words_of_the_list() -> None:
    assert clipped("Short", 10) == "Short"
    assert clipped("Called back, at the time", 13) == "Called back…"
