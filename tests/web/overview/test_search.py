"""Search: what each person may open and nothing else, accents and capitals folded, in groups; help beside the page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from charter.web.overview.search import MOST, Line, fitting


def found(client: FlaskClient, asked: str, language: str = "fr") -> dict[str, str]:
    """Names by address, of what a search finds."""
    page = client.get(f"/search?q={asked}&lang={language}").text
    lines = page[page.index('id="found"') : page.index("</main>")]
    return dict(re.findall(r'<a href="([^"]+)">([^<]+)</a>', lines))


@pytest.mark.parametrize("asked", ["réponse", "REPONSE", "rép", "reponse mesure"])
def test_accents_capitals_and_ends_of_words_do_not_matter(ana: FlaskClient, asked: str) -> None:
    assert "/commitments/answer" in found(ana, asked)


def test_words_in_the_middle_and_nonsense_find_nothing(ana: FlaskClient) -> None:
    assert found(ana, "eponse") == {}
    assert "Rien ne contient ces mots" in ana.get("/search?q=zzz&lang=fr").text
    assert 'id="found"' in ana.get("/search?q=%20%C2%B7&lang=fr").text


@pytest.mark.parametrize(
    ("name", "units"),
    [
        ("ana", {"/desk?unit=vannes", "/desk?unit=brest", "/desk?unit=nice"}),
        ("boris", {"/desk?unit=vannes", "/desk?unit=brest"}),
        ("carl", {"/desk?unit=vannes"}),
        ("clara", {"/?unit=vannes"}),
    ],
)
def test_foreign_units_are_never_found(as_person: Callable[[str], FlaskClient], name: str, units: set[str]) -> None:
    lines = found(as_person(name), "agence")
    assert {href for href in lines if "unit=" in href} == units


def test_a_visitor_finds_sites_and_help_and_no_desk(client: FlaskClient) -> None:
    lines = found(client, "agence") | found(client, "socle") | found(client, "réponse") | found(client, "audit")
    assert {"/?unit=nice", "/help/terms#floor", "/"} <= set(lines)
    assert [href for href in lines if href.startswith(("/desk", "/commitments", "/audit"))] == []


def test_pages_are_those_of_the_menu(as_person: Callable[[str], FlaskClient]) -> None:
    assert "/accounts" in found(as_person("adam"), "comptes")
    assert "/accounts" not in found(as_person("carl"), "comptes")
    for name in ("carl", "dan", "mia"):
        client = as_person(name)
        for asked in ("a", "c", "r", "e"):
            for href in found(client, asked):
                assert client.get(href).status_code in (200, 302, 303), (name, href)


def test_terms_and_pages_of_help_are_found_in_the_language_asked(ana: FlaskClient) -> None:
    assert found(ana, "tolerance", "en")["/help/terms#tolerance"] == "tolerance"
    assert "/help/suspended" in found(ana, "hachures") or "/help/floor" in found(ana, "hachurés")


def test_names_come_first_and_long_groups_say_how_many_there_are() -> None:
    lines = [Line(f"/{n}", "Agence", more="facture") for n in range(30)] + [Line("/bill", "Facture")]
    group = fitting("x", lines, "facture")
    assert group.lines[0].href == "/bill"
    assert (len(group.lines), group.count) == (MOST, 31)


def test_each_page_leads_to_the_help_about_it(as_person: Callable[[str], FlaskClient], client: FlaskClient) -> None:
    mia = as_person("mia")
    about = {
        "/desk": "/help/floor",
        "/commitments/bill": "/help/charts",
        "/audit": "/help/auditor",
        "/account": "/help/manager",
        "/nowhere": "/help/manager",
    }
    for address, page in about.items():
        assert f'href="{page}"' in mia.get(address).text, address
        assert mia.get(page).status_code == 200
    assert 'href="/help/frontline"' in client.get("/").text
    assert client.get("/help/nothing").status_code == 404
    assert client.get("/help").headers["Location"].endswith("/help/")


def test_a_term_is_explained_once_where_it_stands_first(ana: FlaskClient) -> None:
    page = ana.get("/commitments/bill?lang=fr").text
    assert page.count('popovertarget="term-floor"') == 1
    assert page.count('id="term-floor" popover') == 1
    assert page.index("term-floor") < page.index("term-level")
    assert "Ce que tout client trouve normal." in page
    assert 'href="/help/terms#floor"' in page
