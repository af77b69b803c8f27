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

from charter.post.refusals import NotSent
from charter.wire import PrivateAddress, Resolve, connected, cut_off_after

PATIENCE = 10.0
LONGEST = 30.0


@dataclass(frozen=True)
class Hook:
    """Where programs are told, and the secret that signs. `allowed`: hosts of this house, as host or host:port."""

    url: str = field(repr=False)
    secret: str = field(repr=False)
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
        raise NotSent(f"{parts.hostname} leads elsewhere ({status}): set WEBHOOK_URL to the address it leads to.",
                      is_final=True, is_everyones=True)  # fmt: skip
    if not 200 <= status < 300:
        raise NotSent(f"{parts.hostname} answers {status} {http.client.responses.get(status, '')}".rstrip() + ".")


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
        raise NotSent(
            f"{error}: it is not told. Add {error.host}:{error.port} to the setting WEBHOOKS_ALLOW if it may be.",
            is_final=True,
            is_everyones=True,
        ) from error
    except ssl.SSLCertVerificationError as error:
        raise NotSent(
            f"The certificate of {host} is not to be trusted ({error.verify_message}).", is_everyones=True
        ) from error
    except TimeoutError as error:
        raise NotSent(f"{host} gives no answer within {hook.patience:g} seconds.", is_everyones=True) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotSent(
            f"{host} cannot be reached: {error or type(error).__name__}"[:300] + ".", is_everyones=True
        ) from error


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
