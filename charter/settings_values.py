"""What a setting may hold: a text in, a value out, or ValueError with what to give instead.

Shared by every setting that holds such a value; `config.py` says which setting holds which.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from email.utils import formataddr, parseaddr
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

_NAME = re.compile(r"((?!-)[\w-]{1,63}(?<!-)\.)*(?!\d+\.?$)(?!-)[\w-]{1,63}(?<!-)\.?")
_PORT = re.compile(r"(?<=[\w\].]):([1-9]\d{0,3}|[1-6]\d{4})$")
_SITE = re.compile(
    r"'self'|'none'|https?:|"
    r"(https?://(\*\.)?(\[[0-9a-f:]+\]|[\w-]+(\.[\w-]+)*)|(\*\.)?[\w-]+(\.[\w-]+)+|localhost)(:(\d{1,5}|\*))?(/[\w./-]*)?",
    re.ASCII | re.IGNORECASE,
)
"""What may stand in a policy: no sign that would end this part of it and begin another."""
_OWN_RULE = re.compile(r"([A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)[+-]?\d[A-Za-z0-9<>+:,./-]*")
"""A zone as POSIX writes it, with its hours: `CET-1CEST,M3.5.0,M10.5.0/3`."""


def switch(text: str) -> bool:
    """On or off."""
    if text.lower() not in ("on", "off"):
        raise ValueError("on or off")
    return text.lower() == "on"


def whole(low: int, high: int) -> Callable[[str], int]:
    """A number from `low` to `high`."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return parse


def one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    """One of these words, in small or capital letters."""

    def parse(text: str) -> str:
        for choice in choices:
            if text.lower() == choice.lower():
                return choice
        raise ValueError(f"one of {', '.join(choices)}")

    return parse


def address(text: str) -> str:
    """A whole address, without a slash at its end."""
    with suppress(ValueError):
        parts = urlsplit(text)
        is_whole = parts.scheme in ("http", "https") and bool(host_alone(parts.hostname or "")) and parts.port != 0
        if is_whole and not any(sign <= " " for sign in text):
            return text.rstrip("/")
    raise ValueError("an address that begins with http:// or https://")


def sender(text: str) -> str:
    """Who a mail is from, with or without a name."""
    name, address = parseaddr(text)
    if address.count("@") != 1 or not text.isprintable() or not all(address.split("@")):
        raise ValueError("an address, such as Promesse <p@example.org>")
    return formataddr((name, address)) if name else address


def hosts(text: str) -> tuple[str, ...]:
    """Hosts, with or without their ports."""
    hosts = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    with suppress(ValueError):
        return hosts if [host_alone(_PORT.sub("", one).strip("[]")) for one in hosts] else ()
    raise ValueError("hosts as host or host:port, separated by commas")


def host_alone(text: str) -> str:
    """The name or the address of a host, and nothing else."""
    with suppress(ValueError):
        return str(ip_address(text))
    if not _NAME.fullmatch(text):
        raise ValueError("a host's name or address alone, such as promesse.example.org, 127.0.0.1 or ::1")
    return text


def zone(text: str) -> str:
    """A zone that this machine knows: by its name, by the path of its file, or by a rule of its own."""
    name = text.removeprefix(":")
    with suppress(ValueError, LookupError, OSError, EOFError):
        if name.startswith("/"):
            with Path(name).open("rb") as file:
                ZoneInfo.from_file(file)
        elif not _OWN_RULE.fullmatch(name):
            ZoneInfo(name)
        return text
    raise ValueError("a zone that is known here, such as Europe/Paris, or leave it out")


def sites(text: str) -> tuple[str, ...]:
    """Who may frame a page, as a policy names them."""
    found = tuple(text.split())
    if not all(_SITE.fullmatch(one) for one in found):
        raise ValueError("'none', 'self' or sites such as https://intranet.example.org, separated by spaces")
    return found


def token(shortest: int) -> Callable[[str], str]:
    """What another program brings as it stands."""

    def parse(text: str) -> str:
        if len(text) < shortest or not all("!" <= sign <= "~" for sign in text):
            raise ValueError(
                f"{shortest} random signs at least, without blanks and accents, such as what "
                "`python -c 'import secrets; print(secrets.token_hex(32))'` prints"
            )
        return text

    return parse
