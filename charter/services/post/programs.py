"""Programs and chat tools that are told what happens: each in its own form; one that fails holds up no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from charter.domain.alerts.webhook import TRIAL, Form, Target
from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.jobs import Post
from charter.post.settings import Office
from charter.post.webhook import Hook, body_of, chat_body, tell
from charter.services.charters.versions import history_or_none
from charter.services.post.mail import NothingLeft, Send
from charter.services.post.outbox import post_to
from charter.services.records import audit_log
from charter.services.records.transactions import transaction
from charter.words.post import Telling, telling_of

TELLINGS: dict[str, Callable[[Post, datetime, str], Telling | None]] = {}
"""Who puts events in words that a room knows more of than their facts, by what they are about (`alert`)."""


def register_tellings(kinds: Mapping[str, Callable[[Post, datetime, str], Telling | None]]) -> None:
    """Have these events put in words by those who know what they are about; None: nothing is left to say."""
    TELLINGS.update(kinds)


def by_webhook(office: Office, target: Target) -> Send:
    """The way to one program."""
    hook = Hook(target.url, target.secret, office.webhooks_allow)

    def send(post: Post, at: datetime) -> None:
        if not _is_for(target, post):
            raise NothingLeft
        if target.form is Form.PROMESSE:
            body = body_of(post.message_id, post.template, post.params)
        else:
            telling = _telling(post, at, target.language)
            if telling is None:
                raise NothingLeft
            body = chat_body(target.form, telling, office.address, target.language)
        tell(hook, post.message_id, body, at)

    return send


def _is_for(target: Target, post: Post) -> bool:
    """Whether it happened where a program may know what happens; that a trial is one, it always may."""
    if not target.units or post.template == TRIAL:
        return True
    found, unit = history_or_none(), post.params.get("alert", post.params).get("unit")
    if found is None or unit not in found.current.tree:
        return False
    return not set(found.current.tree.path(unit)).isdisjoint(target.units)


def _telling(post: Post, at: datetime, language: str) -> Telling | None:
    about = post.template.partition(":")[0]
    if about in TELLINGS:
        return TELLINGS[about](post, at, language)
    telling = telling_of(post.template, post.params, _names(post.params, language), language)
    return Telling(telling.title, telling.lines, _read_at(about, post.params))


def _names(facts: Mapping[str, object], language: str) -> dict[str, str]:
    """How the promise and the unit of an event are called today."""
    found, names = history_or_none(), {}
    if found is None:
        return {}
    commitment, unit = facts.get("commitment"), str(facts.get("unit", ""))
    for one in found.current.charter.commitments:
        if one.key == commitment:
            names["commitment"] = one.title.in_language(language)
    if unit in found.current.tree:
        names["unit"] = found.current.tree.by_key[unit].name
    return names


def _read_at(about: str, facts: Mapping[str, object]) -> str:
    if about == "month":
        return f"/reports/{facts.get('period')}"
    return {"action": "/actions", "observation": "/observations", "address": "/accounts"}.get(about, "/desk")


class Program(TypedDict):
    """One program as the page shows it; its address is a secret, and is not."""

    key: str
    form: str
    language: str
    events: list[str]
    is_signed: bool


def programs(actor: Actor, targets: Sequence[Target]) -> list[Program]:
    """Who is told. Raises NotAllowed."""
    require(actor, Permission.READ_AUDIT)
    return [
        {
            "key": one.key,
            "form": one.form,
            "language": one.language,
            "events": list(one.events),
            "is_signed": one.secret is not None,
        }
        for one in targets
    ]


def try_program(actor: Actor, now: datetime, targets: Sequence[Target], key: str) -> None:
    """Have one program told that this is a trial. Raises NotAllowed, NotFound."""
    require(actor, Permission.SEND_AGAIN)
    if key not in {one.key for one in targets}:
        raise NotFound("No program is told by this name.")
    with transaction():
        post_to(key, f"trial {now.isoformat()}", TRIAL, {"at": now.isoformat()}, now)
        audit_log.record(actor, now, "post:try", key)
