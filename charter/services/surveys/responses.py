"""What is stored of a wave: where it stands, its newest result, its answers, and the hash that seals them.

What the answers come to: pairs are counted when a wave closes, marks are fitted by the alarm clock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from charter.domain.analyses.answer_counts import UNIT, WEIGHT, careless_in, count_pairs
from charter.domain.analyses.groups_apart import count_marks
from charter.domain.figures.entries import LONGEST_REASON
from charter.domain.surveys.marks import Coding, Sheet
from charter.domain.surveys.privacy import LEAST_SHOWN
from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.surveys import SurveyResponse, SurveyResult, SurveyStep, SurveyWave
from charter.services.charters.versions import history
from charter.services.records import audit_log
from charter.services.records.transactions import transaction

SEALING = ("survey:close", "survey:import", "survey:analyse")
NO_ANSWERS = hashlib.sha256().hexdigest()
"""The hash of a wave whose answers are deleted: none may be left, and none be slipped in."""


def answers_sha256(number: int) -> str:
    """The hash of all answers of a wave: one answer changed, added or lost, and it is another."""
    columns = (SurveyResponse.answered_on, SurveyResponse.language, SurveyResponse.answers, SurveyResponse.overall)
    seal = hashlib.sha256()
    for row in db.session.execute(select(*columns).where(SurveyResponse.wave_id == number).order_by(SurveyResponse.id)):
        facts = [
            row.answered_on.isoformat(),
            row.language,
            row.answers,
            None if row.overall is None else str(row.overall),
        ]
        seal.update(json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n")
    return seal.hexdigest()


def local_day(now: datetime) -> date:
    """Today where the organisation is."""
    return now.astimezone(ZoneInfo(history().current.charter.charter.timezone)).date()


def find_wave(number: int) -> SurveyWave:
    """A wave by its number. Raises NotFound."""
    wave = db.session.get(SurveyWave, number)
    if wave is None:
        raise NotFound("There is no survey %(number)s.", number=number)
    return wave


def steps_of(number: int) -> Mapping[str, SurveyStep]:
    """What became of a wave: the newest of each step."""
    rows = db.session.execute(select(SurveyStep).where(SurveyStep.wave_id == number).order_by(SurveyStep.id)).scalars()
    return {row.step: row for row in rows}


def told_in(steps: Mapping[str, SurveyStep]) -> Mapping[str, str] | None:
    """What customers are told is done about their answers, by language; None where no page tells it."""
    told, untold = steps.get("told"), steps.get("untold")
    if told is None or "withdrawn" in steps or (untold is not None and untold.id > told.id):
        return None
    said: dict[str, str] = json.loads(told.reason or "{}")
    return said


def result_of(number: int) -> SurveyResult | None:
    """The newest result of a wave."""
    query = select(SurveyResult).where(SurveyResult.wave_id == number).order_by(SurveyResult.id.desc()).limit(1)
    return db.session.execute(query).scalar_one_or_none()


def answers_of(number: int) -> list[Mapping[str, Any]]:
    """Every person's answers in a wave, in the order they came."""
    query = select(SurveyResponse.answers).where(SurveyResponse.wave_id == number).order_by(SurveyResponse.id)
    return list(db.session.execute(query).scalars())


def responses_count(number: int) -> int:
    """How many people's answers are written: none while a questionnaire is open."""
    query = select(func.count()).where(SurveyResponse.wave_id == number)
    return db.session.execute(query).scalar_one()


def is_over(wave: SurveyWave, now: datetime) -> bool:
    """Whether its last day has passed."""
    return wave.closes_on is not None and local_day(now) > wave.closes_on


OPEN = "open"


def is_open_to_all(wave: SurveyWave) -> bool:
    """Whether one open link leads to it: anybody may answer, more than once, and it speaks for no class by itself."""
    return wave.choices.get("way") == OPEN


Pairs = Mapping[str, Mapping[str, Any]]
DRAWS = 1000


def add_pairs_result(
    actor: Actor, now: datetime, wave: SurveyWave, facts: Mapping[str, Any] | None = None
) -> SurveyResult:
    """Count a closed wave of pairs, within the caller's transaction. `facts`: what is known of its links."""
    answers, table = answers_of(wave.id), wave.choices.get("table", "classic")
    counted = {"commitments": count_pairs(answers, wave.commitments), "careless": careless_in(answers, table)}
    document = {**counted, **(facts or {}), **_by_unit(answers, wave.commitments), **_by_half(wave)}
    return _add(actor, now, wave, document, answers_sha256(wave.id))


def _by_unit(answers: Sequence[Mapping[str, Any]], commitments: Sequence[str]) -> dict[str, Any]:
    """What the people of each unit answered, where a file says units and at least five people share one."""
    shown = _served(answers)
    return {"units": {unit: count_pairs(people, commitments) for unit, people in shown.items()}} if shown else {}


def _served(answers: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """The answers of each unit of a file that at least five people share."""
    served: dict[str, list[Mapping[str, Any]]] = {}
    for given in answers:
        if UNIT in given:
            served.setdefault(given[UNIT], []).append(given)
    return {unit: people for unit, people in sorted(served.items()) if len(people) >= LEAST_SHOWN}


def _marks_by_unit(number: int, names: Sequence[str], coding: Coding) -> dict[str, Any]:
    """How many marks of each attribute were low, between and high: of everybody, and of each unit of the file."""
    answers = answers_of(number)
    units = {unit: count_marks(people, names, coding) for unit, people in _served(answers).items()}
    return {"marked": count_marks(answers, names, coding), **({"units": units} if units else {})}


def _by_half(wave: SurveyWave) -> dict[str, Any]:
    """What the first half of the people and the rest answered, by their days; nothing where five do not stand in each.

    Days are those that five people share: who came first within one is not known.
    """
    if wave.origin != "questionnaire":
        return {}
    query = select(SurveyResponse.answered_on, SurveyResponse.answers).where(SurveyResponse.wave_id == wave.id)
    rows = sorted(db.session.execute(query), key=lambda row: row.answered_on)
    if len(rows) < 2 * LEAST_SHOWN:
        return {}
    middle = rows[len(rows) // 2 - 1].answered_on
    halves = {
        "early": [row.answers for row in rows if row.answered_on <= middle],
        "late": [row.answers for row in rows if row.answered_on > middle],
    }
    if min(map(len, halves.values())) < LEAST_SHOWN:
        return {}
    return {"halves": {name: count_pairs(people, wave.commitments) for name, people in halves.items()}}


def _add(actor: Actor, now: datetime, wave: SurveyWave, document: dict[str, Any], sha256: str) -> SurveyResult:
    # Analysed again, a survey is known from the day on which it was known first.
    before = result_of(wave.id)
    row = SurveyResult(
        wave_id=wave.id,
        document=document,
        answers_sha256=sha256,
        known_on=local_day(now) if before is None else before.known_on,
        at=now,
        by=actor.name,
    )
    db.session.add(row)
    return row


def analyse_wave(
    actor: Actor, now: datetime, number: int, *, progress: Callable[[int, int], None] | None = None
) -> Mapping[str, Any]:
    """Fit the marks of a wave and keep what they come to; numpy is loaded here, so never in a web worker.

    Raises NotFound, Conflict (its answers are deleted), Invalid (an overall mark with fewer than 5 levels).
    """
    require(actor, Permission.RUN_SURVEY)
    from charter.domain.analyses.penalty_reward import analyse_marks  # noqa: PLC0415 heavy

    wave = find_wave(number)
    if "erased" in steps_of(number):
        raise Conflict("The answers of the survey %(name)s are deleted already.", name=wave.name)
    sheet, coding = _sheet(wave)
    choices = history().current.charter.charter.choices
    found = analyse_marks(sheet, coding, draws=wave.choices.get("draws", DRAWS), choices=choices, progress=progress)
    found |= _marks_by_unit(number, sheet.attributes, coding)
    sha256 = answers_sha256(number)
    with transaction():
        audit_log.hold()
        _add(actor, now, wave, found, sha256)
        after = {"answers": found["n"], "answers_sha256": sha256}
        audit_log.record(actor, now, "survey:analyse", f"survey {number} {wave.name}", after=after)
    return found


def _sheet(wave: SurveyWave) -> tuple[Sheet, Coding]:
    query = select(SurveyResponse.answers, SurveyResponse.overall).where(SurveyResponse.wave_id == wave.id)
    rows = [row for row in db.session.execute(query.order_by(SurveyResponse.id)) if row.overall is not None]
    attributes = tuple(wave.choices["attributes"])
    marks = [[row.answers.get(name) for name in attributes] for row in rows]
    choices = wave.choices
    scale = choices.get("scale")
    ends = None if scale is None else (float(scale[0]), float(scale[1]))
    coding = Coding(tuple(choices["low"]), tuple(choices["high"]), choices.get("not_applicable"), ends)
    weights = [float(row.answers.get(WEIGHT, 0)) for row in rows]
    is_weighted = any(WEIGHT in row.answers for row in rows)
    overall = [float(row.overall) for row in rows]
    return Sheet(attributes, marks, overall, weights if is_weighted else None), coding


def require_counted(wave: SurveyWave, steps: set[str]) -> None:
    """Raises Conflict while answers may still come in, or have not been counted."""
    if wave.origin == "questionnaire" and "closed" not in steps:
        raise Conflict("The survey %(name)s is still open: close it first.", name=wave.name)
    known = select(SurveyResult.id).where(SurveyResult.wave_id == wave.id)
    if db.session.execute(known).first() is None and "withdrawn" not in steps:
        raise Conflict("The answers of %(name)s are not analysed yet: analyse them, or withdraw them.", name=wave.name)


def clean_reason(text: str) -> str:
    """A reason on one line. Raises Invalid."""
    reason = " ".join(text.split())
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise Invalid("Say why, in at most %(most)s characters.", "reason", most=LONGEST_REASON)
    return reason
