"""Writing incivility down without an account, following it up, and what other pages say of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from charter.models.base import db
from charter.models.frontline import Moderation, Observation
from charter.models.records import Measurement
from tests.web.frontline import decide, form_of, number_in
from tests.web.incident_world import make_logged_world
from tests.web.test_quality import faults
from tests.web.world import sign_in


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_logged_world(Path(tmp_path_factory.mktemp("incidents")))


def write(client: FlaskClient, **given: str) -> TestResponse:
    """An incident sent through its form."""
    said = {"unit": "vannes", "day": "2026-11-05", "what": "threat", "touchpoint": "bill", "text": "", "website": ""}
    return client.post("/incident", data=form_of(client, "/incident") | said | given)


def rows(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Observation).filter_by(kind="incident").count()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_pages_are_whole_in_both_languages(client: FlaskClient, app: Flask, language: str) -> None:
    carl, ana = sign_in(app.test_client(), "carl"), sign_in(app.test_client(), "ana")
    for reader, address in (
        (client, "/?unit=vannes"),
        (client, "/incident?unit=vannes"),
        (client, "/sent?kind=incident&number=3&unit=vannes"),
        (carl, "/observations?kind=incident"),
        (carl, "/observations?kind=incident&state=all"),
        (ana, "/desk"),
        (ana, "/commitments/stand-by"),
    ):
        page = reader.get(address + ("&" if "?" in address else "?") + f"lang={language}")
        assert page.status_code == 200, address
        assert faults(page.text, language) == [], address


def test_the_page_of_the_site_leads_to_the_form(client: FlaskClient) -> None:
    site = client.get("/?unit=vannes&lang=fr").text
    assert 'href="/incident?unit=vannes"' in site
    form = client.get("/incident?unit=vannes&lang=fr").text
    assert "Insultes ou cris" in form
    assert 'max="2026-11-06"' in form
    assert "aucune heure n’est conservée" in form


def test_what_is_written_down_is_followed_up_and_shown_nowhere(app: Flask, client: FlaskClient) -> None:
    number = number_in(answer := write(client, text="Il a levé la main au guichet 3."))
    assert "note ce qui a été fait pour le collègue" in client.get(answer.headers["Location"] + "&lang=fr").text
    carl = sign_in(app.test_client(), "carl")
    page = carl.get("/observations?kind=incident&lang=fr").text
    one = page.partition(f'id="observation-{number}"')[2].partition("</article>")[0].replace("\xa0", " ")
    assert "Il a levé la main" in one
    assert "à donner au plus tard le 10 novembre 2026" in one
    assert "noté le 6 novembre 2026" in one
    assert "Accepter" not in one
    assert re.search(r"\d\d:\d\d", one) is None, "no hour"
    refused = decide(carl, number, "support", day="2026-11-04", support="talk")
    assert refused.status_code == 400
    assert "du jour de l’incident à aujourd’hui" in refused.text
    assert decide(carl, number, "accept").status_code == 400
    done = decide(carl, number, "support", day="2026-11-06", support="relief", words="Avec l’équipe.")
    assert done.status_code == 303
    page = carl.get("/observations?kind=incident&state=all&lang=fr").text
    assert "Une relève au guichet" in page
    for address in ("/?unit=vannes", "/", "/embed"):
        assert "levé la main" not in client.get(address).text


def test_wrong_fields_are_told_beside_them_and_personal_words_are_shown_masked(app: Flask, client: FlaskClient) -> None:
    before = rows(app)
    for given, said in (
        ({"day": "hier"}, "année-mois-jour"),
        ({"day": "2027-01-01"}, "pas encore venu"),
        ({"what": ""}, "Choisissez dans la liste"),
        ({"unit": "nowhere"}, "nowhere"),
        ({"website": "x"}, "par un programme"),
        ({"text": "C’était 06 12 34 56 78."}, "d’identifier quelqu’un"),
    ):
        page = write(client, **given)
        assert page.status_code in (200, 400, 404)
        assert said in page.text, given
    assert rows(app) == before
    assert write(client, text="C’était 06 12 34 56 78.", send="masked").status_code == 303
    with app.app_context():
        assert db.session.query(Observation).filter_by(kind="incident").count() == before + 1


def test_an_incident_set_aside_says_that_it_is_not_counted(app: Flask, client: FlaskClient) -> None:
    number = number_in(write(client))
    carl = sign_in(app.test_client(), "carl")
    assert decide(carl, number, "set-aside", reason="twice").status_code == 303
    assert f"L’incident {number} est mis de côté" in carl.get("/observations").text
    with app.app_context():
        assert db.session.query(Moderation).filter_by(observation_id=number, step="set-aside").count() == 1


def test_the_desk_stands_them_beside_the_promises_and_hides_few(app: Flask) -> None:
    ana = sign_in(app.test_client(), "ana")
    part = ana.get("/desk?lang=fr").text.partition('id="incidents"')[2].partition("</details>")[0]
    assert "10 incidents" in part, "Vannes and Brest together, at the bill"
    assert "Une facture juste" in part
    assert "l’on en parle plus" in part
    brest = ana.get("/desk?lang=fr&unit=brest").text.partition('id="incidents"')[2].partition("</details>")[0]
    assert "moins de 5, ou aucun" in brest
    assert re.search(r"\b[1-4] incidents?\b", brest) is None
    file = ana.get("/commitments/stand-by?lang=fr&unit=brest").text
    assert "trop peu d’incidents notés" in file


def test_what_is_measured_holds_no_small_count(app: Flask) -> None:
    """Every page, file and answer to a program is made of these cells: Brest's three are in none of them."""
    with app.app_context():
        cells = db.session.query(Measurement).filter_by(indicator_key="supported").all()
        told = {(one.unit_key, one.channel): one.denominator + one.pending for one in cells}
    assert told == {("company", "bill"): 10}
