"""Webhooks: what happened, told to a program as signed JSON; docs/how-to/webhooks.md: how to check its signature."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import re
import socket
import ssl
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from charter.domain.alerts.webhook import Form
from charter.domain.vocabulary.errors import Sentence
from charter.outgoing import PrivateAddress, Resolve, connected, cut_off_after
from charter.post.refusals import NotSent
from charter.words.post import Telling

PATIENCE = 10.0
LONGEST = 30.0


@dataclass(frozen=True)
class Hook:
    """Where a program is told, and the secret that signs (none: nothing is signed). `allowed`: hosts of this house, as
    host or host:port."""

    url: str = field(repr=False)
    secret: str | None = field(repr=False)
    allowed: Collection[str] = ()
    patience: float = PATIENCE
    longest: float = LONGEST
    resolve: Resolve = socket.getaddrinfo


def body_of(delivery: str, event: str, facts: Mapping[str, Any]) -> bytes:
    """What is told: the event's name, the number that is the same at each try, and the facts."""
    whole = {"event": event, "delivery": delivery} | dict(facts)
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """`sha256=` and the HMAC-SHA256, in hexadecimal, of the timestamp, a full stop and the body."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def chat_body(form: Form, telling: Telling, address: str, language: str) -> bytes:
    """A message as a chat tool wants it: what it would take for marks, names or calls to everybody is taken as text."""
    link = address + telling.link
    word = "Lire dans Promesse" if language == "fr" else "Read it in Promesse"
    return json.dumps(_BODIES[form](telling, link, word), ensure_ascii=False, separators=(",", ":")).encode()


def _slack(telling: Telling, link: str, word: str) -> dict[str, Any]:
    """https://api.slack.com/reference/surfaces/formatting: & < > are written as entities, no mark is escaped: marks are
    other signs."""
    title, *lines = (_entities(one) for one in (telling.title, *telling.lines))
    return {"text": "\n".join([f"*{title}*", *lines, f"<{link}|{word}>"])}


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").translate(_MARKS)


def _mattermost(telling: Telling, link: str, word: str) -> dict[str, Any]:
    """Markdown; `@all` and its like call nobody."""
    title, *lines = (_markdown(one) for one in (telling.title, *telling.lines))
    return {"text": "\n".join([f"**{title}**", *lines, f"[{word}]({link})"])}


def _markdown(text: str) -> str:
    """Only what marks something where it stands is escaped: Teams on a phone shows each backslash."""
    return re.sub(r"([\\`*_\[\]|<>~]|^[#+-])", r"\\\1", text).replace("@", "@\u200b")


def _google_chat(telling: Telling, link: str, word: str) -> dict[str, Any]:
    """https://developers.google.com/workspace/chat/format-messages: no sign is escaped, so marks are other signs."""
    title, *lines = (one.translate(_GOOGLE) for one in (telling.title, *telling.lines))
    return {"text": "\n".join([f"*{title}*", *lines, f"<{link}|{word}>"])}


_MARKS = str.maketrans({"*": "∗", "_": "\u200b_", "~": "∼", "`": "'"})
_GOOGLE = _MARKS | str.maketrans({"<": "‹", ">": "›"})


def _teams(telling: Telling, link: str, word: str) -> dict[str, Any]:
    """A card for a workflow's webhook (Adaptive Cards 1.4)."""
    title, *lines = (_markdown(one) for one in (telling.title, *telling.lines))
    blocks = [{"type": "TextBlock", "text": title, "weight": "bolder", "wrap": True}]
    blocks += [{"type": "TextBlock", "text": one, "wrap": True} for one in lines]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": blocks,
        "actions": [{"type": "Action.OpenUrl", "title": word, "url": link}],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": card}]}


_BODIES: Mapping[Form, Callable[[Telling, str, str], dict[str, Any]]] = {
    Form.SLACK: _slack,
    Form.TEAMS: _teams,
    Form.MATTERMOST: _mattermost,
    Form.GOOGLE_CHAT: _google_chat,
}


def tell(hook: Hook, delivery: str, body: bytes, at: datetime) -> None:
    """Tell the program. Any 2xx will do; the body is not read, no redirection is followed. Raises NotSent."""
    parts = urlsplit(hook.url)
    timestamp = str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Promesse",
        "Connection": "close",
        "Promesse-Delivery": delivery,
        "Promesse-Timestamp": timestamp,
    }
    if hook.secret is not None:
        headers["Promesse-Signature"] = signature(hook.secret, timestamp, body)
    status = _posted(hook, parts, body, headers)
    if 300 <= status < 400:
        sentence = Sentence("%(host)s leads elsewhere (%(status)s): set its address to the one it leads to.",
                            host=parts.hostname, status=status)  # fmt: skip
        raise NotSent(sentence, is_final=True, is_everyones=True)
    if not 200 <= status < 300:
        answer = f"{status} {http.client.responses.get(status, '')}".rstrip()
        sentence = Sentence("%(host)s answers %(answer)s.", host=parts.hostname, answer=answer)
        raise NotSent(sentence)


def _posted(hook: Hook, parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> int:
    host = parts.hostname
    try:
        with (
            closing(connected(parts, allowed=hook.allowed, patience=hook.patience, resolve=hook.resolve)) as connection,
            cut_off_after(hook.longest, lambda: connection.sock),
        ):
            connection.request("POST", _path(parts), body, dict(headers))
            with connection.getresponse() as answer:
                return answer.status
    except PrivateAddress as error:
        raise _private(error) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = _unreached(host, hook, error)
        raise NotSent(why, is_everyones=True) from error


def _private(error: PrivateAddress) -> NotSent:
    sentence = Sentence(
        "%(host)s is at a private address (%(address)s): it is not told. Add %(host)s:%(port)s to the setting "
        "WEBHOOKS_ALLOW if it may be.",
        host=error.host,
        address=str(error.address),
        port=error.port,
    )
    return NotSent(sentence, is_final=True, is_everyones=True)


def _unreached(host: str | None, hook: Hook, error: Exception) -> Sentence:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Sentence(
            "The certificate of %(host)s is not to be trusted (%(reason)s).", host=host, reason=error.verify_message
        )
    if isinstance(error, TimeoutError):
        patience = f"{hook.patience:g}"
        return Sentence("%(host)s gives no answer within %(seconds)s seconds.", host=host, seconds=patience)
    reason = (str(error) or type(error).__name__)[:250]
    return Sentence("%(host)s cannot be reached: %(reason)s.", host=host, reason=reason)


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
