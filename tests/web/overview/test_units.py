"""One picker of units: a list while they are few; of many, typed text, parents shown, last used first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.services.charters.versions import UnitRow
from charter.services.people import accounts
from charter.web.frame.pickers import FITS
from charter.web.overview.units import by_likeness, of_unit, tree_of, with_parents
from tests.services.world import apply
from tests.web.overview.test_desk import words
from tests.web.world import CHARTER, NOW, PASSWORD, make_empty_app, sign_in, token_of

ROWS: list[UnitRow] = [
    {"key": key, "name": name, "kind": None, "depth": depth}
    for key, name, depth in (
        ("whole", "Compagnie", 0),
        ("north", "Région Nord", 1),
        ("aubin-n", "Saint-Aubin", 2),
        ("aubin-c", "Saint-Aubin-du-Cormier", 2),
        ("south", "Région Saint-Aubin", 1),
        ("lyon", "Lyon", 2),
    )
]


def test_each_unit_is_told_with_those_above_it() -> None:
    found = {one.key: one.above for one in with_parents(ROWS)}
    assert found["aubin-c"] == ("Compagnie", "Région Nord")
    assert found["lyon"] == ("Compagnie", "Région Saint-Aubin")
    assert found["whole"] == ()


def test_the_very_name_comes_first_then_what_holds_its_words_then_what_lies_beneath() -> None:
    order = [one.key for one in by_likeness(with_parents(ROWS), "saint aubin")]
    assert order[:3] == ["aubin-n", "aubin-c", "south"]
    assert [one.key for one in by_likeness(with_parents(ROWS), "")] == [row["key"] for row in ROWS]


def test_the_tree_holds_every_unit_once() -> None:
    (root,) = tree_of(with_parents(ROWS), ROWS)
    assert (root.row.key, root.count, root.is_open) == ("whole", 5, True)
    assert [one.row.key for one in root.beneath] == ["north", "south"]
    assert [one.row.key for one in root.beneath[0].beneath] == ["aubin-n", "aubin-c"]


@pytest.mark.parametrize(
    ("back", "led"),
    [
        ("/matrix?unit=west&period=2026-10&page=4", "/matrix?period=2026-10&unit=nice"),
        ("/alerts", "/alerts?unit=nice"),
    ],
)
def test_the_page_that_asked_is_shown_of_the_chosen_unit(back: str, led: str) -> None:
    assert of_unit(back, "nice") == led


def test_who_may_open_few_units_has_a_list(ana: FlaskClient) -> None:
    page = ana.get("/matrix").text
    assert '<select id="unit" name="unit">' in page
    assert "find-units" not in page


def test_a_foreign_address_is_not_come_back_to(ana: FlaskClient) -> None:
    answer = ana.get("/units/choose?unit=nice&back=https://elsewhere.example/")
    assert answer.location == "/desk?unit=nice"


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The company with more agencies than a list has room for."""
    folder: Path = tmp_path_factory.mktemp("wide")
    app = make_empty_app(folder)
    more = "".join(
        f"  - {{key: w{number}, name: Agence {number}, parent: west, kind: agency}}\n" for number in range(FITS + 5)
    )
    text = CHARTER.read_text(encoding="utf-8")
    with app.app_context():
        accounts.create_account(
            COMMAND_LINE, NOW, email="ana@example.org", name="ana", role=Role.DIRECTOR, password=PASSWORD
        )
        apply(re.sub(r"(?m)^sources:", f"{more}sources:", text, count=1), folder)
    return app


def test_of_many_units_one_types_a_name_or_opens_the_tree(wide: Flask) -> None:
    ana = sign_in(wide.test_client(), "ana")
    page = ana.get("/matrix?period=2026-10&show=&lang=en").text
    assert '<select id="unit"' not in page
    assert '<input type="hidden" name="back" value="/matrix?period=2026-10&amp;show=&amp;lang=en">' in page
    found = words(ana.get("/units?q=agence+7&back=/matrix&lang=en").text)
    assert "1 unit" in found
    assert "Agence 7" in found
    assert "Agence 8" not in found
    assert "No unit has such a name" in words(ana.get("/units?q=zzz&lang=en").text)
    tree = ana.get("/units?back=/matrix%3Fperiod%3D2026-10").text
    assert tree.count("/units/choose") >= FITS + 5


def test_the_units_used_last_come_first(wide: Flask) -> None:
    ana = sign_in(wide.test_client(), "ana")
    assert "Last used" not in ana.get("/units?lang=en").text
    for unit in ("w3", "w9", "w3"):
        assert ana.get(f"/units/choose?unit={unit}&back=/matrix").location == f"/matrix?unit={unit}"
    assert "Agence 3" in words(ana.get("/desk?lang=en").text)
    found = words(ana.get("/units?lang=en").text)
    assert found.index("Last used") < found.index("Agence 3") < found.index("Agence 9") < found.index("The tree")


def test_forms_hold_the_unit_that_was_found(wide: Flask) -> None:
    visitor = wide.test_client()
    page = visitor.get("/observe?unit=w4&lang=en").text
    assert '<input type="hidden" name="unit" value="w4">' in page
    assert "of=sites" in page or '<input type="hidden" name="of" value="sites">' in page
    assert visitor.get("/units/choose?unit=w5&of=sites&back=/observe?unit=w4").location == "/observe?unit=w5"
    assert token_of(page)
