"""Alerts, post and accounts on their pages: what is shown, and buttons that need no script."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.alerts import Alert
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.people import Contact, Person
from charter.models.records import AuditEntry
from charter.post.links import signed
from charter.post.settings import Office
from charter.services.alerts.telling import notify_people
from charter.services.alerts.time_watch import detect_changes
from charter.services.post.mail import ALERT, STOP
from charter.services.post.outbox import try_post
from charter.services.post.sending import deliver
from tests.web.overview.test_desk import words
from tests.web.test_quality import faults
from tests.web.world import NOW, make_world, sign_in, token_of


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A world of its own, in which things have been told."""
    app = make_world(Path(tmp_path_factory.mktemp("alerts")))
    with app.app_context():
        detect_changes(COMMAND_LINE, NOW)
        notify_people(COMMAND_LINE, NOW, escalate_after=timedelta(hours=48))
        try_post(COMMAND_LINE, NOW, "ana@example.org")
        deliver(COMMAND_LINE, NOW, Office("http://127.0.0.1"))
        db.session.remove()
    return app


@pytest.fixture
def mia(told: Flask) -> FlaskClient:
    return sign_in(told.test_client(), "mia")


def send(client: FlaskClient, page: str, address: str, **form: object) -> int:
    return client.post(address, data=form | {"csrf_token": token_of(client.get(page).text)}).status_code


def state_of(app: Flask, number: int) -> tuple[str, str | None]:
    with app.app_context():
        alert = db.session.get_one(Alert, number)
        return alert.state, alert.note


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("address", ["/alerts", "/post", "/account/mail"])
def test_pages_with_something_on_them_are_well_made(mia: FlaskClient, address: str, language: str) -> None:
    assert faults(mia.get(f"{address}?lang={language}").text, language) == []


def test_an_alert_is_shown_answered_paused_and_opened_again(told: Flask, mia: FlaskClient) -> None:
    page = words(mia.get("/alerts?lang=fr").text)
    assert "L’engagement « Une facture juste » n’est pas tenu en octobre 2026." in page
    assert "Mesure billed : 82,5 %, exigé au moins 90 %, sur 1 240 cas" in page
    with told.app_context():
        number = db.session.execute(select(Alert.id).where(Alert.code == "missed")).scalar_one()
    assert send(mia, "/alerts", f"/alerts/{number}/acknowledge", note="") == 303
    assert state_of(told, number) == ("acknowledged", None)
    assert "Prises en compte" in words(mia.get("/alerts?lang=fr&state=acknowledged").text)
    assert send(mia, "/alerts", f"/alerts/{number}/snooze", until="2026-11-20", note="works") == 303
    assert state_of(told, number) == ("snoozed", "works")
    assert "jusqu’au 20 novembre 2026" in words(mia.get("/alerts?lang=fr&state=snoozed").text)
    assert "jusqu’au 20 novembre 2026" not in words(mia.get("/alerts?lang=fr").text)
    for odd in ("", "tomorrow", "2026-11-06", "2099-01-01"):
        assert send(mia, "/alerts", f"/alerts/{number}/snooze", until=odd) == 400
    assert send(mia, "/alerts", f"/alerts/{number}/rearm") == 303
    assert state_of(told, number) == ("open", None)
    assert send(mia, "/alerts", "/alerts/999/acknowledge") == 404
    dan = sign_in(told.test_client(), "dan")
    assert send(dan, "/account", f"/alerts/{number}/acknowledge") == 403
    assert "alert is open" in mia.get("/desk?lang=en").text or "alerts are open" in mia.get("/desk?lang=en").text


def test_what_could_not_leave_is_sent_again(told: Flask, mia: FlaskClient) -> None:
    page = words(mia.get("/post?lang=fr").text)
    assert "Aucun courriel ne part" in page
    assert "Rien n’est parti : SMTP_HOST n’est pas réglé." in page
    assert "Nothing was sent: SMTP_HOST is not set." in words(mia.get("/post?lang=en").text)
    assert "alert:" not in page
    with told.app_context():
        trial = select(Post.id).where(Post.template == "trial", Post.channel == "mail")
        number = db.session.execute(trial).scalar_one()
    assert send(mia, "/post", f"/post/{number}/again") == 303
    assert send(mia, "/post", f"/post/{number}/again") == 409
    dan = sign_in(told.test_client(), "dan")
    assert "/again" not in dan.get("/post?lang=fr").text
    assert send(dan, "/account", f"/post/{number}/again") == 403


def test_a_person_chooses_when_mails_come(told: Flask, mia: FlaskClient) -> None:
    form = {
        "at_once": "all",
        "digest": "weekly",
        "digest_day": "4",
        "digest_at": "7:30",
        "timezone": "America/New_York",
    }
    quiet = {"quiet_from": "20:00", "quiet_until": "07:00"}
    assert send(mia, "/account/mail", "/account/mail", **form, **quiet) == 400
    assert send(mia, "/account/mail", "/account/mail", **form | {"digest_at": "07:30"}, **quiet) == 303
    with told.app_context():
        mine = select(Contact).join(Person, Person.id == Contact.person_id).where(Person.email == "mia@example.org")
        kept = db.session.execute(mine).scalar_one()
        assert (kept.at_once, kept.digest, kept.digest_day, kept.digest_at) == ("all", "weekly", 4, "07:30")
        assert (kept.quiet_from, kept.quiet_until, kept.timezone) == ("20:00", "07:00", "America/New_York")
    for odd in (
        {"digest_day": "7"},
        {"digest_at": "03:59"},
        {"timezone": "Mars/Base"},
        {"at_once": "x"},
        {"quiet_from": ""},
    ):
        assert send(mia, "/account/mail", "/account/mail", **form | {"digest_at": "07:30"} | quiet | odd) == 400


def test_the_administrator_says_who_answers_for_whom(told: Flask, as_person: Callable[[str], FlaskClient]) -> None:
    adam = sign_in(told.test_client(), "adam")
    assert "Responsables sans compte" in words(adam.get("/accounts?lang=fr").text)
    with told.app_context():
        numbers = dict(db.session.execute(select(Person.name, Person.id)).all())
    where = f"/accounts/{numbers['Carl']}"
    assert faults(adam.get(f"{where}?lang=en").text, "en") == []
    form = {"answers_for": "Service bill", "next": str(numbers["Mia"]), "language": "en"}
    assert send(adam, where, where, **form) == 303
    page = words(adam.get("/accounts?lang=fr").text)
    assert "Vannes" not in page or "Carl carl@example.org contributeur Agence de Vannes Service bill Mia" in page
    assert send(adam, where, where, **form | {"answers_for": "Nobody"}) == 400
    assert send(adam, where, where, **form | {"next": str(numbers["Carl"])}) == 400


def link(app: Flask, purpose: str, **facts: int) -> str:
    return signed(app.extensions["settings"].secret_key, purpose, facts)


def test_a_link_in_a_mail_asks_first_and_answers_as_its_person_may_then(told: Flask) -> None:
    with told.app_context():
        numbers = dict(db.session.execute(select(Person.name, Person.id)).all())
        number = db.session.execute(select(Alert.id).where(Alert.code == "missed")).scalar_one()
        db.session.execute(update(Alert).where(Alert.id == number).values(state="open"))
        db.session.commit()
    stranger = told.test_client()
    where = f"/alerts/answer/{link(told, ALERT, person=numbers['Mia'], alert=number)}"
    page = stranger.get(f"{where}?lang=en")
    assert "You answer as Mia" in words(page.text)
    assert faults(page.text, "en") == []
    assert state_of(told, number)[0] == "open", "following a link changes nothing"
    assert send(stranger, where, where, answer="at-it") == 200
    assert state_of(told, number)[0] == "acknowledged"
    again = words(stranger.get(f"{where}?lang=en").text)
    assert "Noted: Mia is on it" in again, "whoever comes back sees what was answered"
    assert send(stranger, where, where, answer="pause", until="") == 400
    assert state_of(told, number)[0] == "acknowledged"
    assert send(stranger, where, where, answer="pause", until="2026-11-20") == 200
    assert state_of(told, number)[0] == "snoozed"
    for odd in (
        f"{where}x",
        f"/alerts/answer/{link(told, STOP, person=numbers['Mia'], alert=number)}",
        f"/alerts/answer/{link(told, ALERT, person=999, alert=number)}",
    ):
        assert stranger.get(odd).status_code == 404
    for name, status in (("Dan", 403), ("Clara", 404)):
        if name in numbers:
            other = f"/alerts/answer/{link(told, ALERT, person=numbers[name], alert=number)}"
            assert stranger.get(other).status_code == status, name


def test_the_line_of_the_week_is_turned_off_with_one_click(told: Flask) -> None:
    with told.app_context():
        dora = db.session.execute(select(Person.id).where(Person.role == "director")).scalars().first()
    assert dora is not None
    where = f"/mail/stop/{link(told, STOP, person=dora)}"
    stranger = told.test_client()
    assert stranger.get(f"{where}?lang=fr").status_code == 200

    def chosen() -> str | None:
        with told.app_context():
            return db.session.execute(select(Contact.weekly_line).where(Contact.person_id == dora)).scalar_one_or_none()

    assert chosen() in (None, "on"), "looking changes nothing"
    assert stranger.post(where, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert chosen() == "off"
    assert stranger.post("/mail/stop/guessed").status_code == 404


def test_several_alerts_are_answered_at_once(told: Flask, mia: FlaskClient) -> None:
    with told.app_context():
        standing = select(Alert.id).where(Alert.state != "closed").order_by(Alert.id)
        numbers = [str(number) for number in db.session.execute(standing).scalars()][:2]
    assert len(numbers) == 2
    form = {"alert": [*numbers, "x"], "do": "pause", "until": "2026-11-20", "note": "works", "unit": "company"}
    token = token_of(mia.get("/alerts?lang=en").text)
    answer = mia.post("/alerts/answers", data=form | {"csrf_token": token})
    assert (answer.status_code, answer.location) == (303, "/alerts?unit=company")
    assert "2 alerts are paused" in mia.get("/alerts").text
    assert {state_of(told, int(number)) for number in numbers} == {("snoozed", "works")}
    assert send(mia, "/alerts", "/alerts/answers", alert=numbers, do="acknowledge") == 303
    assert {state_of(told, int(number))[0] for number in numbers} == {"acknowledged"}
    with told.app_context():
        entries = select(AuditEntry.subject).where(AuditEntry.action == "alert:acknowledge")
        subjects = " ".join(db.session.execute(entries).scalars())
        assert all(f"alert {number} " in subjects for number in numbers)
    for number in numbers:
        assert send(mia, "/alerts", f"/alerts/{number}/rearm") == 303


def test_what_may_not_be_answered_at_once_is_not_answered_in_part(told: Flask, mia: FlaskClient) -> None:
    refused = mia.post("/alerts/answers", data={"do": "pause", "csrf_token": token_of(mia.get("/alerts").text)})
    assert refused.status_code == 400
    with told.app_context():
        number = db.session.execute(select(Alert.id).where(Alert.state == "open").order_by(Alert.id)).scalars().first()
    assert send(mia, "/alerts", "/alerts/answers", alert=[str(number), "999"], do="acknowledge") == 404
    assert state_of(told, int(number or 0))[0] == "open"
    assert send(mia, "/alerts", "/alerts/answers", alert=[str(number)], do="pause", until="2020-01-01") == 400
    page = words(mia.post("/alerts/answers", data={"csrf_token": token_of(mia.get("/alerts").text)}).text)
    assert "Choisissez au moins une alerte." in page or "Choose at least one alert." in page
    dan = sign_in(told.test_client(), "dan")
    assert send(dan, "/account", "/alerts/answers", alert=[str(number)], do="acknowledge") == 403


def test_alerts_are_narrowed_by_what_stands_in_the_address(told: Flask, mia: FlaskClient) -> None:
    with told.app_context():
        units = set(db.session.execute(select(Alert.unit_key).where(Alert.state == "open")).scalars())
    shown = mia.get("/alerts?lang=en").text.count('<li id="alert-')
    assert shown > 0
    assert mia.get("/alerts?lang=en&unit=company").text.count('<li id="alert-') == shown
    assert "nice" in units or "No alert is like this" in words(mia.get("/alerts?lang=en&unit=nice").text)
    assert "No alert is like this" in words(mia.get("/alerts?lang=en&kind=past").text)
    assert mia.get("/alerts?kind=%3Cb%3E&place=zz&state=odd&by=odd&page=99").status_code == 200


def test_a_miss_without_an_alert_is_said_of_the_readers_own_unit(told: Flask) -> None:
    """The world was measured before anybody answered for the region: its list of alerts is empty, its month is not."""
    head = sign_in(told.test_client(), "boris")
    page = head.get("/alerts?lang=en").text
    assert "without an alert." in words(page)
    assert "at Région Ouest without" in words(page)
    assert 'href="/desk?unit=west&amp;period=2026-10"' in page
    assert "sans qu’il y ait d’alerte" in head.get("/alerts?lang=fr").text
    assert "without an alert" not in head.get("/alerts?lang=en&state=closed").text


def test_the_desk_of_a_unit_counts_the_alerts_that_its_link_lists(told: Flask) -> None:
    with told.app_context():
        about = {"kind": "status", "subject": "z", "commitment_key": "answer", "owner": "Accueil", "code": "missed"}
        for unit in ("vannes", "nice"):
            db.session.add(
                Alert(**about, facts={}, state="open", unit_key=unit, opened_at=NOW, changed_at=NOW, told_to=[])
            )
        db.session.commit()
    ana = sign_in(told.test_client(), "ana")
    for unit in ("company", "west", "vannes", "brest", "nice"):
        page = ana.get(f"/desk?unit={unit}&lang=en").text
        said = re.search(r'href="(/alerts[^"]*)">(One|\d+) alerts? (?:is|are) open', page)
        counted = 0 if said is None else 1 if said[2] == "One" else int(said[2])
        listed = ana.get(said[1] if said else f"/alerts?unit={unit}").text
        assert listed.count('<li id="alert-') == counted, unit
        assert f"({counted})" in re.findall(r'aria-current="page">([^<]+)<', listed)[-1]


def test_an_answer_leads_back_to_the_list_that_was_narrowed(told: Flask, mia: FlaskClient) -> None:
    page = mia.get("/alerts?unit=nice&by=owner&lang=en").text
    (where,) = re.findall(r'action="(/alerts/\d+/acknowledge[^"]*)"', page)[:1]
    answer = mia.post(html.unescape(where), data={"csrf_token": token_of(page)})
    assert (answer.status_code, answer.location) == (303, "/alerts?unit=nice&by=owner")
    assert "open alerts are of what you chose" in words(mia.get("/alerts?unit=nice&lang=en").text)
    assert "correspond à votre choix" in mia.get("/alerts?unit=vannes&lang=fr").text
