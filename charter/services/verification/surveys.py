"""Proof about surveys: answers and results are those that were counted, and no more links than customers were asked."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from charter.domain.vocabulary.errors import Sentence
from charter.models.base import db
from charter.models.surveys import SurveyInvitation, SurveyResult, SurveyWave
from charter.services.surveys.responses import NO_ANSWERS, SEALING, answers_sha256
from charter.services.verification.entries import Log
from charter.services.verification.rows import UNREADABLE, readable


def compare_surveys(log: Log, damaged: list[Sentence]) -> Iterable[Sentence]:
    """A result whose answers were changed, added to or lost, or that the log does not vouch for."""
    vouched = {entry.after.get("answers_sha256") for entry in log.entries(*SEALING)}
    erased = {entry.after.get("survey") for entry in log.entries("survey:erase")}
    hashes: dict[int, str] = {}
    yield from _links(damaged)
    for result in readable(SurveyResult, ("wave_id", "answers_sha256", "known_on"), damaged):
        number, day = result.wave_id, result.known_on
        if number not in hashes:
            hashes[number] = _answers(number)
        if hashes[number] != (NO_ANSWERS if number in erased else result.answers_sha256):
            yield Sentence(
                "The answers of survey %(number)s are not those that were counted on %(day)s.", number=number, day=day
            )
        if result.answers_sha256 not in vouched:
            yield Sentence(
                "No entry of the audit log vouches for what survey %(number)s came to on %(day)s.",
                number=number,
                day=day,
            )


def _links(damaged: list[Sentence]) -> Iterable[Sentence]:
    """No survey has more links than customers were asked: each lets somebody answer."""
    query = select(SurveyInvitation.wave_id, func.count()).group_by(SurveyInvitation.wave_id)
    made = {row[0]: row[1] for row in db.session.execute(query)}
    for wave in readable(SurveyWave, ("id", "invited"), damaged):
        if made.get(wave.id, 0) > wave.invited:
            yield Sentence("Survey %(number)s has more links than customers were asked.", number=wave.id)


def _answers(number: int) -> str:
    try:
        return answers_sha256(number)
    except UNREADABLE:
        return "unreadable"
