"""How a survey ends: closed on its day or by hand, its answers counted and sealed; or withdrawn with a reason.

What is stored of a wave: where it stands, its newest result, its answers.

What the answers of a wave come to: pairs counted when it closes, marks fitted by the alarm clock; both with the hash
of the answers they rest on.

Questionnaires: opened by a manager, their words fixed from then on.

No verb of a customer writes an audit entry: it would keep the second at which
somebody answered; the closing seals all answers with their hash instead.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from charter.domain.figures.entries import LONGEST_REASON
from charter.domain.surveys.kano import careless_in, count_pairs
from charter.domain.surveys.marks import Coding, Sheet
from charter.domain.surveys.questionnaire import WavePlan, clean_name, require_whole, wording_of, words_of
from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.surveys import SurveyResponse, SurveyResult, SurveyStep, SurveyWave
from charter.services.charters.versions import find_commitment, history
from charter.services.records import audit_log
from charter.services.records.transactions import transaction

SEALING = ("survey:close", "survey:import", "survey:analyse")


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
    """What became of a wave, by step."""
    rows = db.session.execute(select(SurveyStep).where(SurveyStep.wave_id == number)).scalars()
    return {row.step: row for row in rows}


def result_of(number: int) -> SurveyResult | None:
    """The newest result of a wave."""
    query = select(SurveyResult).where(SurveyResult.wave_id == number).order_by(SurveyResult.id.desc()).limit(1)
    return db.session.execute(query).scalar_one_or_none()


def answers_of(number: int) -> list[Mapping[str, Any]]:
    """Every person's answers in a wave, in the order they came."""
    query = select(SurveyResponse.answers).where(SurveyResponse.wave_id == number).order_by(SurveyResponse.id)
    return list(db.session.execute(query).scalars())


def responses_count(number: int) -> int:
    """How many people have answered."""
    query = select(func.count()).where(SurveyResponse.wave_id == number)
    return db.session.execute(query).scalar_one()


def is_over(wave: SurveyWave, now: datetime) -> bool:
    """Whether its last day has passed."""
    return wave.closes_on is not None and local_day(now) > wave.closes_on


Pairs = Mapping[str, Mapping[str, Any]]
DRAWS = 1000


def add_pairs_result(actor: Actor, now: datetime, wave: SurveyWave) -> SurveyResult:
    """Count a closed wave of pairs, within the caller's transaction."""
    answers, table = answers_of(wave.id), wave.choices.get("table", "classic")
    document = {"commitments": count_pairs(answers, wave.commitments), "careless": careless_in(answers, table)}
    return _add(actor, now, wave, document, answers_sha256(wave.id))


def _add(actor: Actor, now: datetime, wave: SurveyWave, document: dict[str, Any], sha256: str) -> SurveyResult:
    row = SurveyResult(
        wave_id=wave.id,
        document=document,
        answers_sha256=sha256,
        known_on=local_day(now),
        at=now,
        by=actor.name,
    )
    db.session.add(row)
    return row


def analyse_wave(
    actor: Actor, now: datetime, number: int, *, progress: Callable[[int, int], None] | None = None
) -> Mapping[str, Any]:
    """Fit the marks of a wave and keep what they come to; numpy is loaded here, so never in a web worker.

    Raises NotFound, Invalid (an overall mark with fewer than 5 levels).
    """
    require(actor, Permission.RUN_SURVEY)
    from charter.domain.analyses.penalty_reward import analyse_marks  # noqa: PLC0415 heavy

    wave = find_wave(number)
    sheet, coding = _sheet(wave)
    choices = history().current.charter.charter.choices
    found = analyse_marks(sheet, coding, draws=wave.choices.get("draws", DRAWS), choices=choices, progress=progress)
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
    coding = Coding(tuple(choices["low"]), tuple(choices["high"]), choices.get("not_applicable"))
    return Sheet(attributes, marks, [float(row.overall) for row in rows]), coding


def close_wave(actor: Actor, now: datetime, number: int) -> None:
    """End a questionnaire now: its answers are complete, counted and sealed. Raises Conflict when it is closed."""
    require(actor, Permission.RUN_SURVEY)
    with transaction():
        audit_log.hold()
        wave = find_wave(number)
        if wave.origin != "questionnaire" or "closed" in steps_of(number):
            raise Conflict("The survey %(name)s is closed.", name=wave.name)
        db.session.add(SurveyStep(wave_id=number, step="closed", on=local_day(now), at=now, by=actor.name))
        result = add_pairs_result(actor, now, wave)
        after = {"answers": responses_count(number), "answers_sha256": result.answers_sha256}
        audit_log.record(actor, now, "survey:close", f"survey {number} {wave.name}", after=after)


def close_due_waves(actor: Actor, now: datetime) -> list[str]:
    """Close every questionnaire whose last day has passed; what the alarm clock does."""
    closed = select(SurveyStep.wave_id).where(SurveyStep.step == "closed")
    query = select(SurveyWave).where(SurveyWave.closes_on < local_day(now), SurveyWave.id.not_in(closed))
    due = [(wave.id, wave.name) for wave in db.session.execute(query.order_by(SurveyWave.id)).scalars()]
    for number, _ in due:
        close_wave(actor, now, number)
    return [name for _, name in due]


def withdraw_wave(actor: Actor, now: datetime, number: int, *, reason: str) -> None:
    """Set a survey aside from today on: it speaks for no class any more; what it said of past months stays.

    Raises Invalid (reason), Conflict (withdrawn already, or still open).
    """
    require(actor, Permission.RUN_SURVEY)
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise Invalid("Say why, in at most %(most)s letters.", "reason", most=LONGEST_REASON)
    with transaction():
        audit_log.hold()
        wave = find_wave(number)
        steps = steps_of(number)
        if "withdrawn" in steps:
            raise Conflict("The survey %(name)s is withdrawn already.", name=wave.name)
        if wave.origin == "questionnaire" and "closed" not in steps:
            raise Conflict("The survey %(name)s is still open: close it first.", name=wave.name)
        on = local_day(now)
        db.session.add(SurveyStep(wave_id=number, step="withdrawn", reason=reason, on=on, at=now, by=actor.name))
        audit_log.record(actor, now, "survey:withdraw", f"survey {number} {wave.name}", after={"reason": reason})


def open_wave(actor: Actor, now: datetime, plan: WavePlan) -> int:
    """Open a questionnaire and return its number; its links are made by `issue_links`.

    The words are fixed now: what the charter says later asks nobody else. Raises NotAllowed, Invalid, NotFound
    (promise), Conflict (a survey of that name).
    """
    require(actor, Permission.RUN_SURVEY)
    today = local_day(now)
    require_whole(plan, today)
    version = history().on(today)
    commitments = [find_commitment(version, key)[1] for key in plan.commitments]
    with transaction():
        audit_log.hold()
        require_new_name(clean_name(plan.name, "name"))
        wave = SurveyWave(
            name=clean_name(plan.name, "name"),
            kind="kano",
            origin="questionnaire",
            segment=clean_name(plan.segment, "segment", needed=False),
            wording=wording_of(plan.languages),
            words=words_of(commitments, plan.languages),
            commitments=[one.key for one in commitments],
            languages=list(plan.languages),
            choices={"table": plan.table},
            counts={},
            asked_on=plan.closes_on,
            closes_on=plan.closes_on,
            invited=plan.invitations,
            opened_at=now,
            opened_by=actor.name,
        )
        db.session.add(wave)
        db.session.flush()
        after = asdict(plan) | {"closes_on": plan.closes_on.isoformat(), "commitments": list(plan.commitments)}
        audit_log.record(actor, now, "survey:open", f"survey {wave.id} {wave.name}", after=_plain(after))
        return wave.id


def _plain(facts: dict[str, object]) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in facts.items()}


def require_new_name(name: str) -> None:
    """Raises Conflict where a survey has that name."""
    if db.session.execute(select(SurveyWave.id).where(SurveyWave.name == name)).first() is not None:
        raise Conflict("There is a survey called %(name)s already: take another name.", name=name)
