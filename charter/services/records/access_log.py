"""What the lines of our own log say of an address: its place, never the secret in it, nor what was asked after `?`.

Links of surveys, invitations of experts and calendars hold a secret; whoever reads the log must not be able to use one,
nor learn which of them was opened at which second.
"""

from __future__ import annotations

import logging
import re
from urllib.parse import unquote

PLACES = ("answer", "opinion", "calendar", "stop", "welcome", "attachment", "invitation")
"""The first parts of the addresses that hold a secret after them."""
HIDDEN = "…"
_LIKE_A_SECRET = re.compile(r"(?=[\w.~-]*[a-z])(?=[\w.~-]*[A-Z])[\w.~-]{16,}")
_PLACED = re.compile(rf"(?i)(/(?:{'|'.join(PLACES)})/)[^\s/?#\"'\]]+")


def place_of(address: str) -> str:
    """An address without its secrets and without its query; as it was written, so that no line can be forged."""
    parts = address.partition("#")[0].partition("?")[0].split("/")
    shown, before = [], ""
    for part in parts:
        plain = unquote(part)
        is_secret = before.lower() in PLACES or "/" in plain or _LIKE_A_SECRET.search(plain)
        shown.append(HIDDEN if part and is_secret else part)
        before = plain or before
    return "/".join(shown)


class WithoutSecrets(logging.Filter):
    """Takes secrets of addresses out of a line and of the traceback below it, before anybody writes them."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every line passes, without its secrets."""
        record.msg, record.args = _in_addresses(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = _in_addresses(logging.Formatter().formatException(record.exc_info))
        return True


def _in_addresses(text: str) -> str:
    return _PLACED.sub(rf"\1{HIDDEN}", text)
