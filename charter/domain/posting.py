"""When what could not be sent is tried again, and when it is given up: mail and webhooks alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class Channel(StrEnum):
    """How something leaves."""

    MAIL = "mail"
    WEBHOOK = "webhook"


class PostState(StrEnum):
    """Where one sending stands. `off`: the channel was not set up when its time came, so nobody was told."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    OFF = "off"


BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
)
"""How long to wait after the first, second, … try; the last one repeats."""

MOST_TRIES = 12
"""After so many tries, about two days, a person is needed."""

LEASE = timedelta(minutes=10)
"""How long a claim holds. Longer than one sending may take, so that only a process that died loses its claim."""


def next_sending(tries: int, now: datetime) -> datetime | None:
    """When a sending that has been tried `tries` times is tried again; None when it is given up."""
    return None if tries >= MOST_TRIES else now + BACK_OFF[min(max(tries, 1), len(BACK_OFF)) - 1]
