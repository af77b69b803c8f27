"""Long lists: searched as people type, grouped with whole counts, a page at a time, all of it in the address."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from charter.web.frame.listing import PER_PAGE, Listing, cut, folded, is_match, listing

ROWS = [f"Agence {number} {'Nord' if number % 3 else 'Sud'}" for number in range(1, 131)]
SIDES = {"side": lambda row: row.split()[-1]}


def asked(app: Flask, query: str) -> Listing[str]:
    with app.test_request_context(f"/somewhere?{query}"):
        return listing(ROWS, lambda row: row, SIDES)


@pytest.mark.parametrize(
    ("typed", "name", "found"),
    [
        ("saint aubin", "Saint-Aubin", True),
        ("AUBIN", "Saint-Aubin-du-Cormier", True),
        ("eleo", "Éléonore Durand", True),
        ("durand eleo", "Éléonore Durand", True),
        ("ubin", "Saint-Aubin", False),
        ("saint nazaire", "Saint-Aubin", False),
        ("--", "Saint-Aubin", True),
        ("hay", "L’Haÿ-les-Roses", True),
        ("lhay", "L’Haÿ-les-Roses", True),
        ("l'hay", "L’Haÿ-les-Roses", True),
        ("presquile crozon", "Presqu’île de Crozon", True),
        ("coeur", "Sacré-Cœur", True),
        ("oeuvre", "Agence de Quimper-Œuvre", True),
        ("st aubin", "Agence de Saint-Aubin", True),
        ("aubin ste", "Sainte-Aubin", True),
        ("saint aub", "Agence de St-Aubin", True),
        ("st", "Station de Brest", True),
        ("st", "Brest", False),
    ],
)
def test_words_are_found_as_they_are_typed(typed: str, name: str, found: bool) -> None:
    assert is_match(typed, name) is found


def test_accents_capitals_and_signs_are_nothing_to_a_search() -> None:
    assert folded("Été à L’Île-d’Yeu") == "ete a l ile d yeu"


def test_pages_show_every_row_once(app: Flask) -> None:
    pages = [asked(app, f"page={page}") for page in (1, 2, 3)]
    assert [row for page in pages for row in page.rows] == ROWS
    assert {page.pages for page in pages} == {3}
    assert [(page.first, page.last) for page in pages] == [(1, 50), (51, 100), (101, 130)]
    assert asked(app, "page=9").rows == pages[2].rows
    assert asked(app, "page=-1").rows == asked(app, "page=x").rows == pages[0].rows


def test_groups_stand_whole_over_pages_with_the_count_of_all(app: Flask) -> None:
    pages = [asked(app, f"by=side&page={page}") for page in (1, 2, 3)]
    assert [row for page in pages for row in page.rows] == [r for s in ("Nord", "Sud") for r in ROWS if r.endswith(s)]
    assert [(group.name, group.count, group.goes_on) for group in pages[1].groups] == [
        ("Nord", 87, True),
        ("Sud", 43, False),
    ]
    assert asked(app, "by=nothing").groups[0].name == ""


def test_a_search_narrows_before_pages_are_cut(app: Flask) -> None:
    found = asked(app, "q=agence+12+sud")
    assert found.rows == ["Agence 12 Sud", "Agence 120 Sud", "Agence 123 Sud", "Agence 126 Sud", "Agence 129 Sud"]
    assert (found.found, found.of, found.pages) == (5, 130, 1)
    assert "q=" not in found.unsearched


def test_all_that_was_asked_stays_in_the_address_of_the_other_pages(app: Flask) -> None:
    found = asked(app, "q=agence&by=side&unit=west&_external=1&lang=fr")
    address = urlsplit(found.at(2))
    assert address.path == "/somewhere"
    assert parse_qs(address.query) == {
        "q": ["agence"],
        "by": ["side"],
        "unit": ["west"],
        "_external": ["1"],
        "page": ["2"],
    }


def test_a_short_list_needs_no_field(app: Flask) -> None:
    with app.test_request_context("/somewhere"):
        assert not listing(ROWS[:PER_PAGE], lambda row: row).is_long
        assert listing(ROWS[: PER_PAGE + 1], lambda row: row).is_long
        assert listing([], lambda row: row).groups == []


def test_an_empty_page_has_no_group() -> None:
    assert cut([], 1, None) == cut(["a"], 3, SIDES["side"]) == []
