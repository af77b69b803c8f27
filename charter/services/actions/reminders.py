"""Reminders of actions: their owner is written to before and after the due date, once for each of these days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from charter.domain.actions.action_rules import reminder_on
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.actions import Action
from charter.models.base import db
from charter.models.people import Person
from charter.services.actions.actions import PlannedAction, find_action, today_of
from charter.services.actions.view import listed, standings
from charter.services.charters.versions import history_or_none
from charter.services.people.owners import may_answer, people_named, people_of
from charter.services.post.mail import MailKind, register_mails
from charter.services.post.outbox import post_mail
from charter.services.records import audit_log
from charter.services.records.transactions import transaction


def remind_owners(actor: Actor, now: datetime) -> int:
    """Write to the owners of open actions whose day of reminder has come; returns how many mails that is.

    Any number of processes may do this: the same reminder goes to the same person once, at the hour of their digest.
    """
    require(actor, Permission.PLAN_ACTION)
    found = history_or_none()
    if found is None:
        return 0
    today = today_of(found, now)
    written = 0
    for one in standings():
        day = None if one.done_on is not None else reminder_on(one.due_on, today)
        if day is None:
            continue
        line: Mapping[str, object] = listed(found, [one], now)[0]
        facts = {name: line[name] for name in FACTS} | {"day": day}
        cause = f"action {one.row.id} due {one.due_on} day {day}"
        with transaction():
            for person in owners_of(one):
                if post_mail(cause, person, "action", facts, now):
                    written += 1
                    audit_log.record(actor, now, "action:remind", cause, after={"to": person.email})
    return written


FACTS = ("number", "title", "unit_name", "what", "expected", "owner", "due_on", "state", "period")


def compose(params: Mapping[str, Any], person: Person, at: datetime) -> Mapping[str, Any] | None:
    """What the reminder says as it leaves; nothing where the action is closed, has another date, or is not theirs."""
    found = history_or_none()
    row = db.session.get(Action, params["number"])
    if found is None or row is None:
        return None
    one = find_action(row.id)
    is_theirs = any(owner.id == person.id for owner in owners_of(one))
    if one.done_on is not None or not is_theirs or one.due_on.isoformat() != str(params["due_on"]):
        return None
    line: Mapping[str, object] = listed(found, [one], at)[0]
    return {name: line[name] for name in FACTS}


def owners_of(one: PlannedAction) -> list[Person]:
    """The accounts behind an action's owner: by name or address, else who answers for that function on the unit.

    Whose rights do not reach the unit any more is not written to.
    """
    named = [person for person in people_named(one.owner) if may_answer(person, one.row.unit_key)]
    return named or people_of(one.owner, one.row.unit_key)


def compose_given(params: Mapping[str, Any], person: Person, at: datetime) -> Mapping[str, Any] | None:
    """As `compose`, with who gave the action to this person."""
    said = compose(params, person, at)
    return None if said is None else {**said, "by": params["by"]}


register_mails({"action": MailKind(compose), "action_given": MailKind(compose_given)})
