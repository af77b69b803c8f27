"""The house: one stone per floor commitment, one gable per trust commitment; suspended while it breaks."""

from copy import deepcopy
from xml.etree import ElementTree

import pytest

from charter.charts.house import house_plan
from charter.charts.svg import Charts
from charter.domain.overview.model import main_indicator
from tests.charts.conftest import Drawn
from tests.reports.sample_month import Json, make_commitment, make_crowd, make_headline, make_overview, make_snapshot


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in root.iter() if name in element.get("class", "").split()]


def held(overview: Json) -> Json:
    """The same month with its floor held and commitment 5 (both) exceeded."""
    copy = deepcopy(overview)
    for view in copy["commitments"][:5]:
        view["status"] = "kept"
    copy["commitments"][4]["exceeded"] = True
    copy["headline"] = make_headline((7, 8), "held", (5, 5), (3, 4))
    return copy


def test_five_stones_three_gables_and_the_roof_of_both() -> None:
    plan = house_plan(make_snapshot()["overview"])
    assert [stone.commitment["number"] for stone in plan.stones] == [1, 2, 3, 4, 5]
    assert [(gable.commitment["number"], gable.is_roof) for gable in plan.gables] == [
        (5, True),
        (6, False),
        (7, False),
        (8, False),
    ]
    assert [stone.look for stone in plan.stones] == ["h-sound", "h-sound", "h-sound", "h-broken", "h-sound"]


def test_a_roof_stands_on_its_own_stone() -> None:
    plan = house_plan(make_snapshot()["overview"])
    roof, stone = plan.gables[0], plan.stones[4]
    assert (roof.x, roof.width) == (stone.x, stone.width)
    assert roof.y < stone.y


def test_a_broken_floor_suspends_every_gable_and_hatches_the_earned_ones() -> None:
    plan = house_plan(make_snapshot()["overview"])
    assert {gable.look for gable in plan.gables} == {"h-suspended"}
    assert {gable.commitment["number"]: bool(gable.hatching) for gable in plan.gables} == {
        5: False,
        6: True,
        7: False,
        8: True,
    }


def test_a_held_floor_credits_what_is_earned() -> None:
    plan = house_plan(held(make_snapshot()["overview"]))
    assert {gable.commitment["number"]: gable.look for gable in plan.gables} == {
        5: "h-earned",
        6: "h-earned",
        7: "h-waiting",
        8: "h-earned",
    }
    assert not any(gable.hatching for gable in plan.gables)


@pytest.mark.parametrize("count", [1, 2, 7, 8, 13, 25, 40, 60])
def test_stones_and_gables_never_overlap(count: int) -> None:
    plan = house_plan(make_crowd(count)["overview"])
    boxes = [(s.x, s.y, s.x + s.width, s.y + s.height) for s in plan.stones]
    boxes += [(g.x, g.y, g.x + g.width, g.y + (22 if g.is_roof else 68)) for g in plan.gables]
    assert len(plan.stones) + sum(not g.is_roof for g in plan.gables) == count
    for i, a in enumerate(boxes):
        assert a[0] >= -0.01
        assert a[1] >= -0.01
        assert a[2] <= plan.width + 0.01
        assert a[3] <= plan.ground
        for b in boxes[i + 1 :]:
            assert a[2] <= b[0] + 0.01 or b[2] <= a[0] + 0.01 or a[3] <= b[1] + 0.01 or b[3] <= a[1] + 0.01


def test_without_floor_there_is_the_ground_line_alone_under_suspended_gables(charts: Charts, drawn: Drawn) -> None:
    views = [view for view in make_snapshot()["overview"]["commitments"] if view["class"] == "trust"]
    overview = make_overview(views, make_headline((2, 3), "absent", (0, 0), (2, 3)))
    root = drawn(charts.house(overview))
    assert len(of_class(root, "h-ground")) == 1
    assert not [
        e for e in root.iter() if e.tag.endswith("rect") and e.get("class") in ("h-sound", "h-broken", "h-open")
    ]
    assert len(of_class(root, "h-suspended")) == 3


def test_commitments_without_effect_are_named_and_not_drawn(charts: Charts, drawn: Drawn) -> None:
    overview = make_snapshot()["overview"]
    overview["commitments"][0]["class"] = "neither"
    root = drawn(charts.house(overview))
    assert [text.text for text in of_class(root, "h-number")] == ["6", "7", "8", "2", "3", "4", "5"]
    assert "Apart, since without effect: no. 1." in charts.house_sentence(overview)


def test_the_sentence_says_what_is_drawn(charts: Charts) -> None:
    assert charts.house_sentence(make_snapshot()["overview"]) == (
        "Floor: 3 of 5 kept, 1 nearly kept, 1 missed (no. 4)."
        " Trust: 2 of 4 commitments earn it; none count until the floor holds; 1 too few cases to say."
    )


def test_stones_are_links_where_a_link_is_given(charts: Charts, drawn: Drawn) -> None:
    root = drawn(charts.house(make_snapshot()["overview"], link=lambda view: f"/commitments/{view['key']}"))
    links = [element for element in root.iter() if element.tag.endswith("a")]
    assert root.get("role") == "group"
    assert len(links) == 9
    assert {link.get("href") for link in links} >= {"/commitments/phone", "/commitments/advised"}
    assert links[-2].get("aria-label") == "No. 4, A bill based on a real reading, floor: Missed, 88.9%"


def test_without_link_it_is_one_image_with_a_title(charts: Charts, drawn: Drawn) -> None:
    root = drawn(charts.house(make_snapshot()["overview"]))
    assert root.get("role") == "img"
    assert root[0].tag == "title"
    assert root[0].text == charts.house_sentence(make_snapshot()["overview"])
    assert root[1].tag == "desc"


def test_main_indicator_is_the_mandatory_one_that_made_the_status() -> None:
    overview = make_snapshot()["overview"]
    first = overview["commitments"][0]["indicators"][0]
    second = {**first, "key": "second", "status": "missed"}
    spare = {**first, "key": "spare", "status": "missed", "mandatory": False}
    assert main_indicator(make_commitment(1, "a", {}, "confidence", [spare, first, second], status="missed")) == second
    assert main_indicator(make_commitment(1, "a", {}, "confidence", [])) is None
