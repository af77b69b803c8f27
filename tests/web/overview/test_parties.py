"""A provider's account at every door: its own card and its figures, and not a word of anybody else's promises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.people.tokens import create_token
from charter.services.reports.snapshots import freeze_month
from tests.services.parties_world import open_accounts, parties_measured
from tests.services.world import NOW
from tests.web.world import make_empty_app, sign_in, token_of

OTHERS = ("facture", "Facture juste", "facture juste", "formation", "Relais", "relais", "accueil", "Vannes", "vannes")
"""What an account of Voix d’Appui has no business with: promises, another provider, agencies."""


def made(folder: Path, *, is_public: bool) -> Flask:
    app = make_empty_app(folder, public_pages=is_public)
    app.config["CLOCK"] = lambda: NOW
    with app.app_context():
        parties_measured()
        open_accounts()
        freeze_month(COMMAND_LINE, NOW, period="2026-10")
    return app


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Pages that are not public."""
    return made(Path(tmp_path_factory.mktemp("parties")), is_public=False)


@pytest.fixture
def as_one(closed: Flask) -> Callable[[str], FlaskClient]:
    return lambda name: sign_in(closed.test_client(), name)


def doors(app: Flask) -> Iterator[str]:
    """Every address that a reader may try, with what others own in it, by each way of asking."""
    given = {
        "key": "facture", "indicator": "facture-share", "period": "2026-10", "number": 1, "name": "floor",
        "unit": "relais", "token": "guessed", "number_and_format": "1", "version": 1, "language": "fr",
    }  # fmt: skip
    tried = ("unit=relais", "unit=vannes", "unit=company", "q=facture", "period=2026-10&unit=relais&paper=A4")
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in ("static", "assets.static"):
            numbers = set(re.findall(r"<int:(\w+)>", rule.rule))
            values = {one: 1 if one in numbers else given.get(one, "facture") for one in rule.arguments}
            address = adapter.build(rule.endpoint, values)
            yield address
            yield from (f"{address}?{asked}" for asked in tried)


OPEN = {
    "/parties", "/figures", "/figures/upload", "/account", "/account/places", "/account/password",
    "/help/", "/help/floor", "/health", "/health/live", "/health/ready", "/assets/promesse.css", "/assets/promesse.js",
    "/api/v1/openapi.json",
}  # fmt: skip
"""All that answers it."""


def test_at_every_door_a_provider_reads_its_own_and_not_a_word_of_others(
    closed: Flask, as_one: Callable[[str], FlaskClient]
) -> None:
    vera = as_one("vera")
    opened, told = set(), []
    for address in doors(closed):
        answer = vera.get(address)
        if answer.status_code == 200:
            opened.add(address.partition("?")[0])
            text = answer.text if "help" not in address and "openapi" not in address and "assets" not in address else ""
            text = re.sub(r'href="[^"]*lang=[^"]*"', "", text)
            told += [(address, word) for word in OTHERS if word in text]
    assert told == []
    assert opened == OPEN


def test_what_is_refused_says_nothing_of_others_either(closed: Flask, as_one: Callable[[str], FlaskClient]) -> None:
    vera = as_one("vera")
    for address in (
        "/figures/formation-share/2026-10",
        "/figures/absent/2026-10",
        "/desk?unit=company",
        "/parties?unit=relais",
        "/parties/card.pdf?period=2026-10&unit=relais",
        "/commitments/facture",
        "/search?q=a",
        "/",
    ):
        answer = vera.get(address)
        assert answer.status_code in (403, 404), address
        # The address that was asked stands in the links to other languages.
        said = re.sub(r'href="[^"]*"', "", answer.text).replace("formation-share", "")
        assert [word for word in OTHERS if word in said] == [], address


def test_it_is_led_to_its_card_and_finds_its_own_pages_only(as_one: Callable[[str], FlaskClient]) -> None:
    vera = as_one("vera")
    page = vera.get("/parties?lang=fr").text
    assert "Un appel décroché" in page
    assert "Un paiement sous 30 jours" in page
    assert "/commitments/" not in page
    assert 'href="/search' not in page
    assert page.count('href="/desk"') == 0
    # Signed in, it comes to its card.
    assert vera.get("/sign-in").headers["Location"].endswith("/parties")


def test_a_provider_asks_for_its_sheet_and_not_for_that_of_others(as_one: Callable[[str], FlaskClient]) -> None:
    vera = as_one("vera")
    token = token_of(vera.get("/parties").text)
    assert vera.post("/parties", data={"unit": "relais", "csrf_token": token}).status_code == 403
    assert vera.post("/parties", data={"unit": "company", "csrf_token": token}).status_code == 403
    assert vera.post("/parties", data={"unit": "voix", "csrf_token": token}).status_code == 303
    assert "en cours de fabrication" in vera.get("/parties?lang=fr").text


def test_a_provider_enters_its_figure_on_the_page(as_one: Callable[[str], FlaskClient]) -> None:
    rene = as_one("rene")
    assert "/figures/accueil-share/2026-10" in rene.get("/figures").text
    where = "/figures/accueil-share/2026-10"
    form = {"unit": "relais", "numerator": "48", "denominator": "50", "csrf_token": token_of(rene.get(where).text)}
    seen = rene.post(where, data=form)
    assert seen.status_code == 200
    assert "Ambre Énergie" not in seen.text.partition("<main")[2].partition("</main>")[0]
    digest = seen.text.partition('name="expected" value="')[2].partition('"')[0]
    assert rene.post(where, data=form | {"expected": digest}).status_code == 303
    card = rene.get("/parties?lang=fr").text
    assert "96,0" in card
    assert "Tenu" in card


def test_a_token_of_a_provider_reads_its_indicators_and_nothing_else(closed: Flask) -> None:
    with closed.app_context():
        secret = create_token(COMMAND_LINE, NOW, name="voix", units=["voix"])
    head = {"Authorization": f"Bearer {secret}"}
    client = closed.test_client()
    found = client.get("/api/v1/indicators", headers=head)
    assert found.status_code == 200, found.text
    assert [one["key"] for one in found.json["indicators"]] == ["decroche-share", "paiement-share"]  # type: ignore[index]
    refused = "status status?unit=voix units commitments measurements editions alerts series.csv".split()  # noqa: SIM905
    for door in (*refused, "indicators/decroche-share/series", "indicators/facture-share/series"):
        answer = client.get(f"/api/v1/{door}", headers=head)
        assert answer.status_code == 403, door
        assert [word for word in OTHERS if word in answer.text] == []


def test_where_pages_are_public_a_provider_reads_what_anybody_may(tmp_path: Path) -> None:
    app = make_empty_app(tmp_path, public_pages=True)
    app.config["CLOCK"] = lambda: NOW
    with app.app_context():
        parties_measured()
        open_accounts()
    vera = sign_in(app.test_client(), "vera")
    assert vera.get("/").status_code == 200
    assert vera.get("/desk").status_code == 403
    assert vera.get("/commitments/facture").status_code == 403
    assert vera.get("/search?q=facture").text.count("/commitments/") == 0


def test_a_manager_reads_every_card_and_an_agency_its_own(as_one: Callable[[str], FlaskClient]) -> None:
    page = as_one("mia").get("/parties?lang=en").text
    for words in (
        "The weakest link between parties",
        "one way only",
        "owes nothing in return",
        "Who answers: Direction formation",
        'href="/commitments/decroche?',
        "The provider ↔ staff",
    ):
        assert words in page, words
    carl = as_one("carl").get("/parties?lang=en").text
    assert "Relais Plus" not in carl
    assert "Voix d’Appui" not in carl
    desk = as_one("mia").get("/desk?lang=en&unit=company").text
    assert "The chain of parties" in desk
    assert "The weakest link between parties: the company ↔ Voix d’Appui (missed)." in desk
