"""What directors are told though nothing has happened: the sealed month that waits for them, as it is then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission, Role
from charter.models.base import db
from charter.models.people import Person
from charter.models.records import Snapshot
from charter.models.reports import Edition
from charter.services.charters.versions import history_or_none
from charter.services.people.accounts import actor_of
from charter.services.people.owners import directors
from charter.services.post.mail import MailKind, register_mails
from charter.services.post.outbox import post_mail
from charter.services.records.transactions import transaction
from charter.services.reports.view import month_page


def tell_directors(actor: Actor, now: datetime) -> int:
    """Write to the directors of the whole: each sealed month once that waits for them.

    Returns how many mails were written. Any number of processes may do this: the same goes to the same person once.
    """
    require(actor, Permission.SEND_AGAIN)
    if history_or_none() is None:
        return 0
    waiting, people = month_that_waits(), directors()
    with transaction():
        return sum(
            post_mail(f"month {period} waits", person, "month_waits", {"period": period}, now)
            for person in people
            for period in waiting
        )


def is_director(person: Person) -> bool:
    """Whether it is a director of the whole."""
    return person.role == Role.DIRECTOR and not person.units


def month_that_waits() -> list[str]:
    """The newest sealed month, if nobody has approved it."""
    newest = select(Snapshot.period_key).order_by(Snapshot.period_key.desc()).limit(1)
    period = db.session.execute(newest).scalar_one_or_none()
    if period is None:
        return []
    approved = select(Edition.id).where(Edition.period_key == period).limit(1)
    return [] if db.session.execute(approved).first() else [period]


def compose_month(params: Mapping[str, Any], person: Person, at: datetime) -> Mapping[str, Any] | None:
    """What the month that waits says: its headline, the misses that nobody explains, whom it goes to once approved."""
    is_theirs = any(one.id == person.id for one in directors())
    if not is_theirs or params["period"] not in month_that_waits():
        return None
    page = month_page(actor_of(person), at, params["period"])
    titles = page["titles"]
    return {
        "period": params["period"],
        "headline": page["overview"],
        "unexplained": [titles[key] for key in page["wanting"] if key in titles],
        "recipients": len(page["recipients"]),
    }


register_mails({"month_waits": MailKind(compose_month)})
