"""Programs that are told what happens: where, of which events, in which language and form.

They stand in a small TOML file (setting WEBHOOKS), a `[[targets]]` for each; addresses and secrets stand in the
environment, never in the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from charter.domain.vocabulary.errors import Invalid


class Form(StrEnum):
    """How a program wants to be told: our own JSON, or a message as a chat tool shows it."""

    PROMESSE = "promesse"
    SLACK = "slack"
    TEAMS = "teams"
    MATTERMOST = "mattermost"
    GOOGLE_CHAT = "google-chat"


FIRST = "webhook"
"""The key of the one program that the settings WEBHOOK_URL and WEBHOOK_SECRET name; it is told everything."""
LANGUAGES = ("fr", "en")
TRIAL = "trial"
SHORTEST_SECRET = 16
"""What signs must not be guessed."""
_FIELDS = {"key", "url", "secret", "events", "language", "form", "units"}
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_VARIABLE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*")
_EVENT = re.compile(r"[a-z*]+(:[a-z*-]+)?")


@dataclass(frozen=True)
class Target:
    """One program: its key, the address and the secret that signs (None: what is told there is not signed), the events
    it is told (`alert:*`), the language of its messages and their form; `units`: only what happens there or beneath,
    everything where there are none."""

    key: str
    url: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    events: tuple[str, ...] = ("*",)
    language: str = "fr"
    form: Form = Form.PROMESSE
    units: tuple[str, ...] = ()

    def is_told(self, event: str) -> bool:
        """Whether it is told of an event; a trial is for everybody."""
        return event == TRIAL or any(fnmatchcase(event, pattern) for pattern in self.events)


def targets_of(text: str | None, environment: Mapping[str, str], first: Target | None) -> tuple[Target, ...]:
    """The programs that are told, the one of the plain settings first. Raises Invalid with the number that is odd."""
    try:
        found = tomllib.loads(text or "")
    except tomllib.TOMLDecodeError as error:
        raise Invalid("The file of webhooks is no TOML: %(why)s.", "targets", why=str(error)) from error
    written = found.get("targets", [])
    if set(found) - {"targets"} or not isinstance(written, list) or (text is not None and not written):
        raise Invalid("The file of webhooks has [[targets]] at least once, and nothing else.", "targets")
    targets = [_target(number, one, environment) for number, one in enumerate(written, 1)]
    whole = ([] if first is None else [first]) + targets
    keys = [FIRST, *(one.key for one in targets)]
    if len(set(keys)) < len(keys):
        raise Invalid('Each webhook has a key of its own; "webhook" is that of WEBHOOK_URL.', "targets")
    return tuple(whole)


def _target(number: int, written: Any, environment: Mapping[str, str]) -> Target:
    given: dict[str, Any] = {"secret": None, "events": ["*"], "language": "fr", "form": "promesse", "units": []}
    given |= written if isinstance(written, dict) else {}
    events: list[Any] = given["events"] if isinstance(given["events"], list) else [None]
    is_whole = (
        not set(given) - _FIELDS
        and isinstance(given.get("key"), str)
        and _KEY.fullmatch(given["key"])
        and all(isinstance(one, str) and _EVENT.fullmatch(one) for one in events or [None])
        and given["language"] in LANGUAGES
        and isinstance(given["units"], list)
        and all(isinstance(one, str) and one for one in given["units"])
        and given["form"] in tuple(Form)
        and (given["secret"] is not None or given["form"] != Form.PROMESSE)
    )
    if not is_whole:
        raise Invalid(
            "Webhook %(number)s cannot be taken: it has a key (small letters, digits, hyphens) and a url, events as "
            "alert:* or month:sealed, units as a list of keys, a language (fr, en), a form (%(forms)s), and a secret, "
            "which the form promesse needs.",
            "targets",
            number=number,
            forms=", ".join(Form),
        )
    url, secret = _held(number, "url", given.get("url"), environment), given["secret"]
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
        raise Invalid("Webhook %(number)s: its url is no address (https://…).", "targets", number=number)
    secret = None if secret is None else _held(number, "secret", secret, environment)
    if secret is not None and len(secret) < SHORTEST_SECRET:
        raise Invalid(
            "Webhook %(number)s: the secret in its variable is too short: %(shortest)s random signs at least.",
            "targets",
            number=number,
            shortest=SHORTEST_SECRET,
        )
    return Target(
        given["key"], url, secret, tuple(events), given["language"], Form(given["form"]), tuple(given["units"])
    )


def _held(number: int, name: str, written: Any, environment: Mapping[str, str]) -> str:
    """What a variable of the environment holds; a chat tool's address is as good as a password."""
    if not isinstance(written, str) or not _VARIABLE.fullmatch(written):
        raise Invalid(
            "Webhook %(number)s: write its %(name)s as env:NAME, the variable that holds it.",
            "targets",
            number=number,
            name=name,
        )
    variable = written.removeprefix("env:")
    if not (held := environment.get(variable)):
        raise Invalid("Webhook %(number)s: the variable %(name)s is not set.", "targets", number=number, name=variable)
    return str(held)
