"""Signing in by the house's own sign-on: a proxy's header, believed from named proxies alone, or an OpenID provider.

A session that a header began lasts while it names the same person: another name, other claims, or none end it, and the
rules are asked anew. One that began at a provider is taken back there after a while, unseen; what it says then holds.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Flask, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from charter.domain.vocabulary.errors import Invalid, NotFound
from charter.domain.vocabulary.providers import Provider
from charter.domain.vocabulary.sign_on import Rules, SignOn, read_rules, sign_on_of, values_of
from charter.services.people import sessions
from charter.services.people.sign_on import Named
from charter.web.frame.access import current_actor, now, session_secret
from charter.web.frame.proxies import this_address
from config import Settings, SettingsError

if TYPE_CHECKING:
    from charter.web.people.openid import Client

MARK = "sign_on"
AT_PROVIDER = "provider"
"""What a session keeps of the provider that it began at: its key, and until when that holds (seconds)."""


@dataclass(frozen=True)
class Door:
    """How the house's sign-on reaches us: a proxy, the rules with their providers, our secrets there, and these as
    they are known since they were first used."""

    proxy: SignOn | None = None
    rules: Rules = field(default_factory=lambda: Rules({}, ()))
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    clients: dict[str, Client] = field(default_factory=dict, repr=False)


def door() -> Door:
    """The sign-on of this installation; one without a proxy and without providers where it has none."""
    found: Door = current_app.extensions["sign_on"]
    return found


def provider_of(key: str) -> Provider:
    """The provider of a key. Raises NotFound."""
    found = next((one for one in door().rules.providers if one.key == key), None)
    if found is None:
        raise NotFound("Nobody signs in there.")
    return found


def client_of(key: str) -> Client:
    """The provider as we speak to it; what it says of itself is asked once in each process. Raises NotFound."""
    from charter.web.people.openid import Client  # noqa: PLC0415 heavy

    provider, own = provider_of(key), door()
    if key not in own.clients:
        own.clients[key] = Client(provider, own.secrets.get(key))
    return own.clients[key]


def holds_until(provider: Provider, instant: datetime) -> dict[str, object]:
    """What a session keeps of who has just come by a provider."""
    return {AT_PROVIDER: {"key": provider.key, "until": int((instant + provider.again_after).timestamp())}}


def named() -> Named | None:
    """Whom a named proxy says is asking; None where no header does, or somebody else sent it."""
    own = door()
    who = request.headers.get(own.proxy.header, "").strip() if own.proxy else ""
    if own.proxy is None or not who or not _is_named_proxy(own.proxy):
        return None
    said = {claim: request.headers.get(header, "") for claim, header in own.rules.headers.items()}
    several = {name for rule in own.rules.rules for name in (*rule.when, rule.units_from)} - {"email", "name", "user"}
    claims = {name: values_of(text) if name in several else (text,) for name, text in said.items() if text}
    email = said.get("email") or who
    return Named(email, said.get("name") or who, {"user": (who,), "email": (email,), **claims})


def _is_named_proxy(settings: SignOn) -> bool:
    """Whether the very connection comes from a named proxy, whatever headers say of who stands behind it."""
    before = request.environ.get("werkzeug.proxy_fix.orig", request.environ)
    try:
        address = ipaddress.ip_address(before.get("REMOTE_ADDR") or "")
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in settings.proxies)


def mark_of(found: Named | None) -> str:
    """What tells one name and its claims from another; empty for nobody."""
    if found is None:
        return ""
    told = repr((found.email, sorted((name, tuple(values)) for name, values in found.claims.items())))
    return hashlib.sha256(told.encode()).hexdigest()


def _still_at_provider(kept: Mapping[str, object]) -> ResponseReturnValue | None:
    """Ask the provider again when its word has aged: at once where a page is asked for; a session that nobody can take
    there ends after the same time once more."""
    key, until, instant = str(kept.get("key")), int(str(kept.get("until", 0))), now().timestamp()
    provider = next((one for one in door().rules.providers if one.key == key), None)
    if provider is not None and instant < until:
        return None
    is_page = request.method == "GET" and (not request.accept_mimetypes or request.accept_mimetypes.accept_html)
    if provider is not None and is_page and request.headers.get("Sec-Fetch-Dest", "document") == "document":
        return redirect(url_for("provider.there", key=key, next=this_address(), quiet=1))
    if provider is None or instant >= until + provider.again_after.total_seconds():
        _end()
    return None


def _end() -> None:
    sessions.end(session_secret(), now())
    logout_user()
    session.clear()


ON_THE_WAY = ("session.", "provider.", "assets.", "health.", "static", "metrics.")
"""Pages that are answered before anybody is asked again."""


def _still_named() -> ResponseReturnValue | None:
    """End sessions whose person the sign-on names no more."""
    if current_actor().user_id is None:
        return None
    if MARK in session and session[MARK] != mark_of(named()):
        _end()
    elif AT_PROVIDER in session and not (request.endpoint or "").startswith(ON_THE_WAY):
        return _still_at_provider(session[AT_PROVIDER])
    return None


def register_sign_on(app: Flask, settings: Settings) -> None:
    """Read the rules, and end sessions whose person is named no more. Raises SettingsError (what is set)."""
    app.extensions["sign_on"] = _door(settings)
    app.before_request(_still_named)


def _door(settings: Settings) -> Door:
    text = settings.sign_on.get("SIGN_ON_RULES")
    try:
        proxy = sign_on_of(settings.sign_on)
        rules = Rules({}, ()) if text is None else read_rules(text)
    except Invalid as refusal:
        raise SettingsError(f"SIGN_ON_RULES: {refusal}") from refusal
    except ValueError as error:
        raise SettingsError(str(error)) from error
    if text is not None and proxy is None and not rules.providers:
        raise SettingsError("SIGN_ON_RULES names no [[providers]]: name one, or give SIGN_ON_HEADER, SIGN_ON_PROXIES.")
    if proxy is None and not rules.providers and not settings.password_sign_in:
        raise SettingsError("PASSWORD_SIGN_IN=off leaves no way in: give SIGN_ON_HEADER or providers, or leave it on.")
    return Door(proxy, rules, {one.key: _secret(settings, one.secret) for one in rules.providers if one.secret})


def _secret(settings: Settings, name: str) -> str:
    found = settings.environment.get(name)
    if not found:
        raise SettingsError(f"SIGN_ON_RULES names the variable {name}, which is not set: give the secret there.")
    return found
