"""How often somebody without an account may send: by address, kept only as a keyed hash for an hour, and by unit."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from charter.domain.vocabulary.errors import Conflict
from charter.models.base import db
from charter.models.frontline import Observation, RecentSender
from charter.services.records.transactions import transaction

HOUR = timedelta(hours=1)
FROM_ONE_ADDRESS = {"words": 20, "estimate": 60, "link": 30}
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
    sent = db.session.execute(
        select(func.count()).where(Observation.unit_key == unit, Observation.sent_at > now - HOUR)
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
