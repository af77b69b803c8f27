"""The units beneath a figure: in the order asked for, found by name, never ranked by their value; charts as files."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from charter.domain.vocabulary.permissions import COMMAND_LINE, Role
from charter.services.checks.running import run_due
from charter.services.people.accounts import create_account
from charter.services.records.access import Access
from charter.web.overview.unit_order import arranged, in_order, with_changes
from tests.services.world import apply
from tests.web.world import NOW, PASSWORD, make_empty_app, sign_in


def row(unit: str, depth: int, status: str, cases: int, reason: str | None = None, *values: float | None) -> Any:
    series = [{"value": value} for value in values]
    value = values[-1] if values else None
    own = {"unit": unit, "name": unit.title(), "depth": depth, "status": status, "denominator": cases}
    return own | {"reason": reason, "value": value, "series": series}


def test_units_are_sorted_by_status_then_size_under_their_parent() -> None:
    rows = [
        row("south", 1, "kept", 90), row("nice", 2, "kept", 40), row("toulon", 2, "kept", 50),
        row("desk", 1, "no-data", 0, "no-rows"),
        row("west", 1, "missed", 80), row("brest", 2, "near", 60), row("vannes", 2, "unacceptable", 20),
    ]  # fmt: skip
    assert keys(in_order(rows, "status")) == ["west", "vannes", "brest", "south", "toulon", "nice", "desk"]
    assert in_order([], "status") == []
    assert keys(in_order(rows, "tree")) == keys(rows)
    assert keys(in_order(rows, "name")) == ["desk", "south", "nice", "toulon", "west", "brest", "vannes"]


def test_units_that_moved_most_come_first_whichever_way_and_few_cases_have_not_moved() -> None:
    rows = [
        row("calm", 1, "kept", 90, None, 0.90, 0.91),
        row("better", 1, "kept", 90, None, 0.80, 0.95),
        row("worse", 1, "missed", 90, None, 0.95, 0.60),
        row("few", 1, "unproven", 9, "too-few", 0.10, 0.99),
        row("new", 1, "kept", 90, None, None, 0.99),
    ]
    view: Any = {"series": [{"value": 0.9}]}
    moved = with_changes(rows, view)
    assert keys(in_order(moved, "change")) == ["worse", "better", "calm", "few", "new"]
    assert {one["unit"]: one["change"] is None for one in moved if one["change"] is None} == {"few": True, "new": True}
    other: Any = {"series": [{"value": 0.9, "break": True}]}
    assert all(one["change"] is None for one in with_changes(rows, other))


def test_a_name_is_found_without_its_accents_at_any_depth() -> None:
    rows = [row("région ouest", 1, "kept", 90), row("saint-étienne", 2, "missed", 40), row("vannes", 2, "kept", 50)]
    found = arranged(rows, {"find": "etienne", "order": "rank"})
    assert (found.order, keys(found.near), keys(found.all)) == ("status", ["saint-étienne"], ["saint-étienne"])
    assert keys(arranged(rows, {}).near) == ["région ouest"]
    assert (arranged(rows, {}).is_asked, found.is_asked, arranged([], {}).all) == (False, True, [])


def keys(rows: list[Any]) -> list[str]:
    return [one["unit"] for one in rows]


def test_the_address_of_the_page_finds_and_sorts(ana: FlaskClient) -> None:
    page = ana.get("/commitments/bill?lang=en&find=ouest&order=name").text
    table = page[page.index("By name; under") :]
    assert re.findall(r'scope="row" class="indent-0"><a [^>]*>([^<]*)<', table) == ["Région Ouest"]
    assert "No unit below has this in its name." in ana.get("/commitments/bill?lang=en&find=atlantis").text


def test_what_is_shared_and_taken_along_bears_indicator_month_and_unit(ana: FlaskClient) -> None:
    page = ana.get("/commitments/bill?unit=west&period=2026-09&lang=en").text
    share = re.search(r'href="(mailto:[^"]*)"', page)
    assert share is not None
    assert all(f"{name}%3D{value}" in share[1] for name, value in PLACE.items())
    files = re.findall(r'href="([^"]*billed\.(?:svg|csv)[^"]*)"', page)
    assert {one.split("?")[0][-3:] for one in files} == {"svg", "csv"}
    assert all("unit=west" in one and "period=2026-09" in one for one in files)


PLACE = {"indicator": "billed", "unit": "west", "period": "2026-09"}


@pytest.mark.parametrize("what", ["", "&of=units"])
def test_a_chart_is_a_file_that_says_what_where_and_when_it_is(ana: FlaskClient, what: str) -> None:
    answer = ana.get(f"/commitments/bill/billed.svg?period=2026-10&lang=fr{what}")
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=billed-")
    root = ElementTree.fromstring(answer.text)
    said = " ".join(text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text"))
    assert "Une facture juste" in said
    assert "octobre\u00a02026" in said
    assert "entreprise fictive" in said
    assert "var(--" not in answer.text
    assert "/commitments/bill?" in said.replace(" ", "")


def test_a_chart_that_is_not_there_is_not_found(ana: FlaskClient) -> None:
    assert ana.get("/commitments/nothing/nothing.svg").status_code == 404
    assert ana.get("/commitments/bill/billed.svg?of=units&find=atlantis").status_code == 404


TRIAL = Path(__file__).resolve().parents[2] / "golden" / "trials" / "42-stages"


@pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")
def test_the_picture_of_the_stages_is_a_file_with_its_figures(tmp_path: Path) -> None:
    app = make_empty_app(tmp_path)
    with app.app_context():
        apply((TRIAL / "charter.yaml").read_text(encoding="utf-8"), TRIAL, datetime(2026, 1, 1, 8, tzinfo=UTC))
        run_due(COMMAND_LINE, datetime(2026, 4, 20, 8, tzinfo=UTC), Access())
        create_account(COMMAND_LINE, NOW, email="ana@example.org", name="Ana", role=Role.DIRECTOR, password=PASSWORD)
    ana = sign_in(app.test_client(), "ana")
    where = "period=2026-03&unit=n"
    page = ana.get(f"/commitments/c?{where}&lang=en").text
    assert "of=stages" in page
    drawn = ana.get(f"/commitments/c/i.svg?{where}&of=stages&lang=en")
    ElementTree.fromstring(drawn.text)
    assert ("Sorting" in drawn.text, "March\u00a02026" in drawn.text) == (True, True)
    lines = ana.get(f"/commitments/c/i.csv?{where}&of=stages").text.splitlines()
    assert lines[0] == "in,stage,provider,ran,stood,part,late,allowed"
    assert any(",sort,n," in line for line in lines[1:]), lines
