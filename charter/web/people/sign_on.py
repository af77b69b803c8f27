"""Signing in by a proxy of the house that has asked who it is: a header, believed from named proxies alone.

The session that begins lasts while the header names the same person: another name, other claims, or none end it, and
the rules are asked anew.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass

from flask import Flask, current_app, request, session
from flask_login import logout_user

from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.sign_on import Rules, SignOn, read_rules, sign_on_of, values_of
from charter.services.people import sessions
from charter.services.people.sign_on import Named
from charter.web.frame.access import current_actor, now, session_secret
from config import Settings, SettingsError

MARK = "sign_on"


@dataclass(frozen=True)
class Door:
    """How the house's sign-on reaches us, and its rules."""

    settings: SignOn
    rules: Rules


def door() -> Door | None:
    """The sign-on of this installation, where it has one."""
    found: Door | None = current_app.extensions.get("sign_on")
    return found


def rules_in_force() -> Rules:
    """The rules, where somebody is named."""
    rules: Rules = current_app.extensions["sign_on"].rules
    return rules


def named() -> Named | None:
    """Whom a named proxy says is asking; None where no header does, or somebody else sent it."""
    own = door()
    who = request.headers.get(own.settings.header, "").strip() if own else ""
    if own is None or not who or not _is_named_proxy(own.settings):
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


def register_sign_on(app: Flask, settings: Settings) -> None:
    """Read the rules, and end sessions whose person the proxy names no more. Raises SettingsError (what is set)."""
    try:
        own = sign_on_of(settings.sign_on)
        if own is None:
            if not settings.password_sign_in:
                raise SettingsError("PASSWORD_SIGN_IN=off leaves no way in: give SIGN_ON_HEADER, or leave it on.")
            return
        app.extensions["sign_on"] = Door(own, read_rules(own.rules))
    except Invalid as refusal:
        raise SettingsError(f"SIGN_ON_RULES: {refusal}") from refusal
    except ValueError as error:
        raise SettingsError(str(error)) from error

    @app.before_request
    def _still_named() -> None:
        if MARK in session and session[MARK] != mark_of(named()) and current_actor().user_id is not None:
            sessions.end(session_secret(), now())
            logout_user()
            session.clear()
