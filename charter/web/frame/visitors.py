"""Browsers without an account: what they remember, and what we keep of them (nothing but keyed hashes).

Where a request comes from, as a keyed hash that is forgotten within the hour: enough to slow down a search.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from datetime import timedelta

from flask import Response, current_app, request

from charter.web.frame.proxies import cookie_path

SITE = "site"
BROWSER = "browser"
REMEMBERED_FOR = timedelta(days=365)


def keyed(text: str) -> str:
    """A hash that only this installation can make."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"visitors|{text}".encode(), hashlib.sha256).hexdigest()


def sender() -> str:
    """The keyed hash of the address that asks; of an IPv6 address its network, which one person has whole."""
    return keyed(f"address|{_network(request.remote_addr or '')}")


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return (
            found.ipv4_mapped.compressed
            if found.ipv4_mapped
            else str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
        )
    return found.compressed


def form_token() -> str:
    """What tells one form from another, so that one sent twice counts once."""
    return secrets.token_urlsafe(16)


def remembered_site() -> str | None:
    """The unit that was chosen in this browser."""
    return request.cookies.get(SITE) or None


def browser_mark() -> str | None:
    """The random mark of this browser, where it has one of the right form."""
    mark = request.cookies.get(BROWSER, "")
    return mark if len(mark) == 43 and mark.replace("-", "").replace("_", "").isalnum() and mark.isascii() else None


def new_browser_mark() -> str:
    """A mark that says nothing."""
    return secrets.token_urlsafe(32)


def remember(response: Response, name: str, value: str) -> Response:
    """Set a cookie of ours: no script reads it, no other site sends it."""
    response.set_cookie(
        name,
        value,
        max_age=REMEMBERED_FOR,
        path=cookie_path(),
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
    return response


def sender_hash() -> str:
    """The address of the request under this installation's key; the address itself is not kept."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, (request.remote_addr or "").encode(), hashlib.sha256).hexdigest()
