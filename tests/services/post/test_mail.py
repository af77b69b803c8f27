"""A mail as it leaves: threads, answers, lines that may be joined again, and links that ask before they do anything."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.permissions import SCHEDULER
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.people import Person
from charter.post.links import read_signed, signed
from charter.post.smtp import Letter, flowed, message_of
from charter.services.people import accounts
from charter.services.people.mail_hours import choose_mail_hours
from charter.services.post.mail import ALERT, MAILS, STOP
from charter.services.post.outbox import post_mail
from charter.services.post.sending import deliver
from charter.services.records.transactions import transaction
from config import PROJECT
from tests.post.servers import mail_server
from tests.services.people.test_accounts import open_account
from tests.services.post.test_outbox import office
from tests.services.world import NOW


def letter(**given: object) -> EmailMessage:
    whole = {"message_id": "abc", "name": "Ana", "email": "ana@example.org", "subject": "S", "text": "T\n",
             "html": "<p>T</p>", "at": NOW}  # fmt: skip
    return message_of(Letter(**whole | given), "Promesse <p@example.org>", "Quality <q@example.org>")  # type: ignore[arg-type]


def test_what_is_about_the_same_alert_stands_in_one_thread_and_answers_go_where_they_are_read() -> None:
    message = letter(thread=("alert-3", "alert-7"), stop="https://p.example.org/mail/stop/x")
    assert message["References"] == "<alert-3@example.org> <alert-7@example.org>"
    assert message["In-Reply-To"] == "<alert-3@example.org>"
    assert message["Reply-To"] == "Quality <q@example.org>"
    assert message["List-Unsubscribe"] == "<https://p.example.org/mail/stop/x>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter()["References"] is None
    assert letter()["List-Unsubscribe"] is None


def test_lines_are_short_and_may_be_joined_again() -> None:
    long = "word " * 40
    text = f"{long.strip()}\n  an indented line\n-- \nFrom here\nhttps://example.org/{'x' * 100}\n"
    lines = flowed(text).split("\n")
    assert all(len(line) <= 72 for line in lines if "https" not in line)
    assert "-- " in lines
    assert " From here" in lines
    joined = "".join(line if line.endswith(" ") else line + "\n" for line in lines)
    assert long.strip() in joined
    (plain, _) = letter(text=text).iter_parts()
    assert plain["Content-Type"].params["format"] == "flowed"


def test_a_link_holds_for_its_purpose_and_a_while() -> None:
    token = signed("a secret", ALERT, {"person": 1, "alert": 2})
    assert read_signed("a secret", ALERT, token) == {"person": 1, "alert": 2}
    assert read_signed("a secret", STOP, token) is None, "for something else"
    assert read_signed("another", ALERT, token) is None
    assert read_signed("a secret", ALERT, token[:-1] + "A") is None or token.endswith("A")
    assert read_signed("a secret", ALERT, token, timedelta(seconds=-1)) is None, "it has run out"


ASKED_BY_NOBODY = {"trial", "report"}
"""A trial says nothing of the service; a report goes to a list that the charter names."""


def test_every_mail_is_put_together_as_it_leaves(charted: Flask) -> None:
    kinds = {path.name.partition(".")[0] for path in (PROJECT / "templates" / "mail").glob("*.subject.txt")}
    assert kinds - ASKED_BY_NOBODY <= set(MAILS)
    eva = db.session.get_one(Person, open_account("Eva", Role.FRONTLINE))
    params = {
        "class_move": {"key": "care"},
        "month_waits": {"period": "2026-08"},
        "alerts": {"events": [1]},
        "digest": {"events": [1]},
        "action": {"number": 1},
        "action_given": {"number": 1, "by": "Mia"},
        "reply": {"reply": 1},
        "invitation": {"mark": "of another password", "until": NOW.isoformat()},
        "address_refused": {"email": "a@example.org"},
    }
    for kind in kinds - ASKED_BY_NOBODY:
        assert MAILS[kind].compose(params.get(kind, {}), eva, NOW) is None, f"{kind}: it is not for her"


def test_quiet_hours_of_almost_a_day_hold_a_mail_and_nobody_else(charted: Flask) -> None:
    mia = open_account("Mia", Role.MANAGER)
    actor = accounts.person(mia)
    assert actor is not None
    choose_mail_hours(actor, NOW, {"quiet_from": "10:00", "quiet_until": "09:59", "digest_at": "09:59"})
    moved = {"before": "trust", "after": "both", "floor_before": 1, "floor_after": 2, "on": "2026-11-10"}
    facts = {"key": "care", "title": {"en": "Some care"}, "because": [], "decision": "So", "number": 3, **moved}
    with transaction():
        post_mail("one", db.session.get_one(Person, mia), "class_move", facts, NOW)
    with mail_server() as (inbox, port):
        for hours in (0, 6, 13, 20):
            assert deliver(SCHEDULER, NOW + timedelta(hours=hours), office(port)).sent == 0
        assert deliver(SCHEDULER, NOW + timedelta(hours=23, minutes=59), office(port)).sent == 1
        assert len(inbox.messages) == 1


@pytest.mark.parametrize("door", ["charter.scheduler", "charter.cli.post"])
def test_every_process_from_which_mail_leaves_can_put_its_mails_together(project: Path, door: str) -> None:
    """A mail whose room is not loaded would leave with the facts of its cause, or not at all."""
    said = "from charter.services.post.mail import MAILS; print(*sorted(MAILS))"
    run = [sys.executable, "-c", f"import {door}; {said}"]
    done = subprocess.run(run, cwd=project, capture_output=True, text=True, check=True)
    assert {"action", "action_given", "alerts", "invitation", "month_approved", "reply"} <= set(done.stdout.split())
