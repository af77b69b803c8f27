"""A customer answers a questionnaire: one link, one answer; nothing is kept of who, from where, or at what hour.

The links of a questionnaire: shown once, kept as hashes; new ones take the place of those that nobody used.
"""

from __future__ import annotations

import hashlib
import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from charter.domain.surveys.questionnaire import Filled
from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.surveys import SurveyInvitation, SurveyResponse, SurveyWave
from charter.services.charters.versions import history_or_none
from charter.services.people.rate_limit import count_sending
from charter.services.records import audit_log
from charter.services.records.transactions import rows_changed, transaction
from charter.services.surveys.waves import find_wave, is_over, local_day, steps_of


def issue_links(actor: Actor, now: datetime, number: int, *, again: bool = False) -> Sequence[str]:
    """Make the secrets of a questionnaire's links, shown this once; only their hashes stay.

    `again` makes new ones for the links that nobody has used: those stop working. Raises Conflict where they have been
    made already, or the questionnaire is closed.
    """
    require(actor, Permission.RUN_SURVEY)
    with transaction():
        audit_log.hold()
        wave = find_wave(number)
        _require_open(wave, now)
        used = _count(number, used=True)
        made = _count(number, used=False) + used
        if made and not again:
            raise Conflict("The links were made already, and are shown once: make new ones for those not used yet.")
        db.session.execute(
            delete(SurveyInvitation).where(SurveyInvitation.wave_id == number, SurveyInvitation.is_used.is_(False))
        )
        tokens = [secrets.token_urlsafe(18) for _ in range(wave.invited - used)]
        rows = [{"wave_id": number, "sha256": hash_of(token), "is_used": False} for token in tokens]
        # In the order of their hashes: a row's place says nothing of its place in the list of links.
        if rows:
            db.session.execute(insert(SurveyInvitation), sorted(rows, key=lambda row: str(row["sha256"])))
        after = {"links": len(tokens), "again": bool(made)}
        audit_log.record(actor, now, "survey:links", f"survey {number} {wave.name}", after=after)
    return tokens


def hash_of(token: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def _count(number: int, *, used: bool) -> int:
    query = select(func.count()).where(SurveyInvitation.wave_id == number, SurveyInvitation.is_used.is_(used))
    return db.session.execute(query).scalar_one()


def _require_open(wave: SurveyWave, now: datetime) -> None:
    if wave.origin != "questionnaire":
        raise Conflict("%(name)s came from a file: it has no links.", name=wave.name)
    if "closed" in steps_of(wave.id) or is_over(wave, now):
        raise Conflict("The survey %(name)s is closed.", name=wave.name)


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
        commitments=shuffled(wave.commitments, invitation.sha256),
        closes_on="" if wave.closes_on is None else wave.closes_on.isoformat(),
    )


def shuffled(commitments: Sequence[str], seed: str) -> tuple[str, ...]:
    """The promises in an order of their own for each link, so that none is always the first or the last; the answers
    are kept in that order. The two questions of a promise stay together."""
    order = list(commitments)
    random.Random(seed).shuffle(order)
    return tuple(order)


def answer(token: str, now: datetime, filled: Filled, *, language: str, sender: str) -> None:
    """Keep one person's answers with their day, and use the link up.

    Raises NotFound, Conflict (used, closed), Invalid (nothing answered), TooMany.
    """
    invitation, wave = _found(token, now, sender)
    if _is_closed(wave, now):
        raise Conflict("This survey is closed: it takes no more answers. Thank you for your wish to answer.")
    if filled.is_empty:
        raise Invalid("Nothing is answered yet: choose at least one answer.", "answers")
    order = shuffled(wave.commitments, invitation.sha256)
    given = {key: filled.answers.get(key, (None, None)) for key in order}
    asked = {key: list(pair) for key, pair in given.items() if pair != (None, None)}
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
