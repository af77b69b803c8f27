"""Units beside promises on one page: in the order of the tree, the worst of what is mandatory, as many rows as fit."""

from __future__ import annotations

from typing import Any

import weasyprint

from charter.reports.matrix import LEAST_UNITS, MOST_ROWS, grid_of
from charter.reports.render import render_report_html
from charter.words.records.links import use_address
from tests.reports.test_contents import of_many


def with_units(count: int) -> dict[str, Any]:
    """The month of sixty promises with two regions and so many agencies, of which each has its own status of no. 1."""
    snapshot = of_many(60)
    root = snapshot["overview"]["unit"]
    snapshot["units"] = {root: {"name": "Whole", "kind": "company", "parent": None}} | {
        f"r{at}": {"name": f"Region {at}", "kind": "region", "parent": root} for at in range(2)
    }
    for at in range(count):
        snapshot["units"][f"a{at}"] = {"name": f"Agency {at}", "kind": "agency", "parent": f"r{at % 2}"}
    view = next(one for one in snapshot["overview"]["commitments"] if one["indicators"])
    key = view["indicators"][0]["key"]
    detail = snapshot["details"][view["key"]]["indicators"][key]
    detail["breakdown"] = [
        {"unit": f"a{at}", "name": f"Agency {at}", "kind": "agency", "depth": 2, "value": 0.5, "numerator": 5,
         "denominator": 10, "status": "missed" if at else "unproven", "reason": None if at else "too-few"}
        for at in range(count)
    ]  # fmt: skip
    return snapshot | {"seen": view["number"]}


def test_rows_stand_in_the_order_of_the_tree_with_the_status_of_each_promise() -> None:
    snapshot = with_units(4)
    grid = grid_of(snapshot, is_short=True)
    assert grid is not None
    assert [(row.name, row.depth) for row in grid.rows] == [
        ("Whole", 0), ("Region 0", 1), ("Agency 0", 2), ("Agency 2", 2), ("Region 1", 1), ("Agency 1", 2),
        ("Agency 3", 2),
    ]  # fmt: skip
    at = snapshot["seen"] - 1
    assert [row.cells[at] for row in grid.rows][2:4] == [("unproven", True), ("missed", False)]
    assert grid.rows[1].cells[at].status == "no-data"
    assert [cell.status for cell in grid.rows[0].cells] == [v["status"] for v in snapshot["overview"]["commitments"]]


def test_of_more_units_than_fit_the_deepest_are_left_out_and_said() -> None:
    grid = grid_of(with_units(MOST_ROWS), is_short=True)
    assert grid is not None
    assert [row.depth for row in grid.rows] == [0, 1, 1]
    assert grid.more == MOST_ROWS


def test_a_site_and_few_units_of_few_promises_have_no_page() -> None:
    assert grid_of(of_many(60, "vannes"), is_short=True) is None
    assert grid_of(with_units(LEAST_UNITS - 3), is_short=False) is None
    assert grid_of(with_units(LEAST_UNITS), is_short=False) is not None


def test_it_is_one_page_with_its_words() -> None:
    html = render_report_html(with_units(MOST_ROWS - 4), "en")
    part = html[html.index('<section class="matrix-page') :]
    part = part[: part.index("</section>")]
    assert "the shape is its status" in part
    assert "Unproven" in part
    head = html[: html.index("<main>")]
    document = weasyprint.HTML(string=f"{head}<main>{part}</section></main></body></html>").render()
    assert len(document.pages) == 1


def test_a_report_of_a_site_says_where_definitions_stand_when_that_is_known() -> None:
    use_address("https://promises.example.org/")
    try:
        html = render_report_html(of_many(60, "vannes"), "en")
    finally:
        use_address(None)
    assert 'href="https://promises.example.org/commitments?unit=vannes&amp;period=2026-10"' in html
    assert "promises.example.org" not in render_report_html(of_many(60, "vannes"), "en")
