"""Experts are asked separately: each by an account or an invitation, blind to the others until all have answered.

Nobody, not even whoever asked, reads an answer before that; the audit log says that somebody answered, never what.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from charter.domain.evidence.law_sector_experts import MINIMUM, Round
from charter.domain.overview.model import words
from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound, Sentence
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.classes import ExpertOpinion, ExpertRound, ExpertSeat
from charter.models.people import Person
from charter.services.charters.versions import Version, find_commitment, history, history_or_none
from charter.services.classes.known_evidence import round_of, seat_of
from charter.services.classes.questionnaire import Askable, OwnAnswer, Question, SeatForm
from charter.services.records import audit_log
from charter.services.records.transactions import transaction

ANSWERS = ("yes", "no", "unknown")
LONGEST = {"name": 200, "because": 2000, "note": 2000}
MOST = 12
NEEDED = {"name": Sentence("Give the expert's name."), "because": Sentence("Say why, in one sentence.")}
"""What is said where nothing was written."""


@dataclass(frozen=True)
class Invited:
    """An expert without an account, and the secret of the invitation: shown once, never kept."""

    name: str
    secret: str


def ask_experts(
    actor: Actor,
    now: datetime,
    *,
    commitment: str,
    people: Sequence[int] = (),
    names: Sequence[str] = (),
    closes_on: str,
    note: str = "",
) -> list[Invited]:
    """Open a round: at least two experts, by account (`people`) or invited by name; answers are told when all have
    answered, or the day after it closes if two have.

    Raises NotAllowed, NotFound, Invalid (people, names, closes_on, note), Conflict (a round is open already).
    """
    require(actor, Permission.RECORD_EVIDENCE)
    version = history().current
    find_commitment(version, commitment)
    today = _today(version, now)
    last, told = _closing(closes_on, today), _text(note, "note", needed=False)
    asked = _accounts(people)
    invited = [Invited(_text(name, "name"), secrets.token_urlsafe(24)) for name in names if name.strip()]
    everyone = [person.name for person in asked] + [one.name for one in invited]
    _check_names(everyone)
    with transaction():
        audit_log.hold()
        _refuse_second_round(commitment, today)
        row = ExpertRound(commitment_key=commitment, note=told or None, opened_on=today, closes_on=last)
        row.opened_at, row.opened_by = now, actor.name
        db.session.add(row)
        db.session.flush()
        db.session.add_all(ExpertSeat(round_id=row.id, name=one.name, person_id=one.id) for one in asked)
        db.session.add_all(ExpertSeat(round_id=row.id, name=one.name, sha256=_hash(one.secret)) for one in invited)
        facts = {"round": row.id, "experts": everyone, "closes_on": last.isoformat()}
        audit_log.record(actor, now, "experts:ask", commitment, after=facts)
    return invited


def _refuse_second_round(commitment: str, today: date) -> None:
    if any(one.state_on(today) == "open" for one in _rounds_of(commitment)):
        raise Conflict("A round of experts on %(commitment)s is open: wait until it has closed.", commitment=commitment)


def answer(
    actor: Actor, now: datetime, *, seat: int | None = None, secret: str | None = None, given: dict[str, str]
) -> None:
    """One expert's answers (`floor` and `earns`: yes, no or unknown; `because`), once.

    By the account that was asked, or by whoever holds the invitation. Raises NotFound, NotAllowed, Invalid, Conflict
    (answered already, or the round has closed).
    """
    for name in ("floor", "earns"):
        if given.get(name) not in ANSWERS:
            raise Invalid("Answer yes, no or unknown to both questions.", name)
    because = _text(given.get("because", ""), "because")
    with transaction():
        audit_log.hold()
        row, one = _seat_asked(actor, seat, secret)
        today = _today(history().current, now)
        if today > one.closes_on:
            raise Conflict("This round closed on %(day)s: no answer can be given any more.", day=one.closes_on)
        if db.session.execute(select(ExpertOpinion.id).where(ExpertOpinion.seat_id == row.id)).first():
            raise Conflict("This opinion was given already: each expert answers once.")
        db.session.add(
            ExpertOpinion(
                seat_id=row.id,
                floor=given["floor"],
                earns=given["earns"],
                because=because,
                answered_on=today,
                answered_at=now,
            )
        )
        who = actor if actor.name else Actor(name=row.name, role=None)
        audit_log.record(who, now, "experts:answer", one.commitment_key, after={"round": one.id, "expert": row.name})


def seat_form(actor: Actor, now: datetime, *, seat: int | None = None, secret: str | None = None) -> SeatForm:
    """What one expert sees: the commitment, the two questions, the own answer once given, never another's.

    Raises NotFound, NotAllowed.
    """
    row, one = _seat_asked(actor, seat, secret)
    version = history().current
    _, commitment = find_commitment(version, one.commitment_key)
    opinion = db.session.execute(select(ExpertOpinion).where(ExpertOpinion.seat_id == row.id)).scalar_one_or_none()
    own = OwnAnswer(floor=opinion.floor, earns=opinion.earns, because=opinion.because) if opinion else None
    return {
        "seat": row.id,
        "expert": row.name,
        "title": words(commitment.title),
        "promise": words(commitment.promise),
        "organisation": version.charter.charter.organisation,
        "is_example": version.charter.charter.is_example,
        "note": one.note,
        "closes_on": one.closes_on.isoformat(),
        "is_closed": _today(version, now) > one.closes_on,
        "own": own,
    }


def questions_to(actor: Actor, now: datetime) -> list[Question]:
    """The open questions that this account has not answered yet."""
    found = history_or_none()
    if actor.user_id is None or found is None:
        return []
    version = found.current
    today = _today(version, now)
    query = (
        select(ExpertSeat.id, ExpertRound.commitment_key, ExpertRound.closes_on)
        .join(ExpertRound, ExpertRound.id == ExpertSeat.round_id)
        .outerjoin(ExpertOpinion, ExpertOpinion.seat_id == ExpertSeat.id)
        .where(ExpertSeat.person_id == actor.user_id, ExpertOpinion.id.is_(None), ExpertRound.closes_on >= today)
        .order_by(ExpertRound.id)
    )
    titles = {one.key: words(one.title) for one in version.charter.commitments}
    return [
        {"seat": seat, "title": titles[key], "closes_on": closes_on.isoformat()}
        for seat, key, closes_on in db.session.execute(query)
        if key in titles
    ]


def people_to_ask(actor: Actor) -> list[Askable]:
    """The open accounts, by name, for the form that asks them."""
    require(actor, Permission.RECORD_EVIDENCE)
    query = select(Person.id, Person.name, Person.role).where(Person.is_active).order_by(Person.name, Person.id)
    return [{"id": row.id, "name": row.name, "role": row.role} for row in db.session.execute(query)]


def _seat_asked(actor: Actor, seat: int | None, secret: str | None) -> tuple[ExpertSeat, ExpertRound]:
    """The seat of an invitation, or of the account that was asked; no other account may open it."""
    by = ExpertSeat.sha256 == _hash(secret) if secret is not None else ExpertSeat.id == seat
    found = db.session.execute(
        select(ExpertSeat, ExpertRound).join(ExpertRound, ExpertRound.id == ExpertSeat.round_id).where(by)
    ).first()
    if found is None:
        raise NotFound("This question to an expert does not exist: ask for the link again.")
    if secret is None and (actor.user_id is None or found[0].person_id != actor.user_id):
        raise NotAllowed("This question was put to somebody else: an expert sees the own form only.")
    return found[0], found[1]


def _rounds_of(commitment: str) -> list[Round]:
    query = (
        select(ExpertRound, ExpertSeat, ExpertOpinion)
        .join(ExpertSeat, ExpertSeat.round_id == ExpertRound.id)
        .outerjoin(ExpertOpinion, ExpertOpinion.seat_id == ExpertSeat.id)
        .where(ExpertRound.commitment_key == commitment)
        .order_by(ExpertRound.id, ExpertSeat.id)
    )
    found: dict[int, tuple[ExpertRound, list[Any]]] = {}
    for one, seat, opinion in db.session.execute(query):
        found.setdefault(one.id, (one, []))[1].append(seat_of(seat, opinion))
    return [round_of(one, seats) for one, seats in found.values()]


def _accounts(people: Sequence[int]) -> list[Person]:
    rows = db.session.execute(select(Person).where(Person.id.in_(list(people)), Person.is_active)).scalars().all()
    if len(rows) != len(set(people)):
        raise Invalid("One of these accounts does not exist, or is closed.", "people")
    return sorted(rows, key=lambda row: row.name)


def _check_names(everyone: Sequence[str]) -> None:
    if len(everyone) < MINIMUM:
        raise Invalid("Ask at least %(least)s experts: one opinion has no weight.", "people", least=MINIMUM)
    if len(everyone) > MOST:
        raise Invalid("Ask at most %(most)s experts in one round.", "names", most=MOST)
    if len({" ".join(name.casefold().split()) for name in everyone}) < len(everyone):
        raise Invalid("Two experts bear the same name: tell them apart.", "names")


def _closing(text: str, today: date) -> date:
    given = text.strip()
    try:
        day = date.fromisoformat(given)
    except ValueError:
        if not given:
            raise Invalid("Nothing is not a date: write it like 2026-10-05.", "closes_on") from None
        raise Invalid("%(given)s is not a date: write it like 2026-10-05.", "closes_on", given=given) from None
    if not today <= day <= today.replace(year=today.year + 1, day=min(today.day, 28)):
        raise Invalid("A round closes between today and a year from now.", "closes_on")
    return day


def _text(text: str, field: str, *, needed: bool = True) -> str:
    found = text.strip()
    if needed and not found:
        said = NEEDED[field]
        raise Invalid(said, field)
    if len(found) > LONGEST[field]:
        raise Invalid("This text is too long: at most %(most)s characters.", field, most=LONGEST[field])
    return found


def _today(version: Version, now: datetime) -> date:
    return now.astimezone(ZoneInfo(version.charter.charter.timezone)).date()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
