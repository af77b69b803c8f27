"""A customer answers a questionnaire: one link, one answer; nothing is kept of who, from where, or at what hour.

The links of a questionnaire: shown once, kept as hashes; new ones take the place of those that nobody used.

A link is used up in three transactions: it is held for a form, the form's answers go into their box, the link is
marked as used. Whatever stops in between, answers are never kept twice: a link that is still held, and whose form has
not arrived, works once more; one whose form has arrived is used up by whoever looks next.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from charter.domain.surveys.privacy import LEAST_SHOWN, Kept
from charter.domain.surveys.questionnaire import Filled
from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.surveys import SurveyInvitation, SurveyWave
from charter.services.charters.versions import history_or_none
from charter.services.people.rate_limit import count_sending
from charter.services.records import audit_log
from charter.services.records.transactions import rows_changed, transaction
from charter.services.surveys import privacy
from charter.services.surveys.remarks import asks_why, remarks_of
from charter.services.surveys.responses import find_wave, is_open_to_all, is_over, local_day, steps_of


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
        settle_links(number)
        if made := _count(number):
            if not again:
                raise Conflict("The links were made already, and are shown once: make new ones for those not used yet.")
            # A link that is being answered now stays.
            free = SurveyInvitation.is_used.is_(False) & SurveyInvitation.hold.is_(None)
            db.session.execute(delete(SurveyInvitation).where(SurveyInvitation.wave_id == number, free))
        wanted = 1 if is_open_to_all(wave) else wave.invited
        tokens = [secrets.token_urlsafe(18) for _ in range(wanted - _count(number))]
        rows = [{"wave_id": number, "sha256": hash_of(token), "is_used": False} for token in tokens]
        # In the order of their hashes: a row's place says nothing of its place in the list of links.
        if rows:
            db.session.execute(insert(SurveyInvitation), sorted(rows, key=lambda row: str(row["sha256"])))
        after = {"links": len(tokens), "again": bool(made)}
        audit_log.record(actor, now, "survey:links", f"survey {number} {wave.name}", after=after)
    return tokens


def unused_among(actor: Actor, now: datetime, number: int, tokens: Sequence[str]) -> frozenset[str]:
    """Which of these links of an open questionnaire nobody has used, for a reminder; nothing of them is kept.

    Raises Conflict where fewer than five have answered, or fewer than five have not: the list would name them.
    """
    require(actor, Permission.RUN_SURVEY)
    with transaction():
        audit_log.hold()
        wave = find_wave(number)
        _require_open(wave, now)
        settle_links(number)
        query = select(SurveyInvitation.sha256, SurveyInvitation.is_used).where(SurveyInvitation.wave_id == number)
        is_used = {row.sha256: row.is_used for row in db.session.execute(query)}
        known = [token for token in dict.fromkeys(tokens) if hash_of(token) in is_used]
        free = frozenset(token for token in known if not is_used[hash_of(token)])
        if min(len(free), len(known) - len(free)) < LEAST_SHOWN:
            raise Conflict(
                "Of these links fewer than five are used, or fewer than five are not: the list would say who answered."
            )
        audit_log.record(actor, now, "survey:remind", f"survey {number} {wave.name}", after={"links": len(known)})
    return free


def hash_of(token: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def _count(number: int) -> int:
    return db.session.execute(select(func.count()).where(SurveyInvitation.wave_id == number)).scalar_one()


def _require_open(wave: SurveyWave, now: datetime) -> None:
    if wave.origin != "questionnaire":
        raise Conflict("%(name)s came from a file: it has no links.", name=wave.name)
    if _is_closed(wave, now):
        raise Conflict("The survey %(name)s is closed.", name=wave.name)


@dataclass(frozen=True)
class Questionnaire:
    """What a link opens. `state` is open, used or closed; or preview, which no customer sees.

    `notice`: what is said before the first question, by language (`questionnaire.notice_of`).
    """

    name: str
    organisation: str
    state: str
    languages: tuple[str, ...]
    words: Mapping[str, Any]
    commitments: tuple[str, ...]
    closes_on: str
    months_kept: int | None = None
    is_open_link: bool = False
    asks_why: bool = False


def questionnaire(token: str, now: datetime, *, sender: str) -> Questionnaire:
    """What a link opens. Raises NotFound for one that nobody made, TooMany after many of those from one address."""
    invitation = _found(token, now, sender)
    wave = find_wave(invitation.wave_id)
    state = "closed" if _is_closed(wave, now) else "used" if _is_answered(invitation) else "open"
    return _asked(token, wave, state)


def preview(actor: Actor, number: int) -> Questionnaire:
    """What customers will read, for whoever runs surveys; no link is spent, and nothing can be sent."""
    require(actor, Permission.RUN_SURVEY)
    return _asked("preview", find_wave(number), "preview")


def _asked(token: str, wave: SurveyWave, state: str) -> Questionnaire:
    found = history_or_none()
    return Questionnaire(
        name=wave.name,
        organisation="" if found is None else found.current.charter.charter.organisation,
        state=state,
        languages=tuple(wave.languages),
        words=wave.words,
        commitments=in_own_order(token, wave.commitments),
        closes_on="" if wave.closes_on is None else wave.closes_on.isoformat(),
        months_kept=wave.choices.get("months_kept"),
        is_open_link=is_open_to_all(wave),
        asks_why=asks_why(wave),
    )


def in_own_order(token: str, commitments: Sequence[str]) -> tuple[str, ...]:
    """The promises in an order of the link's own: whoever is asked last of all tires of another one (methods.md C8).

    It is the same each time that the link is opened, and is not kept: it would lead from an answer to its link.
    """
    return tuple(sorted(commitments, key=lambda key: hash_of(f"{token} {key}")))


def answer(token: str, now: datetime, filled: Filled, *, language: str, sender: str) -> None:
    """Keep one person's answers with their day, and use the link up: apart, and never in one transaction.

    Raises NotFound, Conflict (used, closed), Invalid (nothing answered), TooMany.
    """
    invitation = _found(token, now, sender)
    wave = find_wave(invitation.wave_id)
    kept = _kept(wave, now, filled, language)
    remarks = remarks_of(wave, filled, kept.language)
    if is_open_to_all(wave):
        with transaction():
            count_sending(now, "open", sender)
        privacy.put(wave.id, kept, secrets.token_hex(32), remarks)
        return
    if _is_answered(invitation):
        if invitation.hold is not None:
            _use_up(invitation.sha256, invitation.hold)
        raise _used()
    form = secrets.token_hex(32)
    _hold(invitation, wave.id, form)
    privacy.put(wave.id, kept, form, remarks)
    _use_up(invitation.sha256, form)


def _kept(wave: SurveyWave, now: datetime, filled: Filled, language: str) -> Kept:
    """What is kept of a form. Raises Conflict (closed), Invalid (nothing answered)."""
    if _is_closed(wave, now):
        raise Conflict("This survey is closed: it takes no more answers. Thank you for your wish to answer.")
    asked = {
        key: list(pair) for key, pair in filled.answers.items() if key in wave.commitments and pair != (None, None)
    }
    if not asked:
        raise Invalid("Nothing is answered yet: choose at least one answer.", "answers")
    spoken = language if language in wave.languages else wave.languages[0]
    return Kept(local_day(now), spoken, asked)


def _used() -> Conflict:
    return Conflict("This link has been used: one link, one answer. Thank you.")


@dataclass(frozen=True)
class _Invitation:
    """A link as it was read: no row of it stays in the session, which other transactions follow."""

    wave_id: int
    sha256: str
    is_used: bool
    hold: str | None


def _is_answered(invitation: _Invitation) -> bool:
    """Used up; or held for a form whose answers have arrived."""
    held = invitation.hold
    return invitation.is_used or (held is not None and privacy.is_taken(invitation.wave_id, held))


def _hold(invitation: _Invitation, wave: int, form: str) -> None:
    """Hold a link for a form; the form before, which has not arrived, comes in no more. Raises Conflict (used)."""
    if invitation.hold is not None and not privacy.turn_away(wave, invitation.hold):
        raise _used()
    with transaction():
        same = (SurveyInvitation.sha256 == invitation.sha256) & SurveyInvitation.is_used.is_(False)
        same &= SurveyInvitation.hold.is_not_distinct_from(invitation.hold)
        if rows_changed(update(SurveyInvitation).where(same).values(hold=form)) != 1:
            raise _used()


def _use_up(sha256: str, form: str) -> None:
    with transaction():
        held = (SurveyInvitation.sha256 == sha256) & (SurveyInvitation.hold == form)
        rows_changed(update(SurveyInvitation).where(held).values(is_used=True, hold=None))


def settle_links(number: int) -> None:
    """Use up the links whose answers arrived and that something stopped in between; in the caller's transaction."""
    held = select(SurveyInvitation.sha256, SurveyInvitation.hold)
    held = held.where(SurveyInvitation.wave_id == number, SurveyInvitation.hold.is_not(None))
    arrived = privacy.taken_in(number)
    found = [row.sha256 for row in db.session.execute(held).all() if row.hold in arrived]
    if found:
        rows = update(SurveyInvitation).where(SurveyInvitation.sha256.in_(found))
        db.session.execute(rows.values(is_used=True, hold=None))


def _found(token: str, now: datetime, sender: str) -> _Invitation:
    row = SurveyInvitation
    query = select(row.wave_id, row.sha256, row.is_used, row.hold).where(row.sha256 == hash_of(token))
    invitation = db.session.execute(query).one_or_none()
    if invitation is None:
        # Whoever tries links is slowed down; whoever has one is not.
        with transaction():
            count_sending(now, "link", sender)
        raise NotFound("This link opens no survey: look whether it is whole.")
    return _Invitation(*invitation)


def _is_closed(wave: SurveyWave, now: datetime) -> bool:
    return is_over(wave, now) or "closed" in steps_of(wave.id)
