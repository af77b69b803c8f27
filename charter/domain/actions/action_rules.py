"""What people say and do about a miss: words as they were written, actions with a date, when somebody is reminded.

Words stay about the service: nothing here names a person at fault.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TypedDict

from charter.domain.actions.effect import EffectLine
from charter.domain.overview.model import Words
from charter.domain.vocabulary.errors import Invalid, Sentence
from charter.domain.vocabulary.terms import ActionState

LONGEST_COMMENT = 20_000
LONGEST_WHAT = 2_000
LONGEST_OWNER = 200
LONGEST_REASON = 2_000

REMIND_BEFORE = (7, 1)
"""So many days before its due date an open action is called to mind."""

REMIND_AFTER = (1, 8, 15, 29)
"""So many days after its due date an action that is still open is called to mind."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def written(text: str, field: str, longest: int, *, needed: str | Sentence = "") -> str:
    """The text as a person wrote it: lines by line feeds, no sign that cannot be printed, no white space around.

    Nothing else is changed: mark-up, right-to-left text and emoji are kept, and shown as text. `needed` is what is
    said where nothing was written. Raises Invalid: nothing written though needed, or more than `longest` characters.
    """
    found = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if needed and not found:
        raise Invalid(needed, field)
    if len(found) > longest:
        raise Invalid(
            "This text has %(count)s characters: at most %(most)s are saved.", field, count=len(found), most=longest
        )
    return found


def action_state(due_on: date, done_on: date | None, today: date) -> ActionState:
    """Done once it was closed; late from the day after its due date; open until then."""
    if done_on is not None:
        return ActionState.DONE
    return ActionState.LATE if today > due_on else ActionState.OPEN


def reminder_on(due_on: date, today: date) -> int | None:
    """Which reminder of an open action belongs to a day: -7 and -1 days before its due date, 1, 8, 15, 29 after it.

    A day without a clock is caught up by the next one: the newest reminder that has come, None before the first.
    """
    days = sorted([*(-before for before in REMIND_BEFORE), *REMIND_AFTER])
    come = [day for day in days if due_on + timedelta(days=day) <= today]
    return come[-1] if come else None


class StepLine(TypedDict):
    """One step of an action: what was said or done, when and by whom."""

    kind: str
    done_on: str | None
    due_on: str | None
    owner: str | None
    text: str | None
    at: str
    by: str


class ActionLine(TypedDict):
    """An action as it stands, with its steps; a closed one with its effect."""

    number: int
    commitment: str
    title: Words
    indicator: str | None
    period: str
    unit: str
    unit_name: str
    what: str
    expected: str
    owner: str
    due_on: str
    done_on: str | None
    state: str
    planned_at: str
    planned_by: str
    steps: list[StepLine]
    effect: EffectLine | None
