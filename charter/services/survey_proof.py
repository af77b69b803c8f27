"""What `verify` asks of surveys: the answers of a counted wave are those that were counted, and the log says so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from sqlalchemy import select

from charter.domain.errors import Sentence
from charter.models.base import db
from charter.models.records import AuditEntry
from charter.models.responses import SurveyResponse, SurveyResult

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


def survey_faults() -> Iterator[Sentence]:
    """A sentence for each result whose answers were changed, added to or lost, or that the log does not vouch for."""
    entries = db.session.execute(select(AuditEntry.after).where(AuditEntry.action.in_(SEALING))).scalars()
    vouched = {after.get("answers_sha256") for after in entries if after}
    hashes: dict[int, str] = {}
    for result in db.session.execute(select(SurveyResult).order_by(SurveyResult.id)).scalars():
        number = result.wave_id
        if number not in hashes:
            hashes[number] = answers_sha256(number)
        if hashes[number] != result.answers_sha256:
            yield Sentence(
                "The answers of survey %(number)s are not those that were counted on %(day)s.",
                number=number,
                day=result.known_on,
            )
        if result.answers_sha256 not in vouched:
            yield Sentence(
                "No entry of the audit log vouches for what survey %(number)s came to on %(day)s.",
                number=number,
                day=result.known_on,
            )
