"""Surveys on pages: opened, answered by a link on a phone without JavaScript, closed, imported, withdrawn."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from charter.models.base import db
from charter.models.surveys import SurveyResponse
from tests.web.world import make_world, sign_in, token_of

PLAN = {"name": "Automne", "commitments": ["bill", "answer"], "languages": ["fr", "en"], "closes_on": "2026-12-01",
        "invitations": "12", "segment": "", "table": "classic"}  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_world(tmp_path_factory.mktemp("surveys"), has_source=False)


@pytest.fixture
def mia(world: Flask) -> FlaskClient:
    return sign_in(world.test_client(), "mia")


def post(client: FlaskClient, address: str, form: dict[str, object], page: str | None = None) -> object:
    token = token_of(client.get(page or address).text)
    return client.post(address, data={**form, "csrf_token": token})


def opened(mia: FlaskClient, name: str, **changed: object) -> tuple[str, list[str]]:
    answer = post(mia, "/surveys/new", {**PLAN, "name": name, **changed})
    assert answer.status_code == 303, answer.text  # type: ignore[attr-defined]
    address = answer.headers["Location"]  # type: ignore[attr-defined]
    listed = post(mia, f"{address}/links", {}, address)
    assert listed.mimetype == "text/csv"  # type: ignore[attr-defined]
    lines = listed.text.splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "number,link"
    return address, [line.partition(",")[2].removeprefix("http://127.0.0.1:8000") for line in lines[1:]]


def keys(html: str) -> list[str]:
    return re.findall(r'<h2 id="p-([^"]+)"', html)


def test_a_customer_answers_once_and_leaves_nothing_behind(world: Flask, mia: FlaskClient) -> None:
    address, links = opened(mia, "Once")
    assert len(links) == 12
    customer = world.test_client()
    page = customer.get(links[0])
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.text.count("<script") == 1, "one file, and the form works without it"
    assert 'name="robots" content="noindex' in page.text
    asked = keys(page.text)
    form = {f"{key}.{question}": "2" if question == "functional" else "5"
            for key in asked for question in ("functional", "dysfunctional")}  # fmt: skip
    assert "obligé de répondre" in page.text, "rights stand before the first question"
    assert page.text.index("obligé de répondre") < page.text.index("<fieldset")
    thanks = customer.post(links[0], data=form)
    assert thanks.status_code == 200
    assert "Merci" in thanks.text
    assert "Set-Cookie" not in f"{page.headers}{thanks.headers}", "it works without cookies"
    again = customer.get(links[0])
    assert again.status_code == 410
    assert "déjà servi" in again.text
    with world.app_context():
        assert db.session.query(SurveyResponse).count() == 0
    assert "1 sur 12" in mia.get("/surveys").text.replace("\u202f", " ")
    assert "Montré une fois l’enquête close" in mia.get(address).text


def test_half_pairs_are_said_before_they_are_kept(world: Flask, mia: FlaskClient) -> None:
    _, links = opened(mia, "Half")
    customer = world.test_client()
    key = keys(customer.get(links[0]).text)[0]
    half = {f"{key}.functional": "1"}
    warned = customer.post(links[0], data=half)
    assert "Seules les paires entières comptent" in warned.text  # type: ignore[attr-defined]
    assert f'id="{key}.functional.1" name="{key}.functional" value="1" checked' in warned.text  # type: ignore[attr-defined]
    sent = customer.post(links[0], data={**half, "anyway": "1"})
    assert "Merci" in sent.text  # type: ignore[attr-defined]
    empty = customer.post(links[1], data={})
    assert empty.status_code == 400  # type: ignore[attr-defined]
    assert "Rien n’est répondu encore" in empty.text  # type: ignore[attr-defined]
    odd = customer.post(links[1], data={f"{key}.functional": "9"})
    assert odd.status_code == 400  # type: ignore[attr-defined]


def test_a_customer_reads_the_languages_of_the_survey(world: Flask, mia: FlaskClient) -> None:
    _, links = opened(mia, "English", languages=["en"])
    page = world.test_client().get(links[0], headers={"Accept-Language": "fr"}).text
    assert '<html lang="en">' in page
    assert "I could live with it" in page
    _, links = opened(mia, "Both")
    page = world.test_client().get(links[0] + "?lang=en").text
    assert "If we keep this promise, how do you feel about it?" in page
    assert 'hreflang="fr"' in page


def test_a_search_for_links_is_told_to_wait(world: Flask, mia: FlaskClient) -> None:
    _, links = opened(mia, "Searched")
    stranger = world.test_client()
    answers = [stranger.get(f"/answer/guess-{n}", environ_base={"REMOTE_ADDR": "192.0.2.9"}) for n in range(35)]
    assert [one.status_code for one in answers] == [404] * 30 + [429] * 5
    assert "réessayez plus tard" in answers[-1].text
    assert stranger.get(links[0], environ_base={"REMOTE_ADDR": "192.0.2.9"}).status_code == 200


def test_another_language_keeps_what_is_ticked_and_a_preview_spends_no_link(world: Flask, mia: FlaskClient) -> None:
    address, links = opened(mia, "Switched")
    customer = world.test_client()
    key = keys(customer.get(links[0]).text)[0]
    english = customer.post(f"{links[0]}?lang=en", data={f"{key}.functional": "2", "look": "en"})
    assert "If we keep this promise" in english.text
    assert f'name="{key}.functional" value="2" checked' in english.text
    shown = mia.get(f"{address}/questionnaire")
    assert "Un aperçu" in shown.text
    assert "Envoyer mes réponses" not in shown.text
    assert world.test_client().get(f"{address}/questionnaire").status_code == 302
    assert "0 sur 12" in mia.get(address).text.replace("\u202f", " ").replace("\u00a0", " ")
    orders = {tuple(keys(world.test_client().get(link).text)) for link in links}
    assert len(orders) == 2, "each link asks in an order of its own"
    assert "270" in mia.get("/surveys/new").text


def test_cards_carry_codes_and_links_are_shown_once(mia: FlaskClient) -> None:
    address = post(mia, "/surveys/new", {**PLAN, "name": "Cards"}).headers["Location"]  # type: ignore[attr-defined]
    cards = post(mia, f"{address}/links", {"form": "cards"}, address)
    assert cards.text.count('class="qr"') == 12  # type: ignore[attr-defined]
    assert "style=" not in cards.text  # type: ignore[attr-defined]
    assert post(mia, f"{address}/links", {}, address).status_code == 409  # type: ignore[attr-defined]
    assert post(mia, f"{address}/links", {"again": "1"}, address).status_code == 200  # type: ignore[attr-defined]


def test_a_survey_is_closed_then_withdrawn(world: Flask, mia: FlaskClient) -> None:
    address, links = opened(mia, "Closing")
    closed = post(mia, f"{address}/close", {}, address)
    assert closed.status_code == 303  # type: ignore[attr-defined]
    page = mia.get(address).text
    assert "Moins de cinq personnes y ont répondu" in page
    assert "non enregistrées" in page
    assert world.test_client().get(links[0]).status_code == 410
    assert post(mia, f"{address}/withdraw", {"reason": "mauvais clients"}, address).status_code == 303  # type: ignore[attr-defined]
    assert "mauvais clients" in mia.get(address).text


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": ""}, "L’enquête a besoin d’un nom"),
        ({"commitments": []}, "Choisissez au moins une promesse"),
        ({"closes_on": "demain"}, "Écrivez le jour comme 2026-12-31"),
        ({"invitations": "many"}, "en nombre entier"),
    ],
)
def test_a_plan_that_cannot_be_asked_is_said(mia: FlaskClient, changed: dict[str, object], message: str) -> None:
    answer = post(mia, "/surveys/new", {**PLAN, **changed})
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert message in answer.text  # type: ignore[attr-defined]


def upload(mia: FlaskClient, text: str, **form: str) -> str:
    token = token_of(mia.get("/surveys/import").text)
    whole = {"kind": "kano", "name": "Fichier", "asked_on": "2026-10-30", **form, "csrf_token": token}
    answer = mia.post("/surveys/import", data={**whole, "file": (io.BytesIO(text.encode("cp1252")), "réponses.csv")})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_a_file_is_looked_at_mapped_and_kept(mia: FlaskClient) -> None:
    rows = "".join(f"r{n};bill;2;5\n" for n in range(40))
    address = upload(mia, f"Répondant;Attribut;Fonctionnel;Dysfonctionnel\n{rows}r99;bill;8;1\nr98;Ailleurs;1;1\n")
    page = mia.get(address).text
    assert "Aucune promesse ne s’appelle" in page
    assert "Ligne 42" in page
    form: dict[str, object] = {"name-1": "bill", "to-1": "bill", "name-2": "Ailleurs", "to-2": ""}
    assert post(mia, f"{address}/confirm", form, address).status_code == 400  # type: ignore[attr-defined]
    kept = post(mia, f"{address}/confirm", {**form, "to-2": "-", "leave_refused": "1"}, address)
    assert kept.status_code == 303  # type: ignore[attr-defined]
    page = mia.get(kept.headers["Location"]).text  # type: ignore[attr-defined]
    assert "Sur 100 clients, 100 seraient mécontents sans lui" in page
    assert "Les 40 paires de réponses sont toutes les mêmes" in page


def test_marks_become_a_job(mia: FlaskClient) -> None:
    rows = "".join(f"{1 + n % 5},{1 + n // 5 % 5},{n % 9}\n" for n in range(200))
    address = upload(mia, f"bill,answer,overall\n{rows}", kind="marks", name="Notes")
    form: dict[str, object] = {"name-1": "bill", "to-1": "bill", "name-2": "answer", "to-2": "answer"}
    kept = post(mia, f"{address}/confirm", form, address)
    assert "/jobs/" in kept.headers["Location"]  # type: ignore[attr-defined]
    page = mia.get(kept.headers["Location"]).text  # type: ignore[attr-defined]
    assert "Analyse des notes d’une enquête" in page


@pytest.mark.parametrize(
    ("text", "message"),
    [("a;b\n1;2\n", "n’a pas de colonne attribute"), ("", "Choisissez un fichier"), ("\n", "est vide")],
)
def test_a_file_that_does_not_do_is_said(mia: FlaskClient, text: str, message: str) -> None:
    token = token_of(mia.get("/surveys/import").text)
    form: dict[str, object] = {"kind": "kano", "name": "x", "asked_on": "2026-10-30", "csrf_token": token}
    if text:
        form["file"] = (io.BytesIO(text.encode()), "x.csv")
    answer = mia.post("/surveys/import", data=form)
    assert answer.status_code == 400
    assert message in answer.text


def test_auditors_read_what_was_found_and_change_nothing(world: Flask, mia: FlaskClient) -> None:
    address, _ = opened(mia, "Audited")
    dan = sign_in(world.test_client(), "dan")
    page = dan.get(address)
    assert page.status_code == 200
    assert "/links" not in page.text
    token = token_of(page.text)
    assert dan.post(f"{address}/close", data={"csrf_token": token}).status_code == 403


def test_no_heavy_library_is_loaded_by_the_pages_of_surveys() -> None:
    folder = Path(__file__).parents[3] / "charter"
    for path in [
        *folder.glob("web/*.py"),
        folder / "services/surveys/results_view.py",
        folder / "services/surveys/answers.py",
    ]:
        assert not re.search(r"^(import|from) (numpy|scipy|statsmodels|segno)", path.read_text(encoding="utf-8"), re.M)


def test_columns_that_say_nothing_are_told_on_the_page(mia: FlaskClient) -> None:
    lines = ["Horodateur,Nom,Q1,Q2,Q3,Poids"]
    lines += [f"2026-05-04,Zoé,{'Plutôt bien' if n % 2 else 1},{5 if n % 3 else 99},3,2" for n in range(40)]
    form = {"kind": "kano", "name": "Told", "asked_on": "2026-05-31", "months_kept": "24"}
    form |= {"file": (io.BytesIO("\n".join(lines).encode()), "google.csv")}
    sent = post(mia, "/surveys/import", form)
    assert sent.status_code == 303, sent.text  # type: ignore[attr-defined]
    address = sent.headers["Location"]  # type: ignore[attr-defined]
    page = mia.get(address).text
    assert "Google Forms" in page
    assert "Zoé" not in page
    assert 'id="part-1"' in page
    names = re.findall(r'<label for="(part-\d+)">([^<]+)</label>', page)
    parts = {name: at for at, name in names}
    told = {parts["Q1"]: "kept:bill", parts["Q2"]: "not-kept:bill"}
    post(mia, f"{address}/columns", told, address)
    page = mia.get(address).text
    words = {name.strip(): at for at, name in re.findall(r'<label for="(level-\d+)">([^<]+)<', page)}
    assert set(words) == {"Plutôt bien", "99"}
    post(mia, f"{address}/columns", {words["Plutôt bien"]: "2", words["99"]: ""}, address)
    page = mia.get(address).text
    assert "Poids" in page
    assert "Aucune ligne n’est refusée" in page
    kept = post(mia, f"{address}/confirm", {"to-1": "bill"}, address)
    wave = mia.get(kept.headers["Location"]).text  # type: ignore[attr-defined]
    assert "40" in wave


def test_you_told_us_is_public_once_a_person_opens_it_and_gone_when_closed(world: Flask, mia: FlaskClient) -> None:
    text = "attribute,functional,dysfunctional,segment\n" + "bill,1,5,pro\n" * 40 + "answer,1,1,pro\n" * 6
    text += "bill,3,3,home\n" * 40 + "bill,1,5,new\n" * 8
    form = {"kind": "kano", "name": "Said", "asked_on": "2026-05-31", "months_kept": "24"}
    sent = post(mia, "/surveys/import", form | {"file": (io.BytesIO(text.encode()), "said.csv")})
    upload = sent.headers["Location"]  # type: ignore[attr-defined]
    post(mia, f"{upload}/confirm", {}, upload)
    address = re.findall(r'href="(/surveys/\d+)">Said · pro<', mia.get("/surveys").text)[0]
    page = mia.get(address).text
    beside = page[page.index('id="beside-segment"') :]
    assert beside.count("<tr") == 1 + 4
    assert beside.count("<strong>") == 2, "pro and home answer unlike each other; of new too few are told"
    told, visitor = address.replace("/surveys/", "/told/"), world.test_client()
    assert visitor.get(told).status_code == 404
    post(mia, f"{address}/told", {"what_fr": " "}, address)
    assert visitor.get(told).status_code == 404
    post(mia, f"{address}/told", {"what_fr": "Nous rappelons le jour même."}, address)
    answer = visitor.get(told)
    assert answer.status_code == 200
    assert "Nous rappelons le jour même." in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.text.count("100") == 4, "100 of 100 twice; of the promise on which six answered nothing is told"
    assert told in mia.get(address).text
    post(mia, f"{address}/told", {"close": "1"}, address)
    assert visitor.get(told).status_code == 404


def test_an_open_link_is_shown_once_may_be_framed_and_asks_again(world: Flask, mia: FlaskClient) -> None:
    address, _ = opened(mia, "Poster", has_open_link="1")
    number = int(address.rpartition("/")[2]) + 1
    page = post(mia, f"/surveys/{number}/links", {}, f"/surveys/{number}").text  # type: ignore[attr-defined]
    link = re.findall(r"/answer/[\w-]+", page)[0]
    assert "&lt;iframe src=" in page
    visitor = world.test_client()
    shown = visitor.get(link)
    assert shown.headers["Content-Security-Policy"] == visitor.get("/embed").headers["Content-Security-Policy"]
    for _ in range(2):
        assert visitor.post(link, data={"bill.functional": "2", "bill.dysfunctional": "5"}).status_code == 200
    single = opened(mia, "Single")[1][0]
    assert "frame-ancestors 'none'" in visitor.get(single).headers["Content-Security-Policy"]


def test_a_list_of_links_comes_back_with_those_that_nobody_used(world: Flask, mia: FlaskClient) -> None:
    address, links = opened(mia, "Remind")
    for link in links[:5]:
        world.test_client().post(link, data={"bill.functional": "2", "bill.dysfunctional": "5"})
    lines = [f"zoe{n}@example.org,http://127.0.0.1:8000{link}" for n, link in enumerate(links)]
    sent = {"file": (io.BytesIO("\n".join(["mail,link", *lines]).encode()), "list.csv")}
    answer = post(mia, f"{address}/reminders", sent, address)
    assert answer.text.splitlines() == ["mail,link", *lines[5:]]  # type: ignore[attr-defined]


def test_customers_are_asked_why_where_the_survey_does_and_told_what_is_kept(world: Flask, mia: FlaskClient) -> None:
    _, silent = opened(mia, "Silent")
    _, links = opened(mia, "Why", asks_why="1")
    customer = world.test_client()
    assert "<textarea" not in customer.get(f"{silent[0]}?lang=en").text
    page = customer.get(f"{links[0]}?lang=en").text
    field = re.search(r'<textarea id="([\w-]+)\.why"', page)
    assert field is not None
    assert "what you write, apart from your answers" in page
    key = field[1]
    given = {f"{key}.functional": "2", f"{key}.dysfunctional": "5", f"{key}.why": "x" * 501}
    refused = customer.post(f"{links[0]}?lang=en", data=given)
    assert (refused.status_code, "501" in refused.text) == (400, True)
    assert "x" * 501 in refused.text, "nothing of it is lost"
    sent = customer.post(f"{links[0]}?lang=en", data=given | {f"{key}.why": "Too slow."})
    assert "unless you wrote them" in sent.text
