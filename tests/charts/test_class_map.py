"""The map of classes: marks where they were measured, numbers that do not cover each other, a strip for the rest."""

from __future__ import annotations

import random
from itertools import combinations, product
from typing import Any

import pytest
from markupsafe import Markup

from charter.charts.class_map import CLEAR, MapFrame, class_map_frame
from charter.charts.svg import Charts
from charter.domain.statistics.intervals import wilson
from charter.reports.render import render_report_html
from tests.charts.conftest import Drawn
from tests.reports.sample_month import make_crowd, make_snapshot

SVG = "{http://www.w3.org/2000/svg}"


def rows(
    count: int, seed: int = 1, *, spread: float = 1.0, around: tuple[float, float] = (0.5, 0.5)
) -> list[dict[str, Any]]:
    """So many commitments, every sixth not measured; with a small spread they crowd around one point."""
    luck, found = random.Random(seed), []
    for number in range(1, count + 1):
        x, y = (round(300 * min(1, max(0, at + spread * (luck.betavariate(2, 2) - 0.5)))) for at in around)
        point = {"x": x / 300, "x_interval": list(wilson(x, 300, 0.95)), "y": y / 300, "n": 300}
        point |= {"y_interval": list(wilson(y, 300, 0.95)), "date": "2026-05-01", "wave": "2026"}
        title = {"fr": f"Engagement {number}", "en": f"Commitment {number}"}
        row = {"number": number, "key": f"c{number}", "title": title, "class": "trust", "effect": None}
        found.append(row | {"point": point if number % 6 else None})
    return found


def frame_of(found: list[dict[str, Any]], width: float = 620, height: float = 500) -> MapFrame:
    measured = [row for row in found if row["point"]]
    others = [row for row in found if not row["point"]]
    return class_map_frame(measured, others, point="point", cut=0.5, size=(width, height))


def covers(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize(("count", "spread"), [(8, 1.0), (60, 1.0), (60, 0.7), (60, 0.35), (20, 0.05)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_number_covers_another_nor_a_mark(count: int, spread: float, seed: int) -> None:
    frame = frame_of(rows(count, seed, spread=spread))
    assert [
        (a.row["number"], b.row["number"]) for a, b in combinations(frame.marks, 2) if covers(a.badge, b.badge)
    ] == []
    for mark in frame.marks:
        left, top, right, bottom = mark.badge
        assert frame.plot[0] <= left
        assert right <= frame.plot[2]
        assert frame.plot[1] <= top
        assert bottom <= frame.plot[3]
        assert min(right - left, bottom - top) > 23.99
        for other in frame.marks:
            is_free = not (left - CLEAR < other.x < right + CLEAR and top - CLEAR < other.y < bottom + CLEAR)
            assert is_free, (mark.row["number"], other.row["number"])


@pytest.mark.parametrize("size", [(620, 500), (288, 330 + 10 * 46)])
@pytest.mark.parametrize(("around", "spread"), [((0.85, 0.2), 0.3), ((0.95, 0.05), 0.15), ((0.6, 0.4), 0.1)])
def test_sixty_marks_in_one_corner_are_spread_over_the_map(
    size: tuple[float, float], around: tuple[float, float], spread: float
) -> None:
    """Where all promises are the floor's, the map shows where they are; the cut stays on it, its axes say so."""
    found = rows(72, 3, spread=spread, around=around)
    frame = frame_of(found, *size)
    assert len(frame.marks) == 60
    assert not any(covers(a.badge, b.badge) for a, b in combinations(frame.marks, 2))
    for one, other in product(frame.marks, repeat=2):
        left, top, right, bottom = one.badge
        assert not (left - CLEAR < other.x < right + CLEAR and top - CLEAR < other.y < bottom + CLEAR)
    across, down = frame.cuts
    assert across is not None
    assert down is not None
    assert frame.plot[0] < across < frame.plot[2]
    assert frame.plot[1] < down < frame.plot[3]
    assert len(frame.x_ticks) >= 3
    assert len(frame_of(rows(14, 3, spread=spread, around=around)).x_ticks) == 6, "a few are shown from 0 to 100 %"


def test_a_phone_holds_fifty_marks_and_more_apart() -> None:
    found = rows(60, 2, spread=0.7)
    measured = sum(row["point"] is not None for row in found)
    frame = frame_of(found, 288, 330 + 10 * (measured - 14))
    assert not any(covers(a.badge, b.badge) for a, b in combinations(frame.marks, 2))
    assert all(min(one.badge[2] - one.badge[0], one.badge[3] - one.badge[1]) > 23.99 for one in frame.marks)


def test_a_mark_stands_where_it_was_measured() -> None:
    point = {"x": 0.25, "x_interval": [0.2, 0.3], "y": 0.75, "y_interval": [0.7, 0.8]}
    (mark,) = frame_of([rows(1)[0] | {"point": point}], 556, 554).marks
    # The plane runs from 46 to 546 across and from 510 up to 10.
    assert (mark.x, mark.y) == (171.0, 135.0)
    assert mark.whisker == "M146.0 135.0H196.0M171.0 160.0V110.0"
    assert frame_of(rows(2), 556, 554).cuts == (296.0, 260.0)


def test_what_no_survey_measured_stands_in_a_strip_at_no_point(charts: Charts, drawn: Drawn) -> None:
    found = rows(60)
    frame = frame_of(found)
    assert [place.row["number"] for place in frame.strip] == list(range(6, 61, 6))
    assert all(place.badge[1] >= frame.plot[3] for place in frame.strip)
    assert [1 for a, b in combinations(frame.strip, 2) if covers(a.badge, b.badge)] == []
    root = drawn(Markup(str(charts.class_map(found)).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)))
    said = " ".join(text.text or "" for text in root.iter(f"{SVG}text"))
    assert "Not measured: no survey of customers speaks" in said
    assert "60 T" in said


def test_every_mark_is_a_link_with_a_name_when_asked(charts: Charts) -> None:
    drawn = str(charts.class_map(rows(7), link=lambda row: f"/c/{row['key']}", chosen="c2"))
    assert drawn.count("<a href=") == 7
    assert 'aria-label="No. 6, Commitment 6, trust: not measured."' in drawn
    assert drawn.count('aria-current="true"') == 1
    assert 'role="group"' in drawn
    assert 'role="img"' in str(charts.class_map(rows(7)))


def test_effects_have_an_axis_of_their_own(charts: Charts) -> None:
    effect = {"x": 1.4, "x_interval": [1.2, 1.6], "y": -0.1, "y_interval": [-0.3, 0.1], "delta": 0.18}
    row = rows(1)[0] | {"effect": effect}
    frame = class_map_frame([row], [], point="effect", cut=0.18, size=(620, 400))
    assert frame.x_ticks[0][1] <= 0 <= frame.x_ticks[-1][1]
    assert "low marks: points lost overall" in str(charts.class_map([row], point="effect", cut=0.18))


@pytest.mark.parametrize(("language", "letter"), [("fr", "6 C"), ("en", "6 T")])
def test_the_report_prints_the_map_and_its_sentences(language: str, letter: str) -> None:
    html = render_report_html(make_snapshot(), language)
    assert f">{letter}</text>" in html
    if language == "en":
        assert "Customers still see a plus, but 9 of 10 companies compared promise it" in html
        assert "It drifts towards the floor (−0.40, p &lt; 0.001)." in html
        assert "Review by" in html
        assert "The evidence suggests: Undetermined." in html
        assert "Benevolence: no commitment, a gap." in html
        assert "No commitment answers the expectation" in html


def test_a_month_sealed_before_is_printed_as_it_was() -> None:
    snapshot = make_snapshot()
    del snapshot["classes"]
    html = render_report_html(snapshot, "en")
    assert 'svg class="chart map"' not in html
    assert "Class of each commitment, and its evidence" in html


def test_the_floor_is_listed_first_and_what_stands_apart_last() -> None:
    snapshot = make_crowd(6)
    snapshot["overview"]["commitments"][0]["class"] = "neither"
    html = render_report_html(snapshot, "en")
    listed = html[html.index("Every commitment in") :]
    order = sorted(range(1, 7), key=lambda n: listed.index(f"Commitment {n}<"))
    assert order == [2, 4, 5, 3, 6, 1]
    assert "proposed for removal" in listed
