"""Programs and chat tools that are told: each its events, language and form; tried from the page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.alerts.webhook import Form, targets_of
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER
from charter.factory import create_app
from charter.models.actions import Action
from charter.models.base import db
from charter.post.settings import office_of
from charter.post.webhook import chat_body
from charter.services.actions.actions import CHANGE, CLOSE, REOPEN, close_action, reopen_action
from charter.services.alerts.telling import tell_and_send
from charter.services.post.outbox import use_targets
from charter.words.post import EVENTS, Telling, telling_of
from config import SettingsError
from tests.post.servers import Program, program
from tests.web.test_alerts import send
from tests.web.test_quality import faults
from tests.web.world import NOW, make_settings, make_world, sign_in

FILE = """
[[targets]]
key = "crm"
url = "env:CRM_HOOK"
secret = "env:CRM_SECRET"
[[targets]]
key = "floor"
url = "env:SLACK_HOOK"
form = "slack"
events = ["alert:opened", "month:*"]
[[targets]]
key = "gone"
url = "env:GONE_HOOK"
form = "mattermost"
language = "en"
[[targets]]
key = "managers"
url = "env:TEAMS_HOOK"
form = "teams"
language = "en"
events = ["month:sealed"]
[[targets]]
key = "rooms"
url = "env:GOOGLE_HOOK"
form = "google-chat"
events = ["action:*"]
"""


@dataclass
class World:
    """Promesse with five programs beside it, and the way they are told."""

    app: Flask
    at: str

    def tell(self) -> dict[str, list[dict[str, Any]]]:
        """One round of the post; what each address was told since the last."""
        Program.seen.clear()
        with self.app.app_context():
            tell_and_send(SCHEDULER, lambda: NOW, office_of(self.app.extensions["settings"]))
        told: dict[str, list[dict[str, Any]]] = {}
        for path, _, body in Program.seen:
            told.setdefault(path, []).append(json.loads(body))
        return told


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with program() as at:
        where = {"CRM_HOOK": "crm", "SLACK_HOOK": "slack", "GONE_HOOK": "gone", "TEAMS_HOOK": "teams"}
        where |= {"GOOGLE_HOOK": "google?key=nobody-reads-this"}
        environment = {name: f"http://{at}/{path}" for name, path in where.items()} | {
            "CRM_SECRET": "a secret, long enough"
        }
        settings: dict[str, Any] = {"webhooks": FILE, "environment": environment, "webhooks_allow": (at,)}
        yield World(make_world(Path(tmp_path_factory.mktemp("told")), **settings), at)
    use_targets([])


def test_each_is_told_its_events_in_its_form_and_language(world: World) -> None:
    told = world.tell()
    ours = {one["event"] for one in told["/crm"]}
    assert {"month:sealed", "alert:opened", "action:planned"} <= ours
    signed = [header["Promesse-Signature"] for path, header, _ in Program.seen if path == "/crm"]
    assert {one[:7] for one in signed} == {"sha256="}
    slack = [one["text"].replace("\u00a0", " ").replace("\u202f", " ") for one in told["/slack"]]
    assert any(one.startswith("*Octobre 2026 : les chiffres sont figés.*\n") for one in slack)
    alert = next(one for one in slack if "« Une facture juste »" in one)
    assert "<http://127.0.0.1:8000/commitments/bill?unit=company|Lire dans Promesse>" in alert
    card = told["/teams"][0]["attachments"][0]["content"]
    assert (len(told["/teams"]), card["body"][0]["text"]) == (1, "October\u00a02026: the figures are frozen.")
    assert card["actions"][0]["url"] == "http://127.0.0.1:8000/reports/2026-10"
    assert [path for path in told if path.startswith("/google")] == ["/google?key=nobody-reads-this"]
    # One that refuses holds up no other, and is tried again.
    assert len(told["/gone"]) >= 3
    assert world.tell() == {}


def test_a_trial_is_sent_from_the_page(world: World) -> None:
    mia, dan = sign_in(world.app.test_client(), "mia"), sign_in(world.app.test_client(), "dan")
    page = mia.get("/post?lang=en").text
    assert faults(page, "en") == []
    assert all(key in page for key in ("crm", "floor", "managers", "rooms", "alert:opened, month:*", "Google Chat"))
    assert "nobody-reads-this" not in page
    assert send(mia, "/post", "/post/programs/managers/try") == 303
    assert send(mia, "/post", "/post/programs/nobody/try") == 404
    assert send(dan, "/account", "/post/programs/managers/try") == 403
    told = world.tell()
    assert list(told) == ["/teams"]
    assert "This is a trial" in json.dumps(told)
    assert "managers" in mia.get("/post").text


def test_what_people_wrote_calls_nobody_and_marks_nothing() -> None:
    odd = Telling("*Facture* <!here> & @all [x](http://evil.example)", ("_a_ <users/all>",), "/desk")
    texts = {form: json.loads(chat_body(form, odd, "https://p.example", "en")) for form in Form if form != "promesse"}
    assert "<!here>" not in texts[Form.SLACK]["text"]
    assert "&lt;!here&gt; &amp; @all" in texts[Form.SLACK]["text"]
    assert "@all" not in texts[Form.MATTERMOST]["text"]
    assert r"\[x\](http" in texts[Form.MATTERMOST]["text"]
    plain = Telling("Réclamations (1 + 1) n° #2 !", ("- a", "# b"))
    title, *lines, _ = json.loads(chat_body(Form.MATTERMOST, plain, "https://p.example", "en"))["text"].split("\n")
    assert (title, lines) == ("**Réclamations (1 + 1) n° #2 !**", [r"\- a", r"\# b"])
    assert "<users/all>" not in texts[Form.GOOGLE_CHAT]["text"]
    marked = Telling("a *b* c", ("_a_ ~b~ `c`",))
    for form in (Form.SLACK, Form.GOOGLE_CHAT):
        title, line, _ = json.loads(chat_body(form, marked, "https://p.example", "en"))["text"].split("\n")
        assert title == "*a ∗b∗ c*"
        assert re.search(r"(?<!\u200b)_|[*~`]", line) is None, form
    assert all("https://p.example/desk" in json.dumps(one) for one in texts.values())


def test_every_event_has_its_words() -> None:
    facts = {"period": "2026-10", "number": 2, "due_on": "2026-12-01"}
    names = {"commitment": "A right bill", "unit": "Vannes"}
    assert telling_of("action:planned", facts, names, "en") == Telling(
        "An action is planned: A right bill · Vannes.", ("To be done by 1\u00a0December\u00a02026.",)
    )
    assert telling_of("month:corrected", facts, names, "fr").title.endswith("corrigé (édition 2).")
    assert "odd:thing" in telling_of("odd:thing", {}, {}, "fr").title


def test_words_are_of_events_that_there_are(world: World, project: Path) -> None:
    """A name that nothing bears is told by no one, and what happens in its stead is told as something else."""
    told = "\n".join(file.read_text(encoding="utf-8") for file in sorted((project / "charter/services").rglob("*.py")))
    there = set(re.findall(r'"([a-z]+:[a-z]+)"', told)) | {f"action:{kind}" for kind in (CLOSE, REOPEN, CHANGE)}
    assert {event for event in EVENTS if ":" in event} <= there
    with world.app.app_context():
        number = db.session.execute(select(Action.id)).scalars().first()
        assert number is not None
        close_action(COMMAND_LINE, NOW, number=number)
        reopen_action(COMMAND_LINE, NOW, number=number, reason="Again.")
    slack = {event: telling_of(event, {}, {}, "en").title for event in ("action:close", "action:reopen")}
    events = [one["event"] for one in world.tell()["/crm"]]
    assert [one for one in events if one.startswith("action:")] == list(slack)
    assert list(slack.values()) == ["An action is done: –.", "An action is open again: –."]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('url = "https://hooks.example"', "write its url as env:NAME"),
        ('url = "env:NOWHERE"', "the variable NOWHERE is not set"),
        ('url = "env:ODD"', "its url is no address"),
        ('form = "irc"', "Webhook 1 cannot be taken"),
        ('key = "webhook"', "has a key of its own"),
        ("events = []", "Webhook 1 cannot be taken"),
        ("odd = 1", "Webhook 1 cannot be taken"),
        ('form = "promesse"', "Webhook 1 cannot be taken"),
    ],
)
def test_a_file_that_cannot_be_taken_stops_the_start(tmp_path: Path, change: str, said: str) -> None:
    given = {"key": '"a"', "url": '"env:HOOK"', "form": '"slack"'} | {change.split(" = ")[0]: change.split(" = ")[1]}
    text = "[[targets]]\n" + "\n".join(f"{name} = {value}" for name, value in given.items())
    environment = {"HOOK": "https://hooks.example.org/x", "ODD": "ftp://x"}
    with pytest.raises(SettingsError, match=said):
        create_app(make_settings(tmp_path, webhooks=text, environment=environment))
    for odd in ("[targets", "a = 1", ""):
        with pytest.raises(Invalid):
            targets_of(odd, {}, None)
