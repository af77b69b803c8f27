"""Links in mails that answer without signing in: signed, for one person and one thing, for a while.

Whoever holds the mail may follow them, so they show a page that asks first: a scanner that follows links changes
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

HOLDS_FOR = timedelta(days=14)
FILE_HOLDS_FOR = timedelta(days=90)


def signed(secret: str, purpose: str, facts: Mapping[str, Any]) -> str:
    """The part of an address that says these facts, for this purpose alone."""
    return URLSafeTimedSerializer(secret, salt=f"mail {purpose}").dumps(dict(facts))


def read_signed(secret: str, purpose: str, text: str, holds_for: timedelta = HOLDS_FOR) -> Mapping[str, Any] | None:
    """The facts of a link; None where it is not ours, is for something else, or has run out."""
    try:
        found: Mapping[str, Any] = URLSafeTimedSerializer(secret, salt=f"mail {purpose}").loads(
            text, max_age=int(holds_for.total_seconds())
        )
    except BadSignature:
        return None
    return found
