"""The links of a questionnaire: shown once, kept as hashes; new ones take the place of those that nobody used."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from charter.domain.errors import Conflict
from charter.domain.permissions import Actor, require
from charter.domain.terms import Permission
from charter.models.base import db
from charter.models.responses import SurveyInvitation, SurveyWave
from charter.services import audit
from charter.services.survey_waves import find_wave, is_over, steps_of
from charter.services.transactions import transaction


def issue_links(actor: Actor, now: datetime, number: int, *, again: bool = False) -> Sequence[str]:
    """Make the secrets of a questionnaire's links, shown this once; only their hashes stay.

    `again` makes new ones for the links that nobody has used: those stop working. Raises Conflict where they have been
    made already, or the questionnaire is closed.
    """
    require(actor, Permission.RUN_SURVEY)
    with transaction():
        audit.hold()
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
        audit.record(actor, now, "survey:links", f"survey {number} {wave.name}", after=after)
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
