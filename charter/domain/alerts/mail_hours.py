"""When a person may be written to: their quiet hours, and the day and hour of their digest, in their own time zone.

When what could not be sent is tried again, and when it is given up: mail and webhooks alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from charter.domain.vocabulary.errors import Sentence


class Channel(StrEnum):
    """How something leaves."""

    MAIL = "mail"
    WEBHOOK = "webhook"


class PostState(StrEnum):
    """Where one sending stands. `refused`: the mail server does not take the address; `failed`: given up for another
    reason; `off`: the channel was not set up when its time came, so nobody was told; `dropped`: when it was to leave,
    nothing was left of it that its reader may know."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    REFUSED = "refused"
    OFF = "off"
    DROPPED = "dropped"


BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
)
"""How long to wait after the first, second, … try; the last one repeats."""

GIVEN_UP = (PostState.FAILED, PostState.REFUSED)
"""What does not leave any more, unless a person sends it again."""

MOST_TRIES = 12
"""After so many tries, about two days, a person is needed."""

LEASE = timedelta(minutes=10)
"""How long a claim holds. Longer than one sending may take, so that only a process that died loses its claim."""


_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_LONGEST_LOCAL, _LONGEST_EMAIL = 64, 254


def unmailable(email: str) -> Sentence | None:
    """Why an address cannot be written to, as RFC 5321 has it; None where it can. Names of hosts may have accents."""
    local, at, host = email.rpartition("@")
    if not at or not local or not host or " " in email or not email.isprintable() or "@" in local:
        return Sentence("“%(email)s” is not an e-mail address.", email=email)
    if not local.isascii():
        return Sentence(
            "%(email)s has characters before the @ that many mail servers do not take (SMTPUTF8): give an "
            "address without accents there.",
            email=email,
        )
    try:
        named = host.encode("idna").decode("ascii")
    except UnicodeError:
        named = ""
    if not _LOCAL.fullmatch(local) or len(local) > _LONGEST_LOCAL or not _HOST.fullmatch(named):
        return Sentence("%(email)s is not an address that mail can be sent to.", email=email)
    return None if len(email) <= _LONGEST_EMAIL else Sentence("%(email)s is too long for an address.", email=email[:60])


_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")


def next_sending(tries: int, now: datetime) -> datetime | None:
    """When a sending that has been tried `tries` times is tried again; None when it is given up."""
    return None if tries >= MOST_TRIES else now + BACK_OFF[min(max(tries, 1), len(BACK_OFF)) - 1]


@dataclass(frozen=True)
class MailHours:
    """What somebody chose. `at_once`: floor, all or none; `digest`: daily or weekly; `day`: 0 is Monday."""

    zone: ZoneInfo
    at_once: str = "floor"
    digest: str = "daily"
    day: int = 0
    at: time = time(8)
    quiet_from: time | None = None
    quiet_until: time | None = None


def next_digest(hours: MailHours, now: datetime) -> datetime:
    """The first instant after `now` at which the person's digest is due, quiet hours left aside."""
    step = timedelta(days=7 if hours.digest == "weekly" else 1)
    day = last_digest(hours, now).astimezone(hours.zone).date() + step
    return datetime.combine(day, hours.at, hours.zone).astimezone(UTC)


def is_told_at_once(hours: MailHours, *, is_urgent: bool, is_floor: bool) -> bool:
    """Whether an event goes out at once: what is urgent and on the floor, or all that is urgent, or nothing."""
    return is_urgent and (hours.at_once == "all" or (hours.at_once == "floor" and is_floor))


def is_quiet(hours: MailHours, now: datetime) -> bool:
    """Whether the person does not wish to be written to at that instant; quiet hours may run over midnight."""
    start, end = hours.quiet_from, hours.quiet_until
    if start is None or end is None or start == end:
        return False
    local = now.astimezone(hours.zone).time()
    return start <= local < end if start < end else local >= start or local < end


def quiet_until(hours: MailHours, now: datetime) -> datetime | None:
    """When the quiet hours end in which `now` lies; None where the person may be written to."""
    if not is_quiet(hours, now) or hours.quiet_until is None:
        return None
    day = now.astimezone(hours.zone).date()
    ends = (datetime.combine(day + timedelta(days=ahead), hours.quiet_until, hours.zone) for ahead in (0, 1))
    return next(end.astimezone(UTC) for end in ends if end > now)


def last_digest(hours: MailHours, now: datetime) -> datetime:
    """The newest instant, at `now` or before, at which the person's digest was due."""
    day = now.astimezone(hours.zone).date()
    if hours.digest == "weekly":
        day -= timedelta(days=(day.weekday() - hours.day) % 7)
    due = datetime.combine(day, hours.at, hours.zone).astimezone(UTC)
    if due > now:
        back = timedelta(days=7 if hours.digest == "weekly" else 1)
        due = datetime.combine(day - back, hours.at, hours.zone).astimezone(UTC)
    return due
