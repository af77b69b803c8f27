"""Pages of effort and of what staff and customers live: answers with words, hidden where few, questions to staff."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.frontline import Estimate
from charter.services.checks.running import run_due
from charter.services.people import accounts
from charter.services.records.access import Access
from charter.web.frontline.intranet import forget_pages
from tests.services.effort_world import NOW, STAFF, START, charter, write_answers
from tests.services.world import apply
from tests.web.test_quality import faults
from tests.web.world import CAST, PASSWORD, make_empty_app, sign_in, token_of


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """October's answers measured; five of A's staff have answered, two of B's."""
    folder = Path(tmp_path_factory.mktemp("effort"))
    app = make_empty_app(folder)
    app.config["CLOCK"] = lambda: NOW
    with app.app_context():
        write_answers(folder)
        apply(charter() + STAFF, folder, START)
        run_due(COMMAND_LINE, NOW, Access())
        for name in ("ana", "mia"):
            role = CAST[name].role
            address = f"{name}@example.org"
            accounts.create_account(COMMAND_LINE, NOW, email=address, name=name, role=role, password=PASSWORD, units=())
    return app


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("page", ["/effort", "/effort?unit=b", "/symmetry", "/symmetry?unit=a", "/our-work?unit=a"])
def test_every_page_is_whole_in_both_languages(asked: Flask, language: str, page: str) -> None:
    ana = sign_in(asked.test_client(), "ana")
    shown = ana.get(f"{page}{'&' if '?' in page else '?'}period=2026-10&lang={language}")
    assert shown.status_code == 200
    assert faults(shown.text, language) == []


def test_each_answer_stands_with_its_word(asked: Flask) -> None:
    page = sign_in(asked.test_client(), "ana").get("/commitments/one?period=2026-10&lang=en").text
    assert "Customers were asked: “Was it easy?” From 1 to 7, where 1 is the hardest." in page
    assert "11 of 46 who answered found it hard (23.9%). Mean answer: 5.3." in page
    rows = re.findall(r'<th role="rowheader" scope="row">(\d) <span class="muted">(\w+)</span>', page)
    assert rows == [
        ("7", "easy"),
        ("6", "easy"),
        ("5", "easy"),
        ("4", "neither"),
        ("3", "hard"),
        ("2", "hard"),
        ("1", "hard"),
    ]


def test_words_are_offered_to_who_reviews_what_is_written(asked: Flask) -> None:
    address = "/effort/ces/words?unit=company&amp;period=2026-10"
    mia, ana = (sign_in(asked.test_client(), name) for name in ("mia", "ana"))
    assert address in mia.get("/effort?period=2026-10").text
    assert address not in ana.get("/effort?period=2026-10").text
    page = mia.get("/effort/ces/words?unit=company&period=2026-10&lang=en").text
    assert faults(page, "en") == []
    asked_for = mia.post(
        "/effort/ces/words", data={"csrf_token": token_of(page)} | {"unit": "company", "period": "2026-10"}
    )
    assert asked_for.status_code == 303
    assert mia.get(asked_for.headers["Location"]).status_code == 200
    assert mia.get("/effort/ces/words?unit=a&period=2026-10&job=1").status_code == 404, "of another unit"


def test_staff_answer_without_a_name_and_the_dots_wait_for_five(asked: Flask) -> None:
    with asked.app_context():
        forget_pages()
    assert 'href="/our-work?unit=a"' in asked.test_client().get("/?unit=a").text
    for number in range(5):
        client = asked.test_client()
        page = client.get("/our-work?unit=a&lang=en").text
        assert "Do I have what it takes?" in page
        sent = client.post("/our-work", data={"csrf_token": token_of(page)} | {"unit": "a", "answer": "75"})
        assert sent.status_code == 303, sent.text
        after = client.get("/our-work?unit=a&lang=en").text
        assert ("on average 75 of 100" in after) is (number == 4)
    token = token_of(client.get("/our-work?unit=b").text)
    wrong = client.post("/our-work", data={"csrf_token": token, "unit": "b", "answer": "80"})
    assert wrong.status_code == 400
    with asked.app_context():
        assert db.session.query(Estimate).count() == 5
    shown = sign_in(asked.test_client(), "ana").get("/symmetry?period=2026-11&lang=en").text
    assert "Nothing is concluded: 1 of the units have both figures, and at least 10 are needed." in shown
    assert "75.0%" in shown
    assert "Meetings held" in shown
