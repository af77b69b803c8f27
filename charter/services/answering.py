"""A customer answers a questionnaire: one link, one answer; nothing is kept of who, from where, or at what hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from charter.domain.errors import Conflict, Invalid, NotFound
from charter.domain.evidence.questionnaire import Filled
from charter.models.base import db
from charter.models.responses import SurveyInvitation, SurveyResponse, SurveyWave
from charter.services.charters import history_or_none
from charter.services.senders import count_sending
from charter.services.survey_links import hash_of
from charter.services.survey_waves import find_wave, is_over, local_day, steps_of
from charter.services.transactions import rows_changed, transaction

LOOKING = "link"


@dataclass(frozen=True)
class Questionnaire:
    """What a link opens. `state` is open, used or closed; words are there only while it is open."""

    name: str
    organisation: str
    state: str
    languages: tuple[str, ...]
    words: Mapping[str, Any]
    commitments: tuple[str, ...]
    closes_on: str


def questionnaire(token: str, now: datetime, *, sender: str) -> Questionnaire:
    """What a link opens. Raises NotFound for one that nobody made, TooMany after many of those from one address."""
    invitation, wave = _found(token, now, sender)
    found = history_or_none()
    return Questionnaire(
        name=wave.name,
        organisation="" if found is None else found.current.charter.charter.organisation,
        state="used" if invitation.is_used else "closed" if _is_closed(wave, now) else "open",
        languages=tuple(wave.languages),
        words=wave.words,
        commitments=tuple(wave.commitments),
        closes_on="" if wave.closes_on is None else wave.closes_on.isoformat(),
    )


def answer(token: str, now: datetime, filled: Filled, *, language: str, sender: str) -> None:
    """Keep one person's answers with their day, and use the link up.

    Raises NotFound, Conflict (used, closed), Invalid (nothing answered), TooMany.
    """
    _, wave = _found(token, now, sender)
    if _is_closed(wave, now):
        raise Conflict("This survey is closed: it takes no more answers. Thank you for your wish to answer.")
    if filled.is_empty:
        raise Invalid("Nothing is answered yet: choose at least one answer.", "answers")
    asked = {
        key: list(pair) for key, pair in filled.answers.items() if key in wave.commitments and pair != (None, None)
    }
    with transaction():
        unused = (SurveyInvitation.sha256 == hash_of(token)) & SurveyInvitation.is_used.is_(False)
        if rows_changed(update(SurveyInvitation).where(unused).values(is_used=True)) != 1:
            raise Conflict("This link has been used: one link, one answer. Thank you.")
        spoken = language if language in wave.languages else wave.languages[0]
        db.session.add(SurveyResponse(wave_id=wave.id, answered_on=local_day(now), language=spoken, answers=asked))


def _found(token: str, now: datetime, sender: str) -> tuple[SurveyInvitation, SurveyWave]:
    query = select(SurveyInvitation).where(SurveyInvitation.sha256 == hash_of(token))
    invitation = db.session.execute(query).scalar_one_or_none()
    if invitation is None:
        # Whoever tries links is slowed down; whoever has one is not.
        with transaction():
            count_sending(now, LOOKING, sender)
        raise NotFound("This link opens no survey: look whether it is whole.")
    return invitation, find_wave(invitation.wave_id)


def _is_closed(wave: SurveyWave, now: datetime) -> bool:
    return is_over(wave, now) or "closed" in steps_of(wave.id)
