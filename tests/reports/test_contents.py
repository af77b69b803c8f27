"""A report of sixty commitments: the worst in full, the others in lines, fewer pages the smaller the scope."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import weasyprint

from charter.reports.contents import IN_FULL, MANY, MANY_OF_A_PART, telling
from charter.reports.render import render_report_html
from tests.reports.sample_month import make_snapshot

UNITS = {
    "west": {"name": "Région Ouest", "kind": "region", "parent": "company"},
    "vannes": {"name": "Vannes", "kind": "agency", "parent": "west"},
}


AREA = {"unit": "Secteur de Lorient", "value": 0.93, "cases": 210.0, "status": "kept"}


def of_many(count: int, unit: str = "company") -> dict[str, Any]:
    """The sample month said over again: so many commitments, of a unit; a site has too few cases for most of them."""
    snapshot = make_snapshot()
    known, details = snapshot["overview"]["commitments"], snapshot["details"]
    views = [
        deepcopy(known[at % len(known)]) | {"number": at + 1, "key": f"{known[at % len(known)]['key']}-{at}"}
        for at in range(count)
    ]
    snapshot["details"] = {view["key"]: deepcopy(details[view["key"].rpartition("-")[0]]) for view in views}
    snapshot["overview"] |= {"commitments": views, "unit": unit}
    snapshot["units"] |= UNITS
    for view in views[: count - 8] if unit == "vannes" else ():
        if view["status"] == "kept":
            view |= {"status": "unproven", "reason": "too-few"}
            view["indicators"] = [one | {"reason": "too-few", "area": AREA} for one in view["indicators"]]
    return snapshot


@pytest.mark.parametrize(("unit", "most"), [("company", 16), ("west", 8), ("vannes", 4)])
def test_a_report_of_sixty_is_short(unit: str, most: int) -> None:
    html = render_report_html(of_many(60, unit), "fr")
    assert len(weasyprint.HTML(string=html).render().pages) <= most


def test_at_a_site_the_unit_above_stands_beside_too_few_cases() -> None:
    assert "Secteur de Lorient\u00a0: 93,0" in render_report_html(of_many(60, "vannes"), "fr")
    assert "Secteur de Lorient" not in render_report_html(of_many(60, "west"), "fr")


def test_the_worst_are_told_in_full_and_nothing_is_lost() -> None:
    for unit, scope in (("company", "whole"), ("west", "area"), ("vannes", "site")):
        snapshot = of_many(60, unit)
        told = telling(snapshot)
        assert (told.scope, told.is_short, len(told.in_full)) == (scope, True, IN_FULL[scope])
        assert {view["status"] for view in told.in_full} <= {"missed", "unacceptable"}
        numbers = sorted(view["number"] for view in [*told.lines, *told.kept, *told.aside])
        assert numbers == list(range(1, 61))
        missed = {view["number"] for view in told.lines if view["status"] in ("missed", "unacceptable")}
        assert missed == {view["number"] for view in [*told.in_full, *told.others]}


def test_a_report_of_few_tells_every_exception_in_full() -> None:
    told = telling(of_many(MANY))
    assert not told.is_short
    assert [view["number"] for view in told.in_full if view["status"] == "kept"] == []
    assert (len(told.lines), told.others, told.kept) == (MANY, [], [])


def test_a_part_of_the_company_is_told_shorter_than_the_whole() -> None:
    """Of twelve commitments the whole is told in full, a region or an agency by what is missed."""
    short = {unit: telling(of_many(12, unit)).is_short for unit in ("company", "west", "vannes")}
    assert short == {"company": False, "west": True, "vannes": True}
    assert not telling(of_many(MANY_OF_A_PART, "west")).is_short


def test_the_words_said_of_a_miss_stand_in_a_short_report_too() -> None:
    snapshot = of_many(60)
    (last, *_) = telling(snapshot).others
    said = {
        "commitment": last["key"],
        "unit": "company",
        "unit_name": "X",
        "number": 1,
        "text": "A flood.",
        "by": "Ana",
    }
    snapshot["edition"] = {"number": None, "comments": [said], "actions": [], "approval": None, "erratum": None}
    html = render_report_html(snapshot, "en")
    assert "A flood." in html
    assert html.count("Explanation needed. Owner: ") == len(telling(snapshot).others) - 1 + IN_FULL["whole"]


def test_what_does_not_apply_is_no_line_of_what_is_not_kept_and_the_worst_come_first() -> None:
    snapshot = of_many(60, "vannes")
    aside = [view for view in snapshot["overview"]["commitments"] if view["status"] == "unproven"][:20]
    for view in aside:
        view |= {"status": "not-applicable", "reason": "no-own-level"}
    told = telling(snapshot)
    assert [view["number"] for view in told.aside] == [view["number"] for view in aside]
    order = ["unacceptable", "missed", "no-data", "unproven", "near"]
    ranks = [order.index(view["status"]) for view in told.lines]
    assert ranks == sorted(ranks)
    assert len(told.lines) + len(told.aside) + len(told.kept) == 60
    html = render_report_html(snapshot, "en")
    assert "Commitments missed, nearly kept or without a verdict in" in html
    assert "(20): nos. 1, 2, " in html
