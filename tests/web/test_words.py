"""The pages of free texts: what a director reads, pins and takes off; what a manager reads again and erases."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.frontline import WordPin
from charter.models.jobs import Job
from charter.services.drafts import drafts
from charter.services.frontline.word_reading import read_words
from charter.services.people import accounts
from tests.services.frontline.words_world import KEY, READING, SHOWN, with_letters
from tests.web.test_editing import begun
from tests.web.world import CAST, NOW, PASSWORD, make_empty_app, sign_in, token_of

ADDRESS = f"/words/letters?expression={KEY}&unit=company&period=2026-10"
PIN = {
    "words": "letters",
    "expression": KEY,
    "commitment": "bill",
    "unit": "company",
    "period": "2026-10",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A charter with letters, read for October, and the cast."""
    folder = Path(tmp_path_factory.mktemp("words"))
    app = make_empty_app(folder)
    with app.app_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        with_letters(folder)
        read_words(COMMAND_LINE, NOW, READING, key="letters", period="2026-10")
        for name, person in CAST.items():
            given = {"email": f"{name}@example.org", "name": name, "password": PASSWORD, "units": person.units}
            accounts.create_account(COMMAND_LINE, NOW, role=person.role, **given)  # type: ignore[arg-type]
    return app


class Reader:
    """One of the cast before the pages."""

    def __init__(self, app: Flask, name: str) -> None:
        self.client = sign_in(app.test_client(), name)

    def reads(self, address: str, language: str = "en") -> str:
        return self.client.get(f"{address}{'&' if '?' in address else '?'}lang={language}").text

    def sends(self, address: str, **form: str) -> TestResponse:
        token = token_of(self.client.get("/account").text)
        return self.client.post(address, data=form | {"csrf_token": token})


def test_the_page_says_what_rises_in_context_and_offers_five_texts(made: Flask) -> None:
    page = Reader(made, "ana").reads("/words?period=2026-10&unit=company")
    assert "in 15 of" in page
    assert page.count(f"<mark>{SHOWN}</mark>") == 3
    assert "Read 5 texts of the month, drawn by lot" in page
    assert "Not read for this month" in page, "what staff report was not"
    assert "Erase this text" not in page
    assert "Read again" not in page
    few = Reader(made, "ana").reads("/words?period=2026-10&unit=nice")
    assert "Not enough texts to say anything: " in few
    assert "among so few, a text could be told by its writer" in few
    assert "<blockquote" not in few


def test_an_expression_leads_to_its_texts(made: Flask) -> None:
    page = Reader(made, "ana").reads(ADDRESS, "fr")
    assert page.count(f"<mark>{SHOWN}</mark>") == 15
    assert "Dans 15 textes sur" in page
    assert "Kerbrat" not in page
    assert Reader(made, "boris").client.get(ADDRESS).status_code == 403


def test_it_is_pinned_shown_on_the_promise_and_taken_off(made: Flask) -> None:
    ana = Reader(made, "ana")
    assert ana.sends("/words/pin", **PIN).status_code == 303
    page = ana.reads("/commitments/bill?period=2026-10&unit=company")
    assert f"“{SHOWN}”" in page
    assert "in 15 of" in page
    assert "expression=fr+pr" in page
    again = ana.sends("/words/pin", **PIN)
    assert (again.status_code, "pinned to this promise already" in again.text) == (400, True)
    off = ana.sends("/words/pin", **PIN, step="unpin", back="commitment")
    assert off.headers["Location"].startswith("/commitments/bill")
    assert "Expressions pinned" not in ana.reads("/commitments/bill?period=2026-10&unit=company")
    with made.app_context():
        assert len(db.session.execute(select(WordPin)).scalars().all()) == 2
    assert Reader(made, "boris").sends("/words/pin", **PIN).status_code == 403


def test_a_manager_reads_again_and_erases(made: Flask) -> None:
    mia = Reader(made, "mia")
    asked = mia.sends("/words/read", words="letters", period="2026-10")
    assert asked.headers["Location"].startswith("/jobs/")
    with made.app_context():
        job = db.session.execute(select(Job)).scalar_one()
        assert (job.kind, job.arguments) == ("read-words", {"words": "letters", "period": "2026-10"})
    page = mia.reads(ADDRESS)
    nth = page.split('name="nth" value="')[1].split('"')[0]
    given = {"unit": "company", "period": "2026-10", "nth": nth, "because": "Asked."}
    assert mia.sends("/words/letters/erase", **given).status_code == 303
    assert mia.reads(ADDRESS).count(f"<mark>{SHOWN}</mark>") == 14
    assert mia.sends("/words/letters/erase", **given).status_code == 400
    assert Reader(made, "ana").sends("/words/letters/erase", **given).status_code == 403
    assert Reader(made, "ana").sends("/words/read", words="letters", period="2026-10").status_code == 403


def test_the_desk_has_one_quiet_line(made: Flask) -> None:
    page = Reader(made, "ana").reads("/desk?period=2026-10&unit=company")
    assert "Written more often" in page
    assert f"Letters: “{SHOWN}”" in page


def test_free_texts_are_added_and_changed_in_the_browser(made: Flask) -> None:
    mia = Reader(made, "mia")
    begun(mia.client)
    form = mia.reads("/charter/draft/words/new")
    revision = form.split('name="revision" value="')[1].split('"')[0]
    given = {"key": "whys", "name.en": "Why", "name.fr": "Pourquoi", "told_by": "customers", "revision": revision}
    both = mia.sends("/charter/draft/words/new", **given, source="letters")
    assert both.status_code == 400, "of a source or told, never both"
    assert mia.sends("/charter/draft/words/new", **given).status_code == 303
    with made.app_context():
        plain = drafts.open_draft(COMMAND_LINE).plain
    assert plain["words"]["whys"] == {"name": {"en": "Why", "fr": "Pourquoi"}, "told_by": "customers"}
    assert plain["words"]["letters"]["leave_out"] == ["gertrude"]
    assert "Why" in mia.reads("/charter/draft")
    assert "gertrude" in mia.reads("/charter/draft/words/letters")
