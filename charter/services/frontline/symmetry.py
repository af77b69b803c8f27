"""A short question to staff: did they have what it takes to keep what is promised to customers?

Kept as estimates are: one answer a month for each browser, unit and question, in the same table; a unit is shown from
five answers on.
"""

from __future__ import annotations

from datetime import datetime

from charter.domain.frontline.estimates import ENOUGH, Answers
from charter.domain.frontline.symmetry import question_key, read_level
from charter.domain.overview.model import Words, words
from charter.domain.vocabulary.errors import Conflict
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import Version, history
from charter.services.frontline.estimates import Sender, answers_in, has_answered, keep_answer
from charter.services.frontline.observations import FormChoices, form_choices, local_day, require_open_unit


def give_level(actor: Actor, now: datetime, *, unit: str, answer: str, by: Sender) -> str:
    """Keep one answer to the question to staff, and return the month it counts for.

    Raises NotAllowed, NotFound (unit), Conflict (nothing is asked), Invalid (answer), AnsweredAlready, TooMany.
    """
    require(actor, Permission.SEND_OBSERVATION, unit)
    today, _ = local_day(now)
    version = history().on(today)
    require_open_unit(version, unit, today)
    key = asked_key(version)
    if key is None:
        raise Conflict("The charter asks no question of its staff today.")
    return keep_answer(now, unit=unit, about=key, number=read_level(answer), by=by)


def asked_key(version: Version) -> str | None:
    """Under which key the answers to the question are kept; None where nothing is asked."""
    question = version.charter.charter.staff_question
    return None if question is None else question_key(question)


class LevelPage(FormChoices):
    """The question to staff, and once it is answered the result of the site from five answers on."""

    unit: str | None
    unit_name: str
    question: Words | None
    month: str
    next_day: str
    is_answered: bool
    count: int
    share: float | None
    enough: int


def level_page(actor: Actor, now: datetime, *, unit: str | None, by: Sender) -> LevelPage:
    """The question for a unit; whoever has answered sees the result. Raises NotAllowed."""
    choices = form_choices(actor, now)
    today, month = local_day(now)
    version = history().on(today)
    key, place = asked_key(version), unit or version.tree.root.key
    told = key is not None and has_answered(now, unit=place, commitment=key, browser=by.browser, keyed=by.keyed)
    found = answers_in(version, month.key, [place]).get((place, key or ""), Answers()) if told else Answers()
    question = version.charter.charter.staff_question
    return {
        **choices,
        "unit": unit,
        "unit_name": version.tree.by_key[place].name,
        "question": None if question is None else words(question),
        "month": month.key,
        "next_day": month.next().start.isoformat(),
        "is_answered": told,
        "count": found.count,
        "share": found.share,
        "enough": ENOUGH,
    }
