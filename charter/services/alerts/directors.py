"""What directors are told though nothing has happened: the sealed month that waits for them, and a line each week.

Both say what is so when they leave, not when they were written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from charter.domain.alerts.alert_rules import AlertState, Subject
from charter.domain.alerts.mail_hours import last_digest
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.alerts import Alert
from charter.models.base import db
from charter.models.people import Person
from charter.models.records import Snapshot
from charter.models.reports import Edition
from charter.services.alerts.alert_lines import Reader, line_of
from charter.services.alerts.figures import code_today, facts_today
from charter.services.charters.versions import history_or_none
from charter.services.classes.current import placed, places_today, turn_of
from charter.services.month.overview import overview
from charter.services.people.accounts import actor_of
from charter.services.people.owners import contact_of, directors, hours_of
from charter.services.post.mail import MailKind, register_mails
from charter.services.post.outbox import post_mail
from charter.services.records.transactions import transaction
from charter.services.reports.view import month_page

FRESH = timedelta(days=1)
"""A week's line that could not be written for longer is left to the next week; a month waits as long as it waits."""
SHOWN = 10


def tell_directors(actor: Actor, now: datetime) -> int:
    """Write to the directors of the whole: each sealed month once that waits for them, a line each week.

    Returns how many mails were written. Any number of processes may do this: the same goes to the same person once.
    """
    require(actor, Permission.SEND_AGAIN)
    if history_or_none() is None:
        return 0
    waiting = _waiting()
    people = directors()
    written = 0
    with transaction():
        for person in people:
            for period in waiting:
                written += post_mail(f"month {period} waits", person, "month_waits", {"period": period}, now)
            due = last_digest(replace(hours_of(person), digest="weekly"), now)
            if contact_of(person).weekly_line == "on" and now - due < FRESH and person.created_at < due:
                written += post_mail(f"week {due:%G-W%V}", person, "week", {}, now)
    return written


def _waiting() -> list[str]:
    """The newest sealed month, if nobody has approved it."""
    newest = select(Snapshot.period_key).order_by(Snapshot.period_key.desc()).limit(1)
    period = db.session.execute(newest).scalar_one_or_none()
    if period is None:
        return []
    approved = select(Edition.id).where(Edition.period_key == period).limit(1)
    return [] if db.session.execute(approved).first() else [period]


def compose_month(params: Mapping[str, Any], person: Person, at: datetime) -> Mapping[str, Any] | None:
    """What the month that waits says: its headline, the misses that nobody explains, whom it goes to once approved."""
    if params["period"] not in _waiting():
        return None
    page = month_page(actor_of(person), at, params["period"])
    titles = page["titles"]
    return {
        "period": params["period"],
        "headline": page["overview"],
        "unexplained": [titles[key] for key in page["wanting"] if key in titles],
        "recipients": len(page["recipients"]),
    }


def compose_week(params: Mapping[str, Any], person: Person, at: datetime) -> Mapping[str, Any] | None:
    """The week's line: what holds, what is missed since when and who is at it, which month waits."""
    found = history_or_none()
    if found is None:
        return None
    actor = actor_of(person)
    reader = Reader(person, found, places_today(found.current, at))
    is_missed = (Alert.state != AlertState.CLOSED) & (Alert.kind == Subject.STATUS)
    alerts = db.session.execute(select(Alert).where(is_missed).order_by(Alert.opened_at)).scalars()
    mine = [alert for alert in alerts if reader.may_read(alert)]
    mine.sort(key=lambda alert: turn_of(placed(alert.commitment_key, reader.places)))
    today = facts_today(found, mine[:SHOWN])
    lines = [
        {
            **line_of(alert, "opened", code_today(alert, today[alert.id]), today[alert.id], reader.places),
            "at_it": alert.acted_by if alert.state == AlertState.ACKNOWLEDGED else None,
            "paused_until": alert.snoozed_until.isoformat() if alert.snoozed_until else None,
        }
        for alert in mine[:SHOWN]
    ]
    return {
        "headline": overview(actor, at),
        "lines": lines,
        "more": len(mine) - len(lines),
        "waiting": _waiting(),
    }


register_mails({"month_waits": MailKind(compose_month), "week": MailKind(compose_week)})
