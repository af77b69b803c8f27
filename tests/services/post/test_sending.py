"""What waits leaves: tried again, given up, once however many processes send."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charter.domain.alerts.mail_hours import LEASE, MOST_TRIES, PostState
from charter.domain.vocabulary.errors import Conflict, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.sentences import restored
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.records import AuditEntry
from charter.services.post.outbox import outbox_counts, post_mail, post_webhook, posts, send_again
from charter.services.post.sending import Delivery
from charter.services.records.transactions import transaction
from tests.post.servers import Program, mail_server, program
from tests.services.post.test_outbox import Server, office, person, row, row_of, send, write
from tests.services.world import NOW


@pytest.fixture
def server() -> Iterator[Server]:
    with mail_server() as found:
        yield found


@pytest.fixture
def listener() -> Iterator[str]:
    with program() as found:
        yield found


def test_a_program_that_is_bound_to_units_is_told_what_happens_there(charted: Flask, listener: str) -> None:
    facts = {"vannes": {"alert": {"unit": "vannes"}}, "nice": {"alert": {"unit": "nice"}}, "brest": {"unit": "brest"},
             "gone": {"unit": "lorient"}, "month": {"period": "2026-10"}}  # fmt: skip
    with transaction():
        for cause, params in facts.items():
            post_webhook(cause, "happened", params, NOW)
    where = office(hook=listener)
    (target,) = where.targets
    assert send(replace(where, targets=(replace(target, units=("west",)),))) == Delivery(sent=2)
    assert {cause: row(cause).state for cause in facts} == dict.fromkeys(facts, PostState.DROPPED) | {
        "vannes": PostState.SENT, "brest": PostState.SENT
    }  # fmt: skip


def test_a_mail_is_written_in_the_reader_s_language_when_it_leaves(charted: Flask, server: Server) -> None:
    inbox, port = server
    write("one", "two")
    person().language = "en"
    db.session.commit()
    assert send(office(port)) == Delivery(sent=2)
    message = inbox.messages[0][1]
    assert message["Subject"] == "Promesse: a test message"
    text, html = (part.get_content() for part in message.iter_parts())
    assert "Hello Ana," in text
    assert "https://promesse.example.org/desk" in text
    assert '<html lang="en">' in html
    assert 'href="https://promesse.example.org/desk"' in html
    # The hour of the charter's zone, and what is not said stays unsaid.
    assert str(message["Date"]).endswith("10:00:00 +0100")


def test_a_server_that_is_down_is_tried_again_and_the_others_wait(charted: Flask, server: Server) -> None:
    inbox, port = server
    with mail_server() as (_, gone):
        pass
    write("one", "two")
    assert send(office(gone)) == Delivery(refused=1)
    first, second = row("one"), row("two")
    assert (first.state, first.tries, first.next_try_at) == (PostState.WAITING, 1, NOW + timedelta(minutes=1))
    assert "does not answer: Connection refused" in (first.note or "")
    assert str(restored(first.said)) == first.note
    assert (second.state, second.tries) == (PostState.WAITING, 0)
    assert outbox_counts(NOW) == {"waiting": 1, "tried": 1, "failed": 0, "oldest_waiting_since": NOW}
    # Who waits longest comes first: one message that upsets the server holds up nobody.
    assert send(office(gone), NOW + timedelta(seconds=30)) == Delivery(refused=1)
    assert row("two").tries == 1
    assert send(office(port), NOW + timedelta(minutes=2)) == Delivery(sent=2)
    assert (row("one").note, row("one").said, row("one").tries) == (None, None, 2)
    assert len(inbox.messages) == 2


def test_a_server_that_refuses_everyone_ends_in_failures_that_a_person_sends_again(
    charted: Flask, server: Server
) -> None:
    inbox, port = server
    inbox.refuse = {"*": "550 nobody here"}
    write("one")
    write("one", to="Bruno")
    # The second is who is told of the first: that mail is refused too, and no other is written of it.
    assert send(office(port)) == Delivery(refused=3, off=2)
    shown = posts(COMMAND_LINE, NOW)
    assert [(one["state"], one["note"], one["may_be_sent_again"]) for one in shown["waiting"]] == [
        ("refused", "The mail server does not take this recipient: 550 nobody here", True)
    ] * 3
    assert shown["counts"]["failed"] == 3
    assert send(office(port), NOW + timedelta(days=2)) == Delivery()
    inbox.refuse = {}
    again = shown["waiting"][0]["id"]
    send_again(COMMAND_LINE, NOW, again)
    anew = db.session.get_one(Post, again, populate_existing=True)
    assert (anew.note, anew.said) == (None, None)
    assert send(office(port)) == Delivery(sent=1)
    with pytest.raises(Conflict, match="not sent twice"):
        send_again(COMMAND_LINE, NOW, again)
    with pytest.raises(NotFound):
        send_again(COMMAND_LINE, NOW, 999)
    with pytest.raises(NotAllowed):
        send_again(Actor("Carl", Role.CONTRIBUTOR), NOW, again)
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "post:again")).scalar_one()
    assert entry.subject == "mail ana@example.org"
    assert (entry.before or {})["note"] == "The mail server does not take this recipient: 550 nobody here"


def test_one_refused_recipient_stops_nobody_else(charted: Flask, server: Server) -> None:
    inbox, port = server
    inbox.refuse = {"ana@example.org": "550 gone"}
    write("one")
    write("one", to="Bruno")
    assert send(office(port)) == Delivery(sent=2, refused=1, off=1)
    assert [to for to, _ in inbox.messages] == ["bruno@example.org"] * 2
    assert inbox.messages[1][1]["Subject"] == "Les courriels n’arrivent pas à ana@example.org"


def test_after_about_two_days_it_is_given_up(charted: Flask) -> None:
    with mail_server() as (_, gone):
        pass
    write("one")
    now, tries = NOW, 0
    while row().state == PostState.WAITING:
        now = max(now, row().next_try_at)
        assert send(office(gone), now) == Delivery(refused=1)
        tries += 1
    assert (tries, row().state) == (MOST_TRIES, PostState.FAILED)
    assert timedelta(hours=36) < now - NOW < timedelta(hours=60)


def test_a_claim_of_a_dead_process_is_taken_over_after_its_lease(charted: Flask, server: Server) -> None:
    write("one")
    held = {"state": PostState.SENDING, "lease_token": "dead", "lease_until": NOW + LEASE, "tries": 1}
    db.session.execute(update(Post).values(held))
    db.session.commit()
    assert send(office(server[1]), NOW + LEASE) == Delivery()
    assert send(office(server[1]), NOW + LEASE + timedelta(seconds=1)) == Delivery(sent=1)
    assert (row().tries, row().lease_token) == (2, None)


def test_four_processes_send_each_mail_once(charted: Flask, server: Server) -> None:
    inbox, port = server
    causes = [f"cause {number}" for number in range(40)]
    write(*causes)
    done: list[Delivery] = []

    def work() -> None:
        with charted.app_context():
            done.append(send(office(port)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.sent for one in done) == len(inbox.messages) == len(causes)
    assert len({message["Message-ID"] for _, message in inbox.messages}) == len(causes)


def test_a_program_is_told_once_and_again_until_it_takes_it(charted: Flask, listener: str) -> None:
    with transaction():
        assert post_webhook("one", "alert:opened", {"alert": 1, "titre": "Réponse"}, NOW) is True
        assert post_webhook("one", "alert:opened", {"alert": 1}, NOW) is False
    Program.status = 500
    assert send(office(hook=listener)) == Delivery(refused=1)
    assert (row_of("webhook").state, row_of("webhook").note) == (
        "waiting",
        "127.0.0.1 answers 500 Internal Server Error.",
    )
    Program.status = 200
    assert send(office(hook=listener), NOW + timedelta(hours=1)) == Delivery(sent=1)
    first, second = (json.loads(body) for _, _, body in Program.seen)
    assert (
        first
        == second
        == {"event": "alert:opened", "delivery": row_of("webhook").message_id, "alert": 1, "titre": "Réponse"}
    )


def test_a_closed_account_and_a_mail_without_words_are_failures_one_can_see(charted: Flask, server: Server) -> None:
    write("one")
    person().is_active = False
    db.session.commit()
    assert send(office(server[1])) == Delivery(refused=1)
    assert (row().state, row().note) == (PostState.FAILED, "The account is closed.")
    with transaction():
        post_mail("two", person("Bruno"), "absent", {}, NOW)
    assert send(office(server[1])) == Delivery(refused=1)
    assert (row("two").state, row("two").note) == (
        PostState.WAITING,
        "It could not be put in words (TemplateNotFound): tell your Promesse administrator.",
    )
