"""Every mail, in both languages: one heading, a summary in its first line, why it came and what turns it off."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.post.smtp import Letter, message_of
from charter.post.templates import TEMPLATES, write_mail
from charter.services.month.overview import overview
from tests.services.alerts.test_alerts import spaced
from tests.services.world import NOW

TITLE = {"en": "An answer in 5 days", "fr": "Une réponse en 5 jours"}
FACTS = {
    "number": 1, "title": TITLE, "indicator": TITLE, "kind": "share-within", "direction": "higher", "period": "2026-10",
    "unit_name": "Région Ouest", "status": "missed", "reason": None, "value": 0.6, "target": 0.8, "cases": 40.0,
}  # fmt: skip
LINE = {"alert": 1, "kind": "status", "what": "opened", "code": "missed", "commitment": "answer", "place": "floor",
        "owner": "Service clients", "facts": FACTS, "group": "asking"}  # fmt: skip
READER = {"timezone": "Europe/Paris", "address": "https://p.example.org", "name": "Ana", "is_example": False,
          "links": {1: "https://p.example.org/alerts/answer/x"}, "is_listed": False, "file_link": None}  # fmt: skip
ALERTS = {"lines": [LINE], "more": 0, "count": 1, "reasons": ["owner"], "still": []}
WEEK = {"place": "Région Ouest", "lines": [LINE | {"group": "open", "standing": {"code": "waiting"}}], "more": 0,
        "unalerted": [{"unit": "west", "unit_name": "Région Ouest", "period": "2026-10", "missed": 3}],
        "observations": [{"unit_name": "Agence de Nice", "count": 2}], "is_director": False,
        "places": ["Région Ouest"], "promises": [TITLE], "waiting": []}  # fmt: skip
MAILS: dict[str, dict[str, Any]] = {
    "alerts": ALERTS,
    "digest": ALERTS | {"still": [LINE | {"alert": 2, "group": "still"}]},
    "week": WEEK,
    "trial": {},
    "month_waits": {"period": "2026-10", "unexplained": [TITLE], "recipients": 2},
    "month_approved": {"period": "2026-10", "edition": 1, "by": "Dora", "is_erratum": False},
    "address_refused": {"email": "nora@example.org", "account": "Nora", "note": "550 gone", "said": None},
    "class_move": {"number": 1, "key": "answer", "title": TITLE, "before": "trust", "after": "confidence",
                   "on": "2026-09-03", "because": [], "decision": "Said", "floor_before": 2, "floor_after": 3},
    "action": {"number": 12, "state": "late", "due_on": "2026-12-01", "what": "Open <on> Saturday", "title": TITLE,
               "unit_name": "Région Ouest", "period": "2026-10", "owner": "Mia", "expected": "80 %"},
    "action_given": {"number": 12, "by": "Dora", "due_on": "2026-12-01", "what": "Open <on> Saturday", "title": TITLE,
                     "unit_name": "Région Ouest", "period": "2026-10", "owner": "Service clients", "expected": "80 %"},
    "reply": {"number": 1, "by": "Dora", "title": TITLE, "unit_name": "Région Ouest", "period": "2026-10",
              "text": "@Ana <when>?", "commitment": "answer", "unit": "west"},
    "invitation": {"by": "Dora", "link": "https://p.example.org/account/invitation/x", "until": "2026-12-08T09:00:00Z"},
    "report": {"period": "2026-10", "number": 1, "organisation": "Énergie", "title": TITLE, "approved_by": "Dora",
               "audit_head": None, "erratum": None, "is_listed": True},
}  # fmt: skip


def test_every_mail_is_looked_at_here() -> None:
    made = {path.name.removesuffix(".subject.txt") for path in (TEMPLATES / "mail").glob("*.subject.txt")}
    assert made == set(MAILS)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_has_one_heading_and_begins_with_it_and_says_why_it_came(world: Flask, language: str) -> None:
    head = json.loads(json.dumps(overview(COMMAND_LINE, NOW, period="2026-10"), default=str))
    for name, facts in MAILS.items():
        mail = write_mail(name, language, {"headline": head, **READER, **facts})
        assert mail.html.count("<h1") == 1, name
        text = spaced(mail.text)
        first, _, rest = text.partition("\n")
        assert len(first) > 10, name
        assert not rest.startswith("\n\n"), name
        assert "\n\n\n\n" not in text, name
        assert "\n-- \n" in mail.text, name
        assert len(text.rpartition("-- \n")[2].strip().split("\n")) == 2, name
        if name not in ("trial", "report", "month_waits", "month_approved", "address_refused", "invitation"):
            assert all(one in text and one in spaced(mail.html) for one in ("Région Ouest",)) or name == "class_move"
            assert "Service clients" in text or name in ("class_move", "action", "reply"), name
        letter = Letter("m", "Ana\nBcc: x@y.z", "ana@example.org", mail.subject, mail.text, mail.html, NOW)
        message = message_of(letter, "Promesse <p@example.org>", "Quality <q@example.org>")
        assert message["Reply-To"] == "Quality <q@example.org>"
        assert message["Bcc"] is None
        assert "\n" not in mail.subject
        assert message["Auto-Submitted"] == "auto-generated"
