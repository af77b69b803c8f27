"""What the answers of a wave come to: pairs counted when it closes, marks fitted by the alarm clock; both with the hash
of the answers they rest on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from charter.domain.evidence.marks import Coding, Sheet
from charter.domain.evidence.pair_counts import count_pairs
from charter.domain.permissions import Actor, require
from charter.domain.terms import Permission
from charter.models.base import db
from charter.models.responses import SurveyResponse, SurveyResult, SurveyWave
from charter.services import audit
from charter.services.charters import history
from charter.services.survey_proof import answers_sha256
from charter.services.survey_waves import answers_of, find_wave, local_day
from charter.services.transactions import transaction

Pairs = Mapping[str, Mapping[str, Any]]
DRAWS = 1000


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
