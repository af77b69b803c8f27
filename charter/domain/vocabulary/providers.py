"""OpenID providers that let people in: which ones, how they are reached, and what their claims say in our words.

They stand in the file of rules of the single sign-on (`domain/vocabulary/sign_on.py`), a `[[providers]]` for each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from charter.domain.vocabulary.errors import Invalid

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
OURS = ("openid", "email", "profile")
"""The scopes that are always asked for."""
AGAIN_AFTER = range(5, 721)
"""After how many minutes a provider may be asked again who somebody is."""
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_ADDRESS = re.compile(r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(/[!-~]*)?")
_FIELDS = {"key", "name", "issuer", "client", "secret", "scopes", "email", "trusts_email", "again_after"}


@dataclass(frozen=True)
class Provider:
    """One OpenID provider: its key in addresses, its name on the button, who it is (`issuer`) and who we are there.

    `secret`: the variable of the environment that holds our secret (none: a public client). `trusts_email`: its
    addresses are the organisation's own, whether it says that they are verified or not. `again_after`: after which time
    it is asked again whether somebody is still in, and with which claims.
    """

    key: str
    name: Mapping[str, str]
    issuer: str
    client: str
    secret: str | None = None
    scopes: tuple[str, ...] = ()
    email: str = "email"
    trusts_email: bool = False
    again_after: timedelta = timedelta(hours=1)

    def called(self, language: str) -> str:
        """Its name in a language, else in any."""
        return self.name.get(language) or next(iter(self.name.values()))


def read_providers(written: Any) -> tuple[Provider, ...]:
    """The providers of a file of rules. Raises Invalid with the number of the one that cannot be taken."""
    if not isinstance(written, list):
        raise _odd(1)
    found = tuple(_provider(number, one) for number, one in enumerate(written, 1))
    for number, one in enumerate(found, 1):
        if any(other.key == one.key or other.issuer == one.issuer for other in found[: number - 1]):
            raise Invalid(
                "Provider %(number)s of the single sign-on has the key or the issuer of another one.",
                "providers",
                number=number,
            )
    return found


def _provider(number: int, written: Any) -> Provider:
    given: dict[str, Any] = {"email": "email", "trusts_email": False, "again_after": 60, "scopes": [], "secret": None}
    given |= written if isinstance(written, dict) else {}
    name = given.get("name")
    names: dict[str, str] = {"": name} if isinstance(name, str) else name if isinstance(name, dict) else {}
    texts = [given.get(field) for field in ("key", "issuer", "client", "email")]
    if set(given) - _FIELDS or not names or not all(isinstance(one, str) and one for one in (*texts, *names.values())):
        raise _odd(number)
    again, is_trusting = given["again_after"], given["trusts_email"]
    if not isinstance(again, int) or again not in AGAIN_AFTER or not isinstance(is_trusting, bool):
        raise _odd(number)
    if not _KEY.fullmatch(given["key"]) or not is_safe_address(given["issuer"]):
        raise _odd(number)
    return Provider(
        key=given["key"],
        name=names,
        issuer=given["issuer"],
        client=given["client"],
        secret=_secret(number, given["secret"]),
        scopes=_scopes(number, given["scopes"]),
        email=given["email"],
        trusts_email=is_trusting,
        again_after=timedelta(minutes=again),
    )


def _scopes(number: int, written: Any) -> tuple[str, ...]:
    found: list[Any] = written if isinstance(written, list) else [None]
    if not all(isinstance(one, str) and re.fullmatch(r"[!-~]+", one) for one in found):
        raise _odd(number)
    return tuple(one for one in found if one not in OURS)


def _secret(number: int, written: Any) -> str | None:
    """The variable that holds it: a secret never stands in a file of rules."""
    if written is None:
        return None
    if not isinstance(written, str) or not re.fullmatch(r"env:[A-Za-z_][A-Za-z0-9_]*", written):
        raise Invalid(
            "Provider %(number)s of the single sign-on: write its secret as env:NAME, the variable that holds it.",
            "providers",
            number=number,
        )
    return written.removeprefix("env:")


def _odd(number: int) -> Invalid:
    return Invalid(
        "Provider %(number)s of the single sign-on cannot be taken: it has a key (small letters, digits, hyphens), "
        "name, issuer (https, or http on this machine) and client, and secret, scopes, email, trusts_email and "
        "again_after (%(least)s to %(most)s minutes) where it needs them.",
        "providers",
        number=number,
        least=AGAIN_AFTER[0],
        most=AGAIN_AFTER[-1],
    )


def is_safe_address(address: object) -> bool:
    """An address over TLS, or one of this machine: what is said on another way may be anybody's."""
    found = _ADDRESS.fullmatch(address) if isinstance(address, str) else None
    return found is not None and (found["scheme"] == "https" or found["host"] in LOOPBACK)


def flat_claims(told: Mapping[str, Any], before: str = "") -> dict[str, tuple[str, ...]]:
    """What a provider tells of somebody, by name; what stands inside another is named by both.

    >>> flat_claims({"realm_access": {"roles": ["a", "b"]}, "vip": True})
    {'realm_access.roles': ('a', 'b'), 'vip': ('true',)}
    """
    found: dict[str, tuple[str, ...]] = {}
    for name, value in told.items():
        if isinstance(value, Mapping):
            found |= flat_claims(value, f"{before}{name}.")
            continue
        several = value if isinstance(value, Sequence) and not isinstance(value, str | bytes) else [value]
        if texts := tuple(_text(one) for one in several if isinstance(one, str | int | float)):
            found[f"{before}{name}"] = texts
    return found


def _text(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Identity:
    """Who somebody is at a provider, for good: addresses and names may change or be given to somebody else."""

    issuer: str
    subject: str


def email_of(provider: Provider, told: Mapping[str, Any]) -> str:
    """The address that may stand for the account. Raises Invalid where there is none, or nobody has verified it."""
    email, name = next(iter(flat_claims(told).get(provider.email, ())), "").strip(), provider.called("en")
    if not email:
        raise Invalid("%(provider)s tells no e-mail address of yours.", "email", provider=name)
    if not provider.trusts_email and told.get("email_verified") not in (True, "true"):
        raise Invalid("%(provider)s does not say that %(email)s is yours.", "email", provider=name, email=email)
    return email
