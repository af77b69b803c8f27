"""A mail as it leaves: threads, answers, lines that may be joined again, and links that ask before they do anything."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

from charter.post.links import read_signed, signed
from charter.post.smtp import Letter, flowed, message_of
from charter.services.post.mail import ALERT, STOP
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
