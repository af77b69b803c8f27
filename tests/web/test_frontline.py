"""Staff tell, estimate and thank from their page; readers of the unit moderate; the page tells what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from charter.models.base import db
from charter.models.frontline import Estimate, Observation
from charter.web.frame.visitors import sender
from charter.web.frontline.intranet import forget_pages
from tests.web.frontline import decide, form_of, number_in, tell
from tests.web.test_quality import faults
from tests.web.world import make_empty_app, make_world, sign_in


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A world of its own: what is sent here is looked for on no other page."""
    return make_world(Path(tmp_path_factory.mktemp("frontline")))


def rows(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.query(model).count()


def fresh(app: Flask, client: FlaskClient, address: str) -> str:
    """A page as it is now, not as it was kept."""
    with app.app_context():
        forget_pages()
    return client.get(address).text


def test_what_is_told_is_confirmed_read_answered_and_shown(app: Flask, client: FlaskClient) -> None:
    number = number_in(answer := tell(client, "La borne est en panne & <b>personne</b> ne le dit."))
    confirmed = client.get(answer.headers["Location"]).text
    assert f"Elle porte le numéro {number}" in confirmed
    waiting = fresh(app, client, "/?unit=vannes")
    assert "attend d’être lue" in waiting
    assert "La borne" not in waiting
    carl = sign_in(app.test_client(), "carl")
    assert "La borne est en panne &amp; &lt;b&gt;personne&lt;/b&gt; ne le dit." in carl.get("/observations").text
    done = decide(carl, number, "accept")
    assert (done.status_code, done.headers["Location"]) == (303, f"/observations#observation-{number}")
    assert f"L’observation {number} est affichée" in carl.get("/observations").text
    assert decide(carl, number, "answer", answer="Elle est réparée.").status_code == 303
    shown = fresh(app, client, "/?unit=vannes")
    assert "La borne est en panne &amp; &lt;b&gt;personne&lt;/b&gt; ne le dit." in shown
    assert "Elle est réparée." in shown
    assert faults(shown, "fr") == []
    assert "Elle est réparée." in fresh(app, client, "/"), "the whole company sees what was answered"
    assert "Elle est réparée." not in fresh(app, client, "/?unit=nice")


def test_what_is_set_aside_shows_its_reason_and_not_its_words(app: Flask, client: FlaskClient) -> None:
    number = number_in(tell(client, "C’est la faute de ma voisine de bureau", unit="brest"))
    boris = sign_in(app.test_client(), "boris")
    refused = decide(boris, number, "set-aside", reason="")
    assert refused.status_code == 400
    assert "Choisissez pourquoi elle est mise de côté" in refused.text
    assert decide(boris, number, "set-aside", reason="person").status_code == 303
    shown = fresh(app, client, "/?unit=brest")
    assert "mise de côté\u00a0: elle permet d’identifier quelqu’un" in shown
    assert "voisine" not in shown


def test_erased_words_leave_their_place(app: Flask, client: FlaskClient) -> None:
    number = number_in(tell(client, "Des mots à oublier"))
    mia = sign_in(app.test_client(), "mia")
    decide(mia, number, "accept")
    assert "Des mots à oublier" in fresh(app, client, "/?unit=vannes")
    assert decide(mia, number, "erase", because="").status_code == 400
    assert decide(mia, number, "erase", because="Demandé par la personne").status_code == 303
    shown = fresh(app, client, "/?unit=vannes")
    assert "Les mots sont effacés." in shown
    assert "Des mots à oublier" not in shown + mia.get("/observations?state=all").text


def test_nobody_moderates_what_is_not_theirs(app: Flask, client: FlaskClient) -> None:
    number = number_in(tell(client, "À Nice", unit="nice"))
    for name, code in (("carl", 403), ("boris", 403)):
        person = sign_in(app.test_client(), name)
        assert "À Nice" not in person.get("/observations?state=all").text
        assert decide(person, number, "accept").status_code == code
    assert decide(sign_in(app.test_client(), "mia"), 999, "accept").status_code == 404
    assert decide(sign_in(app.test_client(), "mia"), number, "shout").status_code == 404


def test_a_form_sent_twice_is_one_observation(app: Flask, client: FlaskClient) -> None:
    form = form_of(client, "/observe") | {
        "unit": "vannes",
        "commitment": "bill",
        "kind": "customer",
        "text": "Deux fois",
    }
    first, second = client.post("/observe", data=form), client.post("/observe", data=form)
    assert first.headers["Location"] == second.headers["Location"]


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ({"text": "x" * 20_000}, 400, "Ce texte compte 20000 caractères\u202f; écrivez-en 2000 au plus."),
        ({"text": "  "}, 400, "ce texte est vide"),
        ({"commitment": "gone"}, 400, "Cette promesse n’est pas dans la charte en vigueur"),
        ({"commitment": ""}, 400, "Cette promesse n’est pas dans la charte en vigueur"),
        ({"unit": "nowhere"}, 404, "La charte n’a pas d’entité nowhere."),
        ({"unit": "<script>alert(1)</script>"}, 404, "La charte n’a pas d’entité &lt;script&gt;"),
        ({"website": "http://spam.example"}, 400, "Ce formulaire a été rempli par un programme"),
    ],
)
def test_what_cannot_be_taken_is_told_and_nothing_is_lost(
    app: Flask, client: FlaskClient, given: dict[str, str], code: int, said: str
) -> None:
    before = rows(app, Observation)
    answer = tell(client, **({"text": "Le texte que j’ai écrit"} | given))
    assert answer.status_code == code
    assert said in answer.text
    assert faults(answer.text, "fr") == []
    if "text" not in given:
        assert "Le texte que j’ai écrit" in answer.text
    assert rows(app, Observation) == before


def test_without_the_token_of_the_session_nothing_is_kept(app: Flask, client: FlaskClient) -> None:
    before = rows(app, Observation)
    for address in ("/observe", "/thank", "/estimate", "/poster", "/observations/1"):
        assert client.post(address, data={"unit": "vannes", "commitment": "bill", "text": "x"}).status_code == 400
    assert rows(app, Observation) == before


def test_what_looks_personal_is_shown_masked_before_it_is_sent(app: Flask, client: FlaskClient) -> None:
    before = rows(app, Observation)
    form = form_of(client, "/observe") | {"unit": "vannes", "commitment": "bill", "kind": "customer"}
    form["text"] = "Mme Dupont (06 12 34 56 78) attend depuis lundi"
    preview = client.post("/observe", data=form)
    assert preview.status_code == 200
    assert "[…] ([…]) attend depuis lundi" in preview.text
    assert "Mme Dupont (06 12 34 56 78)" in preview.text, "nothing that was written is lost"
    assert faults(preview.text, "fr") == []
    assert rows(app, Observation) == before
    number = number_in(client.post("/observe", data=form | {"send": "masked"}))
    mia = sign_in(app.test_client(), "mia").get("/observations").text
    assert "[…] ([…]) attend depuis lundi" in mia
    assert "Dupont" not in mia
    again = form_of(client, "/observe") | {name: form[name] for name in ("unit", "commitment", "kind", "text")}
    assert number_in(client.post("/observe", data=again | {"send": "as-written"})) == number + 1
    assert "un nom" in sign_in(app.test_client(), "mia").get("/observations").text


@pytest.mark.parametrize(
    "text", ["لا أستطيع أن أفي بهذا الوعد", "\u202eévitcepsrep", "👩🏽‍🔧🚿 en panne", "<i>x</i> {{ 7*7 }}"]
)
def test_any_writing_is_shown_as_it_was_written(app: Flask, client: FlaskClient, text: str) -> None:
    number = number_in(tell(client, text))
    decide(sign_in(app.test_client(), "mia"), number, "accept")
    shown = fresh(app, client, "/?unit=vannes")
    escaped = text.replace("<", "&lt;").replace(">", "&gt;")
    assert f'<blockquote dir="auto">{escaped}</blockquote>' in shown


def test_thanks_go_to_a_team_and_wait_to_be_read(app: Flask, client: FlaskClient) -> None:
    form = form_of(client, "/thank") | {"unit": "brest", "commitment": "", "text": "Merci d’avoir pris nos appels."}
    number = number_in(client.post("/thank", data=form))
    assert "Merci d’avoir pris" not in fresh(app, client, "/?unit=brest")
    decide(sign_in(app.test_client(), "boris"), number, "accept")
    assert "Merci d’avoir pris" in fresh(app, client, "/?unit=brest")
    assert "À l’équipe\u00a0: Agence de Brest" in fresh(app, client, "/?unit=west")


def test_the_question_is_answered_once_and_shows_from_five_on(app: Flask) -> None:
    texts = []
    for number in range(5):
        browser = app.test_client()
        html = browser.get("/estimate?unit=nice&commitment=bill").text
        assert "Sur 100 clients" in html
        token = re.findall(r'name="csrf_token" value="([^"]+)"', html)[0]
        form = {"csrf_token": token, "unit": "nice", "commitment": "bill", "answer": str(60 + number * 5)}
        sent = browser.post("/estimate", data=form)
        assert sent.status_code == 303
        texts.append(browser.get(sent.headers["Location"]).text)
        assert browser.post("/estimate", data=form).status_code == 303, "the same answer twice is no fault"
    assert rows(app, Estimate) == 5
    assert "4 réponses pour l’instant" in texts[3]
    assert "70 clients sur 100" in texts[4]
    assert "Réalisé, octobre 2026" in texts[4].replace("\u00a0", " ")
    assert faults(texts[4], "fr") == []


@pytest.mark.parametrize(("answer", "code"), [("101", 400), ("beaucoup", 400), ("", 400)])
def test_an_answer_that_is_no_number_is_told(client: FlaskClient, answer: str, code: int) -> None:
    form = form_of(client, "/estimate") | {"unit": "nice", "commitment": "bill", "answer": answer}
    refused = client.post("/estimate", data=form)
    assert refused.status_code == code
    assert "Donnez un nombre entier de 0 à 100" in refused.text


def test_the_chosen_site_is_remembered(client: FlaskClient) -> None:
    chosen = client.get("/site?unit=brest")
    assert (chosen.status_code, chosen.headers["Location"]) == (303, "/?unit=brest")
    assert "HttpOnly" in chosen.headers["Set-Cookie"]
    assert "Agence de Brest, octobre</h1>" in client.get("/").text
    assert "Agence de Vannes, octobre</h1>" in client.get("/?unit=vannes").text
    assert '<option value="brest" selected>' in client.get("/observe").text.replace("\u2003", "")
    client.set_cookie("site", "gone")
    assert "Petite Énergie, octobre</h1>" in client.get("/").text
    assert client.get("/site?unit=nowhere").headers["Location"] == "/?unit=nowhere"


def test_the_floor_comes_first(client: FlaskClient) -> None:
    page = client.get("/?unit=vannes").text
    order = re.findall(r"<h3 id=\"title-(\w+)\"", page)
    assert order.index("advice") == len(order) - 1
    assert page.index("ce que nous devons à chaque client") < page.index('id="title-advice"')


def test_a_signed_in_person_leaves_no_name(app: Flask, as_person: Callable[[str], FlaskClient]) -> None:
    number_in(tell(as_person("clara"), "Sans nom"))
    assert "Clara" not in as_person("mia").get("/observations").text


def test_the_address_behind_a_proxy_is_the_one_it_names(tmp_path: Path) -> None:
    seen = {}
    for proxies in (0, 1):
        (tmp_path / str(proxies)).mkdir()
        app = make_empty_app(tmp_path / str(proxies), proxies=proxies)
        app.add_url_rule("/who", view_func=lambda: request.remote_addr or "")
        client = app.test_client()
        named = ({"X-Forwarded-For": address} for address in ("9.9.9.9", "8.8.8.8"))
        seen[proxies] = [client.get("/who", headers=headers).text for headers in named]
    assert seen == {0: ["127.0.0.1", "127.0.0.1"], 1: ["9.9.9.9", "8.8.8.8"]}


def test_one_network_of_six_is_one_sender(app: Flask) -> None:
    marks = []
    for address in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "::ffff:9.9.9.9", "9.9.9.9"):
        with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
            marks.append(sender())
    assert marks[0] == marks[1] != marks[2]
    assert marks[3] == marks[4]
    assert all(len(mark) == 64 for mark in marks)
