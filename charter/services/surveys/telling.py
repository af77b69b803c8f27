"""You told us: what a survey asked, what was answered and what is done, in public once a person opens that page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict

from charter.domain.charter_file.charter import Choices
from charter.domain.overview.model import Words, words
from charter.domain.surveys import kano
from charter.domain.surveys.kano import KanoCounts
from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.surveys import SurveyStep, SurveyWave
from charter.services.charters.versions import history
from charter.services.records import audit_log
from charter.services.records.transactions import transaction
from charter.services.surveys.responses import find_wave, local_day, require_counted, result_of, steps_of, told_in
from charter.services.surveys.results_view import people_in_wave
from charter.services.surveys.summaries import counts_by_promise

LONGEST_ANSWER = 2000


def tell_customers(actor: Actor, now: datetime, number: int, *, texts: Mapping[str, str]) -> None:
    """Open the page "You told us" of a survey, with what is done about it, by language; or write it anew.

    Raises Invalid (nothing written, too long), Conflict (not counted, withdrawn, of marks).
    """
    require(actor, Permission.RUN_SURVEY)
    said = {code: " ".join(text.split()) for code, text in texts.items() if text.strip()}
    if not said or any(len(text) > LONGEST_ANSWER or not text.isprintable() for text in said.values()):
        raise Invalid("Write what you do about it, in at most %(most)s characters.", "what", most=LONGEST_ANSWER)
    with transaction():
        audit_log.hold()
        wave, steps = find_wave(number), steps_of(number)
        if wave.kind != "kano":
            raise Conflict("%(name)s is a survey of marks: it has no answers that customers can read.", name=wave.name)
        if "withdrawn" in steps:
            raise Conflict("The survey %(name)s is withdrawn already.", name=wave.name)
        require_counted(wave, set(steps))
        _add_step(actor, now, wave, "told", json.dumps(said, ensure_ascii=False))


def untell_customers(actor: Actor, now: datetime, number: int) -> None:
    """Close the page "You told us" of a survey. Raises Conflict where it is not open."""
    require(actor, Permission.RUN_SURVEY)
    with transaction():
        audit_log.hold()
        wave = find_wave(number)
        if told_in(steps_of(number)) is None:
            raise Conflict("The page of %(name)s is not open.", name=wave.name)
        _add_step(actor, now, wave, "untold", None)


def _add_step(actor: Actor, now: datetime, wave: SurveyWave, step: str, reason: str | None) -> None:
    on = local_day(now)
    db.session.add(SurveyStep(wave_id=wave.id, step=step, reason=reason, on=on, at=now, by=actor.name))
    audit_log.record(actor, now, f"survey:{step}", f"survey {wave.id} {wave.name}", after={"text": reason})


class ToldPage(TypedDict):
    """What customers are told of a survey: how many answered, until when, of whom; what is done; promise by promise."""

    organisation: str
    segment: str
    asked_on: str
    answers: int
    what: Mapping[str, str]
    promises: list[ToldLine]


class ToldLine(TypedDict):
    """A promise as it was asked, and of 100 customers how many miss it when it is not kept and how many it pleases;
    None where too few answered, or their answers may not be used."""

    promise: Words
    n: int | None
    annoyed: int | None
    pleased: int | None


def told_page(actor: Actor, number: int) -> ToldPage:
    """The page "You told us" of a survey, for everybody who reads the public pages.

    Raises NotFound where there is none, NotAllowed.
    """
    require(actor, Permission.READ_PAGES)
    wave, steps, result = find_wave(number), steps_of(number), result_of(number)
    what, head = told_in(steps), history().current.charter.charter
    if what is None or result is None:
        raise NotFound("There is no survey %(number)s.", number=number)
    promises = {one.key: words(one.promise) for one in history().current.charter.commitments}
    asked = {key: _as_asked(wave, key) or promises.get(key) for key in wave.commitments}
    counted = counts_by_promise(wave, result)
    return {
        "organisation": head.organisation,
        "segment": wave.segment,
        "asked_on": wave.asked_on.isoformat(),
        "answers": people_in_wave(number, result),
        "what": what,
        "promises": [
            _told_line(promise, counted[key], head.choices)
            for key, promise in asked.items()
            if promise is not None and key in counted
        ],
    }


def _as_asked(wave: SurveyWave, key: str) -> Words | None:
    """The promise as it stood in the questionnaire."""
    said = {code: about["promises"][key]["promise"] for code, about in wave.words.items() if key in about["promises"]}
    any_of_them = next(iter(said.values()), None)
    return None if any_of_them is None else {code: said.get(code, any_of_them) for code in ("fr", "en")}


def _told_line(promise: Words, counts: KanoCounts, choices: Choices) -> ToldLine:
    if kano.gates(counts, choices):
        return {"promise": promise, "n": None, "annoyed": None, "pleased": None}
    return {
        "promise": promise,
        "n": round(counts.n),
        "annoyed": round(100 * (counts.o + counts.m) / counts.n),
        "pleased": round(100 * (counts.a + counts.o) / counts.n),
    }
