"""How often somebody without an account may send: by address, kept only as a keyed hash for an hour, and by unit.

How often somebody may try to sign in: by where they try, and by the account that they try.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from charter.domain.frontline.observations import OF_STAFF
from charter.domain.vocabulary.errors import Conflict
from charter.models.base import db
from charter.models.frontline import Observation, RecentSender
from charter.services.records.transactions import transaction

HOUR = timedelta(hours=1)
FROM_ONE_ADDRESS = {"words": 20, "estimate": 60, "link": 30, "open": 60}
"""A site often has one address for all its staff; a link of a survey that is none is a slip, thirty are a search."""
FOR_ONE_UNIT = 30


class TooMany(Conflict):
    """More than may be sent within an hour."""


def count_sending(now: datetime, what: str, sender: str) -> None:
    """Note one sending of an address (its keyed hash), within the caller's transaction. Raises TooMany."""
    forget(now)
    sent = db.session.execute(
        select(func.count()).where(RecentSender.what == what, RecentSender.sender_hash == sender)
    ).scalar_one()
    if sent >= FROM_ONE_ADDRESS[what]:
        raise TooMany(
            "This address has sent %(count)s within an hour, the most that is taken: try again later.", count=sent
        )
    db.session.add(RecentSender(what=what, sender_hash=sender, at=now))


def require_room(now: datetime, unit: str) -> None:
    """Raises TooMany where a unit has had its fill of texts within the last hour."""
    # What a survey brings when it closes is no flood of this site.
    is_of_staff = Observation.kind.in_(OF_STAFF)
    sent = db.session.execute(
        select(func.count()).where(is_of_staff, Observation.unit_key == unit, Observation.sent_at > now - HOUR)
    ).scalar_one()
    if sent >= FOR_ONE_UNIT:
        raise TooMany(
            "This site has been sent %(count)s texts within an hour, the most that is taken: try again later.",
            count=sent,
        )


def forget(now: datetime) -> None:
    """Delete what is older than an hour, within the caller's transaction."""
    db.session.execute(delete(RecentSender).where(RecentSender.at <= now - HOUR))


def forget_senders(now: datetime) -> None:
    """What the alarm clock does, so that nothing stays where nobody sends any more."""
    with transaction():
        forget(now)


TRIES_AT_ONCE = 5
"""Tries for one account from one place; then the oldest of them must be ten minutes old."""
PAUSE = timedelta(minutes=10)
TRIES_AN_HOUR = 20
"""Failures of one address, or for one account from everywhere; then one try every half minute."""
SLOWED = timedelta(seconds=30)
WHAT = "sign-in"


@dataclass(frozen=True)
class Tries:
    """Where somebody tries to sign in: the keyed hash of the address, and whether the account knows this browser.

    A browser that is known is counted by itself: what strangers do elsewhere holds its person up in no way.
    """

    sender: str = ""
    is_known: bool = False


def require_patience(now: datetime, email: str, tries: Tries) -> None:
    """Raises TooMany where somebody must wait before the next try, within the caller's transaction."""
    forget(now)
    place, *others = _marks(email, tries)
    recent = [at for at in _failures(place) if at > now - PAUSE]
    waits = [recent[-TRIES_AT_ONCE] + PAUSE - now] if len(recent) >= TRIES_AT_ONCE else []
    for mark in others:
        failures = _failures(mark)
        if len(failures) >= TRIES_AN_HOUR:
            waits.append(failures[-1] + SLOWED - now)
    longest = max(waits, default=timedelta(0))
    if longest > timedelta(0):
        seconds = max(1, round(longest.total_seconds()))
        raise TooMany("Too many tries to sign in: wait %(seconds)s seconds, then try again.", seconds=seconds)


def count_failure(now: datetime, email: str, tries: Tries) -> None:
    """Note a try that failed, within the caller's transaction."""
    db.session.add_all(RecentSender(what=WHAT, sender_hash=mark, at=now) for mark in _marks(email, tries))


def forget_failures(email: str, tries: Tries) -> None:
    """Who has signed in from a place may mistype there again, within the caller's transaction."""
    place = _marks(email, tries)[0]
    db.session.execute(delete(RecentSender).where(RecentSender.what == WHAT, RecentSender.sender_hash == place))


def _failures(mark: str) -> list[datetime]:
    query = select(RecentSender.at).where(RecentSender.what == WHAT, RecentSender.sender_hash == mark)
    return list(db.session.execute(query.order_by(RecentSender.at)).scalars())


def _marks(email: str, tries: Tries) -> list[str]:
    """What failures are counted by: this place and account first; then, for browsers unknown, address and account."""
    if tries.is_known:
        return [_mark("known", email)]
    return [_mark("both", tries.sender, email), _mark("address", tries.sender), _mark("account", email)]


def _mark(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
