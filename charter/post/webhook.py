"""Webhooks: what happened, told to a program as signed JSON; docs/running.md says how to check the signature."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import socket
import ssl
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from charter.domain.vocabulary.errors import Sentence
from charter.outgoing import PrivateAddress, Resolve, connected, cut_off_after
from charter.post.refusals import NotSent

PATIENCE = 10.0
LONGEST = 30.0


@dataclass(frozen=True)
class Hook:
    """Where programs are told, and the secret that signs. `allowed`: hosts of this house, as host or host:port;
    `units`: only what happens there or beneath is told; everything where there are none."""

    url: str = field(repr=False)
    secret: str = field(repr=False)
    allowed: Collection[str] = ()
    units: Collection[str] = ()
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
        "Promesse-Signature": signature(hook.secret, timestamp, body),
    }
    status = _posted(hook, parts, body, headers)
    if 300 <= status < 400:
        sentence = Sentence("%(host)s leads elsewhere (%(status)s): set WEBHOOK_URL to the address it leads to.",
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
