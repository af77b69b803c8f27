"""The classification page and its forms: the map, the ladder, a decision, the register, experts blind to each other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.drafts import drafts
from tests.web.test_editing import begun
from tests.web.test_quality import faults
from tests.web.world import make_world, sign_in, token_of


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A world of its own, which these tests change."""
    return make_world(Path(tmp_path_factory.mktemp("classes")))


@pytest.fixture
def mia(own: Flask) -> FlaskClient:
    return sign_in(own.test_client(), "mia")


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split()).replace("\u202f", " ").replace("\u00a0", " ")


def send(client: FlaskClient, address: str, **form: object) -> tuple[int, str]:
    """What a form answers, after the page it leads to."""
    page = client.get(f"{address}?lang=en").text
    answer = client.post(address, data={"csrf_token": token_of(page), **form})
    if answer.status_code == 303:
        return 303, client.get(answer.headers["Location"].partition("#")[0]).text
    return answer.status_code, answer.text


def test_every_mark_is_a_link_with_a_name(mia: FlaskClient) -> None:
    page = mia.get("/classification?lang=en").text
    marks = re.findall(r'<a href="(/classification\?commitment=[a-z]+#ladder)" aria-label="([^"]+)"', page)
    assert len(marks) == 10  # five on the wide map, five on the narrow one
    assert marks[0] == (
        "/classification?commitment=answer#ladder", "No. 1, An answer, floor: not measured."
    )  # fmt: skip
    assert "Not measured: no survey of customers speaks" in page


def test_the_ladder_says_what_decided(mia: FlaskClient) -> None:
    page = words(mia.get("/classification?commitment=answer&lang=en").text)
    assert "1. An answer ▬" not in page
    assert (
        "Law Owed by law (Code). Does missing it destroy confidence? yes decides Does keeping it earn trust? no decides"
        in page
    )
    assert "Suggested by the evidence, not confirmed." in page
    assert "No survey speaks: ask 100 customers." in page


def test_a_decision_is_made_on_the_page(mia: FlaskClient) -> None:
    address = "/classification/callback/decision"
    status, page = send(mia, address, decided="both", because="", month="2026-11")
    assert (status, "say why, in one sentence" in page) == (400, True)
    assert faults(page, "en") == []
    status, page = send(mia, address, decided="both", because="Late calls anger, early ones please", month="2026-11")
    assert status == 303
    assert "The decision is kept." in page
    said = words(page)
    assert "Decided by Mia on 6 November 2026, from 1 November 2026 on" in said
    assert "The evidence suggests: Undetermined." in said
    assert "Decisions, newest first Both from 1 November 2026 on · Mia" in said
    status, page = send(mia, address, decided="both", because="Late calls anger, early ones please", month="2026-11")
    assert (status, "decided so already" in page) == (400, True)


def test_refusals_are_told_in_french(mia: FlaskClient) -> None:
    token = token_of(mia.get("/classification/bill/decision?lang=fr").text)
    page = mia.post("/classification/bill/decision?lang=fr", data={"csrf_token": token, "decided": "trust"}).text
    assert "Une classe se décide avec un motif" in page
    assert faults(page, "fr") == []


def test_a_company_is_entered_with_source_and_date(mia: FlaskClient) -> None:
    address = "/classification/nothing/sector"
    status, page = send(mia, address, company="Ada", promised="yes", source="", seen_on="2026-11-01")
    assert (status, "Say where its promise stands" in page) == (400, True)
    for name in ("Ada", "Bel", "Cyr", "Dov", "Eve"):
        source = f"https://{name}.example/charter" if name != "Eve" else "Leaflet, page 2"
        status, page = send(mia, address, company=name, promised="yes", source=source, seen_on="2026-11-01")
        assert status == 303
    assert "Promised by 5 of 5 companies compared: it is the norm" in words(page)
    assert '<a href="https://Ada.example/charter" rel="noreferrer noopener">' in page
    assert "Leaflet, page 2" in page
    assert faults(mia.get(f"{address}?lang=fr").text, "fr") == []


def test_a_source_that_is_no_web_address_is_never_a_link(mia: FlaskClient) -> None:
    source = "javascript:alert(1)"
    send(mia, "/classification/bill/sector", company="Ada", promised="yes", source=source, seen_on="2026-11-01")
    page = mia.get("/classification?commitment=bill").text
    assert f'href="{source}"' not in page
    assert source in page


def test_experts_answer_by_account_and_by_invitation(own: Flask, mia: FlaskClient) -> None:
    page = mia.get("/classification/advice/experts?lang=en").text
    clara = re.search(r'name="people" value="(\d+)"[^>]*><label[^>]*>Clara', page)
    assert clara is not None
    form = {"people": clara[1], "names": ["Kim", "", ""], "closes_on": "2026-12-01", "note": "Look at last year"}
    status, page = send(mia, "/classification/advice/experts", **form)
    assert status == 200
    assert faults(page, "en") == []
    (link,) = re.findall(r"<code>https?://[^/]+(/opinion/[^<]+)</code>", page)
    account = sign_in(own.test_client(), "clara")
    asked = "/opinions/" + re.findall(r"/opinions/(\d+)", account.get("/account?lang=en").text)[0]
    assert mia.get(asked).status_code == 403
    status, _ = send(account, asked, floor="yes", earns="no", because="Customers leave without it")
    assert status == 303
    ladder = words(mia.get("/classification?commitment=advice&lang=en").text)
    assert "1 of 2 experts have answered" in ladder
    assert "Customers leave" not in ladder
    guest = own.test_client()
    assert faults(guest.get(f"{link}?lang=en").text, "en") == []
    assert "Customers leave" not in guest.get(link).text
    status, page = send(guest, link, floor="no", earns="", because="x")
    assert (status, "Answer yes, no or unknown to both questions." in page) == (400, True)
    status, page = send(guest, link, floor="no", earns="yes", because="Nobody expects it")
    assert (status, "Your answer is kept" in page) == (303, True)
    token = token_of(guest.get("/sign-in").text)
    again = guest.post(link, data={"csrf_token": token, "floor": "yes", "earns": "no", "because": "x"})
    assert again.status_code == 400
    ladder = words(mia.get("/classification?commitment=advice&lang=en").text)
    assert "2 experts do not agree." in ladder
    assert "Customers leave without it" in ladder
    assert "Nobody expects it" in ladder


def test_forms_refuse_what_has_no_token(own: Flask) -> None:
    client = sign_in(own.test_client(), "mia")
    for name in ("decision", "sector", "experts"):
        assert client.post(f"/classification/bill/{name}", data={}).status_code == 400


def test_components_stand_as_a_matrix_of_places_with_what_is_missing(mia: FlaskClient) -> None:
    page = mia.get("/classification?lang=en").text
    part = words(page[page.index('id="components"') : page.index('id="expectations"')])
    assert "Parts Floor" in part
    assert "Gaps" in part
    for name in ("Competence", "Honesty", "Benevolence"):
        assert name in part
    assert "score" not in part.lower()


def test_a_grid_of_ones_own_is_added_in_the_browser_and_served_by_a_commitment(own: Flask, mia: FlaskClient) -> None:
    rows = {"items.0.key": "listens", "items.0.text.en": "They listen", "items.1.key": "answers",
            "items.1.text.en": "They answer", "items.1.parent": "listens"}  # fmt: skip
    begun(mia)
    form = mia.get("/charter/draft/grids/new?lang=en").text
    revision = re.search(r'name="revision" value="(\d+)"', form)
    given = {"key": "pillars", "name.en": "Our pillars", "revision": revision[1] if revision else 0, **rows}
    status, page = send(mia, "/charter/draft/grids/new", **given)
    assert status == 303, faults(page, "en")
    assert "Our pillars" in page
    with own.app_context():
        plain = drafts.open_draft(COMMAND_LINE).plain
    assert plain["grids"]["pillars"]["items"][1] == {
        "key": "answers",
        "text": {"en": "They answer"},
        "parent": "listens",
    }
    key = plain["commitments"][0]["key"]
    edit = mia.get(f"/charter/draft/commitments/{key}?lang=en").text
    assert 'name="serves.pillars' in edit
    assert "They answer" in edit
