"""What somebody may do whom the house's own sign-on names: rules from what it says of them (claims) to role and units.

The rules are a small TOML file, read once at the start (docs/how-to/sign-on.md). The first rule that fits
decides; where none fits, nobody is let in.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.providers import Provider, read_providers
from charter.domain.vocabulary.terms import Role

Claims = Mapping[str, Sequence[str]]
"""What is said of a person, by name: each claim has one value or several."""

HEADER = re.compile(r"[A-Za-z0-9-]+")
"""The name of a header that arrives: servers pass none on with other signs."""
OWN = ("role", "units", "units_from", "owner")


@dataclass(frozen=True)
class Given:
    """What a rule gives: a role on units (none: the whole organisation), and the owner of promises that is answered
    for."""

    role: Role
    units: tuple[str, ...] = ()
    owner: str | None = None


@dataclass(frozen=True)
class Rule:
    """Who it is for (each claim named has one of these values), and what it gives. `units_from`: the claim whose values
    are the units."""

    when: Mapping[str, tuple[str, ...]]
    role: Role
    units: tuple[str, ...] = ()
    units_from: str | None = None
    owner: str | None = None


@dataclass(frozen=True)
class Rules:
    """The headers that hold each claim, the rules in their order, and the OpenID providers whom people may come by."""

    headers: Mapping[str, str]
    rules: tuple[Rule, ...]
    providers: tuple[Provider, ...] = ()


def read_rules(text: str) -> Rules:
    """The rules of a file. Raises Invalid with the number of the rule that cannot be taken."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid("The rules of the single sign-on are no TOML: %(why)s.", "rules", why=str(error)) from error
    headers = found.get("headers", {})
    rules = found.get("rules", [])
    if set(found) - {"headers", "rules", "providers"} or not isinstance(rules, list) or not rules:
        raise Invalid(
            "The rules of the single sign-on have [headers], [[providers]], [[rules]] at least once, and nothing else.",
            "rules",
        )
    if not isinstance(headers, dict) or not all(
        isinstance(one, str) and HEADER.fullmatch(one) for one in headers.values()
    ):
        raise Invalid("Below [headers] of the single sign-on each claim names one header.", "headers")
    providers = read_providers(found.get("providers", []))
    found_rules = tuple(_rule(number, one) for number, one in enumerate(rules, 1))
    for number, rule in enumerate(found_rules, 1):
        _require_asked(number, rule, headers, [one.key for one in providers])
    return Rules(headers, found_rules, providers)


def _require_asked(number: int, rule: Rule, headers: Mapping[str, str], providers: Sequence[str]) -> None:
    """A rule that waits for a provider or a header that there is not would let nobody in, and say nothing."""
    strangers = set(rule.when.get("provider", ())) - set(providers)
    if strangers and "provider" not in headers:
        raise Invalid(
            "Rule %(number)s of the single sign-on names the provider %(provider)s; there is: %(providers)s.",
            "rules",
            number=number,
            provider=min(strangers),
            providers=", ".join(providers) or "none",
        )
    asked = {*rule.when, *([rule.units_from] if rule.units_from else [])}
    unheard = asked - {*headers, "user", "email", "provider"}
    if unheard and not providers:
        raise Invalid(
            "Rule %(number)s of the single sign-on asks for %(claim)s, which no header below [headers] holds.",
            "rules",
            number=number,
            claim=min(unheard),
        )


def _rule(number: int, written: Any) -> Rule:
    try:
        role = Role(written["role"])
        units, owner, source = _values(written.get("units", ())), written.get("owner"), written.get("units_from")
        when = {name: _values(value) for name, value in written.items() if name not in OWN}
        is_text = all(one is None or (isinstance(one, str) and one) for one in (owner, source))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _odd(number) from error
    if not is_text or role is Role.FOUNDER or (units and source) or not all(when.values()):
        raise _odd(number)
    return Rule(when, role, units, source, owner)


def _values(written: Any) -> tuple[str, ...]:
    found = (written,) if isinstance(written, str) else tuple(written)
    if not all(isinstance(one, str) and one for one in found):
        raise ValueError
    return found


def _odd(number: int) -> Invalid:
    return Invalid(
        "Rule %(number)s of the single sign-on cannot be taken: it names claims with their values, a role (%(roles)s), "
        "and units, or units_from, and owner where it gives them.",
        "rules",
        number=number,
        roles=", ".join(role for role in Role if role is not Role.FOUNDER),
    )


def values_of(header: str) -> tuple[str, ...]:
    """The values in a header: separated by commas, semicolons or upright strokes."""
    return tuple(part.strip() for part in re.split(r"[,;|]", header) if part.strip())


def rights_given(rules: Rules, claims: Claims) -> Given | None:
    """What the first rule that fits gives; None where none does, or where its units come from a claim without values.

    A rule that should give units never gives the whole organisation for want of them.
    """
    for rule in rules.rules:
        if all(set(values) & set(claims.get(name, ())) for name, values in rule.when.items()):
            units = tuple(claims.get(rule.units_from, ())) if rule.units_from else rule.units
            return None if rule.units_from and not units else Given(rule.role, units, rule.owner)
    return None


@dataclass(frozen=True)
class SignOn:
    """Sign-in by a proxy: the header that names who asks, the networks of the proxies that may say so, and the path
    that signs out there."""

    header: str
    proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    sign_out: str | None = None


def sign_on_of(given: Mapping[str, str]) -> SignOn | None:
    """What settings say of a proxy that signs people on (of SIGN_ON_RULES the text): from whom it is believed and what
    it gives must be said, too.

    None where no header is named. Raises ValueError with a sentence.
    """
    header, sign_out = given.get("SIGN_ON_HEADER"), given.get("SIGN_ON_SIGN_OUT")
    if not header and (idle := sorted(given.keys() & {"SIGN_ON_PROXIES", "SIGN_ON_SIGN_OUT"})):
        raise ValueError(f"{idle[0]} is given without SIGN_ON_HEADER: give both.")
    if not header:
        return None
    if not HEADER.fullmatch(header):
        raise ValueError(f"SIGN_ON_HEADER={header} cannot be taken: give the name of a header, such as X-Remote-User.")
    proxies = [part.strip() for part in given.get("SIGN_ON_PROXIES", "").split(",") if part.strip()]
    if not proxies or "SIGN_ON_RULES" not in given:
        raise ValueError("SIGN_ON_HEADER is given without SIGN_ON_PROXIES and SIGN_ON_RULES: give all three.")
    if sign_out is not None and (not sign_out.startswith("/") or sign_out.startswith(("//", "/\\"))):
        raise ValueError(f"SIGN_ON_SIGN_OUT={sign_out} cannot be taken: give a path of this host, such as /sign-out.")
    try:
        networks = tuple(ipaddress.ip_network(one) for one in proxies)
    except ValueError as error:
        raise ValueError(f"SIGN_ON_PROXIES cannot be taken: {error}; give addresses or networks.") from error
    return SignOn(header, networks, sign_out)
