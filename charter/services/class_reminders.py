"""Reminders: a class whose evidence or decision comes to its term is told once to those who decide classes."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from charter.domain.permissions import Actor, require
from charter.domain.terms import Permission
from charter.services import audit
from charter.services.charters import history
from charter.services.class_views import classes_of
from charter.services.outbox import post_mail
from charter.services.owners import stand_ins
from charter.services.proofs import proofs
from charter.services.transactions import transaction


def remind_reviews(actor: Actor, now: datetime) -> int:
    """Write to the charter managers of the whole (else its directors) for each class to be looked at again soon.

    Once for each commitment, reason and day; how many mails were written. What is past its term is told too.
    """
    require(actor, Permission.DECIDE_CLASS)
    charter = history().current.charter
    today = now.astimezone(ZoneInfo(charter.charter.timezone)).date()
    rows = classes_of(charter, today, proofs())["commitments"]
    written = 0
    with transaction():
        for row in rows:
            review = row["review"]
            if review is None or review["state"] == "later":
                continue
            cause = f"class review {row['key']} {review['why']} {review['on']}"
            facts = {"key": row["key"], "number": row["number"], "title": row["title"]}
            facts |= {"review": review, "held": row["class"]}
            told = [person.email for person in stand_ins() if post_mail(cause, person, "class_review", facts, now)]
            if told:
                audit.record(actor, now, "class:remind", row["key"], after={"why": review["why"], "on": review["on"]})
            written += len(told)
    return written
