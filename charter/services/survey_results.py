"""What the answers of a wave come to: pairs counted when it closes, marks fitted by the alarm clock; both with the hash
of the answers they rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from charter.domain.errors import NotFound
from charter.domain.evidence.marks import Coding, Sheet
from charter.domain.permissions import Actor, require
from charter.domain.terms import Permission
from charter.models.base import db
from charter.models.responses import SurveyResponse, SurveyResult, SurveyStep, SurveyWave
from charter.services import audit
from charter.services.charters import history
from charter.services.survey_proof import answers_sha256
from charter.services.transactions import transaction

Pairs = Mapping[str, Mapping[str, Any]]
DRAWS = 1000


def local_day(now: datetime) -> date:
    """Today where the organisation is."""
    return now.astimezone(ZoneInfo(history().current.charter.charter.timezone)).date()


def find_wave(number: int) -> SurveyWave:
    """A wave by its number. Raises NotFound."""
    wave = db.session.get(SurveyWave, number)
    if wave is None:
        raise NotFound(f"There is no survey {number}.")
    return wave


def steps_of(number: int) -> Mapping[str, SurveyStep]:
    """What became of a wave, by step."""
    rows = db.session.execute(select(SurveyStep).where(SurveyStep.wave_id == number)).scalars()
    return {row.step: row for row in rows}


def result_of(number: int) -> SurveyResult | None:
    """The newest result of a wave."""
    query = select(SurveyResult).where(SurveyResult.wave_id == number).order_by(SurveyResult.id.desc()).limit(1)
    return db.session.execute(query).scalar_one_or_none()


def count_pairs(answers: Iterable[Mapping[str, Any]], commitments: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By promise: how many gave each pair of answers, how many answered one question only, importance."""
    pairs: dict[str, Counter[str]] = {key: Counter() for key in commitments}
    half: Counter[str] = Counter()
    importance: dict[str, list[int]] = {key: [] for key in commitments}
    for given in answers:
        for key, (functional, dysfunctional, *more) in given.items():
            if functional is not None and dysfunctional is not None:
                pairs.setdefault(key, Counter())[f"{functional}{dysfunctional}"] += 1
                importance.setdefault(key, []).extend(one for one in more if one is not None)
            elif functional is not None or dysfunctional is not None:
                half[key] += 1
    return {
        key: {
            "pairs": dict(sorted(found.items())),
            "half_answered": half[key],
            "importance": sum(importance[key]) / len(importance[key]) if importance.get(key) else None,
        }
        for key, found in pairs.items()
    }


def answers_of(number: int) -> list[Mapping[str, Any]]:
    """Every person's answers in a wave, in the order they came."""
    query = select(SurveyResponse.answers).where(SurveyResponse.wave_id == number).order_by(SurveyResponse.id)
    return list(db.session.execute(query).scalars())


def add_pairs_result(actor: Actor, now: datetime, wave: SurveyWave) -> SurveyResult:
    """Count a closed wave of pairs, within the caller's transaction."""
    document = {"commitments": count_pairs(answers_of(wave.id), wave.commitments)}
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
    from charter.domain.evidence.penalty_reward_survey import analyse_marks  # noqa: PLC0415 heavy

    wave = find_wave(number)
    sheet, coding = _sheet(wave)
    choices = history().current.charter.charter.choices
    found = analyse_marks(sheet, coding, draws=wave.choices.get("draws", DRAWS), choices=choices, progress=progress)
    sha256 = answers_sha256(number)
    with transaction():
        audit.hold()
        _add(actor, now, wave, found, sha256)
        after = {"answers": found["n"], "answers_sha256": sha256}
        audit.record(actor, now, "survey:analyse", f"survey {number} {wave.name}", after=after)
    return found


def _sheet(wave: SurveyWave) -> tuple[Sheet, Coding]:
    query = select(SurveyResponse.answers, SurveyResponse.overall).where(SurveyResponse.wave_id == wave.id)
    rows = [row for row in db.session.execute(query.order_by(SurveyResponse.id)) if row.overall is not None]
    attributes = tuple(wave.choices["attributes"])
    marks = [[row.answers.get(name) for name in attributes] for row in rows]
    choices = wave.choices
    coding = Coding(tuple(choices["low"]), tuple(choices["high"]), choices.get("not_applicable"))
    return Sheet(attributes, marks, [float(row.overall) for row in rows]), coding


def responses_count(number: int) -> int:
    """How many people have answered."""
    query = select(func.count()).where(SurveyResponse.wave_id == number)
    return db.session.execute(query).scalar_one()
