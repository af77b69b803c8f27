"""Actions about a miss: planned, changed, closed, reopened. Rows are only appended; where one stands is read.

Closing an action and, where the person says so, setting its chart anew from then on: both or neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from charter.domain.actions.action_rules import LONGEST_OWNER, LONGEST_REASON, LONGEST_WHAT, action_state, written
from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound, Sentence, refuse_together
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.sentences import stands_in_one_line
from charter.domain.vocabulary.terms import ActionState, Permission
from charter.models.actions import Action, ActionStep
from charter.models.base import db
from charter.services.actions.comments import month_begun
from charter.services.charters.versions import History, find_commitment, find_unit, history
from charter.services.people.owners import may_answer, people_named, who_may_answer
from charter.services.post.outbox import post_mail, post_webhook
from charter.services.readings.chart_resets import check_rebase, rebase_chart
from charter.services.records import audit_log
from charter.services.records.sealing import words_hash
from charter.services.records.transactions import transaction

CLOSE, REOPEN, CHANGE = "close", "reopen", "change"
NEEDS_WHAT = Sentence("Write what will be done.")
NEEDS_EFFECT = Sentence("Write the effect that is expected.")
NEEDS_OWNER = Sentence("Write who does it: a function, or a person's name.")


@dataclass(frozen=True)
class Planned:
    """What a person writes when planning an action."""

    commitment: str
    period: str
    what: str
    expected: str
    owner: str
    due_on: date | None
    unit: str | None = None
    indicator: str | None = None


@dataclass(frozen=True)
class PlannedAction:
    """An action as it stands: its row, its steps, and what these leave of owner, due date and closing."""

    row: Action
    steps: tuple[ActionStep, ...]
    owner: str
    due_on: date
    done_on: date | None

    def state(self, today: date) -> ActionState:
        """Open, late or done on a day."""
        return action_state(self.due_on, self.done_on, today)


def plan_action(actor: Actor, now: datetime, planned: Planned) -> int:
    """Write an action against a miss and return its number.

    Raises NotAllowed, NotFound (commitment, unit), Invalid (a field without words, a due date in the past, an
    indicator that is not the commitment's).
    """
    found = history()
    month = month_begun(found, planned.period, now)
    version = found.on(month.start)
    unit = find_unit(version, planned.unit)
    require(actor, Permission.PLAN_ACTION, unit)
    _, commitment = find_commitment(version, planned.commitment)
    keys = [indicator.key for indicator in commitment.indicators]
    if planned.indicator is not None and planned.indicator not in keys:
        raise Invalid(
            "The commitment %(commitment)s has no indicator %(indicator)s.",
            "indicator",
            commitment=commitment.key,
            indicator=planned.indicator,
        )
    said = _checked(found, planned, unit, now)
    row = Action(
        commitment_key=commitment.key,
        indicator_key=planned.indicator or (keys[0] if keys else None),
        period_key=month.key,
        unit_key=unit,
        planned_at=now,
        planned_by=actor.name,
        **said,
    )
    with transaction():
        db.session.add(row)
        db.session.flush()
        audit_log.record(actor, now, "action:plan", f"action {row.id}", after=action_record(row))
        post_webhook(f"action {row.id}", "action:planned", _told(row, now), now)
        _tell_owner(actor, now, row, row.owner, row.due_on)
    return row.id


def _checked(found: History, planned: Planned, unit: str, now: datetime) -> dict[str, Any]:
    """What is planned, as it is kept. Raises Invalid: everything that is wrong with it."""
    said: dict[str, Any] = {}
    refuse_together(
        lambda: said.update(what=written(planned.what, "what", LONGEST_WHAT, needed=NEEDS_WHAT)),
        lambda: said.update(owner=_owner(planned.owner, unit)),
        lambda: said.update(due_on=_due(found, planned.due_on, now)),
        lambda: said.update(expected=written(planned.expected, "expected", LONGEST_WHAT, needed=NEEDS_EFFECT)),
    )
    return said


def _tell_owner(actor: Actor, now: datetime, row: Action, owner: str, due_on: date) -> None:
    """Whoever is given an action by name or address is told by mail, once; who gives it to themselves knows."""
    for person in people_named(owner):
        is_self = person.id == actor.user_id or person.name.casefold() == actor.name.casefold()
        if not is_self and may_answer(person, row.unit_key):
            facts = {"number": row.id, "due_on": due_on.isoformat(), "by": actor.name}
            post_mail(f"action {row.id} given to {person.id}", person, "action_given", facts, now)


def action_record(row: Action) -> dict[str, object]:
    """What the audit log keeps of an action."""
    return {
        "commitment": row.commitment_key,
        "indicator": row.indicator_key,
        "period": row.period_key,
        "unit": row.unit_key,
        "owner": row.owner,
        "due_on": row.due_on.isoformat(),
        "sha256": words_hash(f"{row.what}\0{row.expected}"),
    }


def _owner(text: str, unit: str) -> str:
    """The owner in one line; where it is the name of accounts, one of them must be able to act on the unit."""
    owner = written(text, "owner", LONGEST_OWNER, needed=NEEDS_OWNER)
    if not stands_in_one_line(owner):
        raise Invalid("The owner runs over several lines, or has a character that cannot be printed.", "owner")
    people = people_named(owner)
    if people and not any(may_answer(person, unit) for person in people):
        raise Invalid(
            "%(name)s may not act on %(unit)s, and so cannot own this action. These may: %(names)s.",
            "owner",
            name=people[0].name,
            unit=unit,
            names=who_may_answer([unit]),
        )
    return owner


def _due(found: History, due_on: date | None, now: datetime) -> date:
    if due_on is None:
        raise Invalid("Choose a day: until when will it be done?", "due_on")
    if due_on < today_of(found, now):
        raise Invalid("The due date %(due_on)s has passed: choose a day to come.", "due_on", due_on=due_on)
    if due_on.year > now.year + 10:
        raise Invalid(
            "The due date %(due_on)s is more than ten years away: look whether it is what you meant.",
            "due_on",
            due_on=due_on,
        )
    return due_on


def today_of(found: History, now: datetime) -> date:
    """The local date of an instant, in the charter's zone."""
    return now.astimezone(ZoneInfo(found.current.charter.charter.timezone)).date()


def close_action(
    actor: Actor, now: datetime, *, number: int, done_on: date | None = None, text: str = ""
) -> PlannedAction:
    """Say that an action is done, on which day, and what was done.

    Raises NotFound, NotAllowed, Conflict (closed already), Invalid (a day to come, or before it was planned).
    """
    found = history()
    day = done_on or today_of(found, now)
    with transaction():
        standing = _held(actor, number)
        if standing.done_on is not None:
            raise Conflict(
                "The action %(number)s was closed already, on %(day)s: reopen it first.",
                number=number,
                day=standing.done_on,
            )
        if day > today_of(found, now):
            raise Invalid("%(day)s is still to come: an action is closed on the day it was done.", "done_on", day=day)
        if day < today_of(found, standing.row.planned_at):
            raise Invalid("On %(day)s the action was not planned yet.", "done_on", day=day)
        words = written(text, "text", LONGEST_WHAT) or None
        _step(actor, now, standing, ActionStep(kind=CLOSE, done_on=day, text=words))
    return find_action(number)


def reopen_action(actor: Actor, now: datetime, *, number: int, reason: str) -> PlannedAction:
    """Take back a closing, with a reason. Raises NotFound, NotAllowed, Conflict (it is open), Invalid (no reason)."""
    with transaction():
        standing = _held(actor, number)
        if standing.done_on is None:
            raise Conflict("The action %(number)s is open: there is nothing to reopen.", number=number)
        needed = Sentence("An action is reopened with a reason: say why.")
        words = written(reason, "reason", LONGEST_REASON, needed=needed)
        _step(actor, now, standing, ActionStep(kind=REOPEN, text=words))
    return find_action(number)


def change_action(
    actor: Actor, now: datetime, *, number: int, owner: str | None = None, due_on: date | None = None, reason: str
) -> PlannedAction:
    """Give an open action another owner or due date, with a reason; what was said before stays.

    Raises NotFound, NotAllowed, Conflict (it is closed), Invalid (no reason, a date that has passed, no change).
    """
    with transaction():
        standing = _held(actor, number)
        if standing.done_on is not None:
            raise Conflict("The action %(number)s is closed: reopen it before you change it.", number=number)
        is_later = due_on is not None and due_on != standing.due_on
        needed = Sentence("A change needs a reason: say why.")
        refuse_together(
            lambda: owner is None or _owner(owner, standing.row.unit_key),
            lambda: not is_later or _due(history(), due_on, now),
            lambda: written(reason, "reason", LONGEST_REASON, needed=needed),
        )
        new_owner = standing.owner if owner is None else _owner(owner, standing.row.unit_key)
        new_due = due_on if due_on is not None and is_later else standing.due_on
        if (new_owner, new_due) == (standing.owner, standing.due_on):
            raise Invalid("Nothing is changed: give another owner or another due date.", "owner")
        words = written(reason, "reason", LONGEST_REASON, needed=needed)
        _step(actor, now, standing, ActionStep(kind=CHANGE, owner=new_owner, due_on=new_due, text=words))
        if new_owner != standing.owner:
            _tell_owner(actor, now, standing.row, new_owner, new_due)
    return find_action(number)


def _held(actor: Actor, number: int) -> PlannedAction:
    """The action as it stands now, no other writer between; within the caller's transaction."""
    audit_log.hold()
    standing = find_action(number)
    require(actor, Permission.PLAN_ACTION, standing.row.unit_key)
    return standing


def _step(actor: Actor, now: datetime, standing: PlannedAction, step: ActionStep) -> None:
    step.action_id, step.at, step.by = standing.row.id, now, actor.name
    db.session.add(step)
    db.session.flush()
    done = None if standing.done_on is None else standing.done_on.isoformat()
    before = {"owner": standing.owner, "due_on": standing.due_on.isoformat(), "done_on": done}
    subject = f"action {standing.row.id} step {step.id}"
    audit_log.record(actor, now, f"action:{step.kind}", subject, before=before, after=step_record(step))
    changed = {
        "done_on": str(step.done_on) if step.done_on else None,
        "due_on": str(step.due_on) if step.due_on else None,
    }
    post_webhook(subject, f"action:{step.kind}", _told(standing.row, now) | changed, now)


def _told(row: Action, now: datetime) -> dict[str, object]:
    """What a program is told of an action: where it is about, never its words."""
    return {
        "at": now.isoformat(),
        "action": row.id,
        "commitment": row.commitment_key,
        "indicator": row.indicator_key,
        "period": row.period_key,
        "unit": row.unit_key,
        "due_on": row.due_on.isoformat(),
    }


def step_record(step: ActionStep) -> dict[str, object]:
    """What the audit log keeps of a step."""
    return {
        "action": step.action_id,
        "done_on": None if step.done_on is None else step.done_on.isoformat(),
        "due_on": None if step.due_on is None else step.due_on.isoformat(),
        "owner": step.owner,
        "sha256": words_hash(step.text or ""),
    }


def find_action(number: int) -> PlannedAction:
    """One action as it stands. Raises NotFound."""
    row = db.session.get(Action, number)
    if row is None:
        raise NotFound("There is no action %(number)s.", number=number)
    steps = db.session.execute(select(ActionStep).where(ActionStep.action_id == number).order_by(ActionStep.id))
    return standing_of(row, tuple(steps.scalars()))


def standing_of(row: Action, steps: tuple[ActionStep, ...]) -> PlannedAction:
    """What an action's steps leave of it: each step holds until the next of its kind."""
    owner, due_on, done_on = row.owner, row.due_on, None
    for step in steps:
        if step.kind == CHANGE:
            owner, due_on = step.owner or owner, step.due_on or due_on
        else:
            done_on = step.done_on if step.kind == CLOSE else None
    return PlannedAction(row, steps, owner, due_on, done_on)


def close_and_rebase(
    actor: Actor,
    now: datetime,
    *,
    number: int,
    done_on: date | None = None,
    text: str = "",
    rebase: tuple[str, str] | None = None,
) -> PlannedAction:
    """Close an action; `rebase` is the period from which its chart is computed anew, and the reason.

    What cannot be set anew is found before anything is written. Raises as close_action and rebase_chart.
    """
    place = None
    if rebase is not None:
        row = find_action(number).row
        if row.indicator_key is None:
            raise Invalid("This action has no indicator: there are no limits to recalculate.", "rebase_period")
        place = {"indicator": row.indicator_key, "unit": row.unit_key, "period": rebase[0], "reason": rebase[1]}
        check_rebase(actor, now, **place)
    closed = close_action(actor, now, number=number, done_on=done_on, text=text)
    if place is not None:
        rebase_chart(actor, now, **place, action=number)
    return closed
