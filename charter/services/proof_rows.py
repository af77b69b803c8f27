"""The stored rows of decisions, of the sector's register and of experts, as the rules take them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from charter.domain.decisions import Decided
from charter.domain.evidence.register import SectorMark
from charter.domain.evidence.rounds import Answered, Round, Seat
from charter.domain.terms import CommitmentClass
from charter.models.base import db
from charter.models.proofs import ClassDecision, ExpertOpinion, ExpertRound, ExpertSeat, SectorEntry


def _by_key(rows: Iterable[tuple[str, Any]]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, list[Any]] = {}
    for key, value in rows:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def stored_decisions() -> dict[str, tuple[Decided, ...]]:
    rows = db.session.execute(select(ClassDecision).order_by(ClassDecision.id)).scalars()
    return _by_key((row.commitment_key, decided_of(row)) for row in rows)


def decided_of(row: ClassDecision) -> Decided:
    """A stored decision as the rules take it."""
    return Decided(
        class_=CommitmentClass(row.class_) if row.class_ else None,
        valid_from=row.valid_from,
        because=row.because,
        by=row.decided_by,
        on=row.decided_on,
        origin=row.origin,
        suggested=row.suggested,
        strength=row.strength,
        disagreements=tuple(row.disagreements),
    )


def stored_register() -> dict[str, tuple[SectorMark, ...]]:
    rows = db.session.execute(select(SectorEntry).order_by(SectorEntry.id)).scalars()
    return _by_key((row.commitment_key, mark_of(row)) for row in rows)


def mark_of(row: SectorEntry) -> SectorMark:
    """A stored entry of the register as the rules take it."""
    return SectorMark(row.company, row.promised, row.source, row.seen_on, row.known_on, row.recorded_by)


def stored_rounds() -> dict[str, tuple[Round, ...]]:
    query = (
        select(ExpertRound, ExpertSeat, ExpertOpinion)
        .join(ExpertSeat, ExpertSeat.round_id == ExpertRound.id)
        .outerjoin(ExpertOpinion, ExpertOpinion.seat_id == ExpertSeat.id)
        .order_by(ExpertRound.id, ExpertSeat.id)
    )
    rows: dict[int, tuple[ExpertRound, list[Seat]]] = {}
    for one, seat, opinion in db.session.execute(query):
        rows.setdefault(one.id, (one, []))[1].append(seat_of(seat, opinion))
    return _by_key((one.commitment_key, round_of(one, seats)) for one, seats in rows.values())


def round_of(row: ExpertRound, seats: list[Seat]) -> Round:
    """A stored round with its seats, as the rules take it."""
    return Round(row.id, row.opened_on, row.closes_on, row.note, tuple(seats))


def seat_of(seat: ExpertSeat, opinion: ExpertOpinion | None) -> Seat:
    """An expert asked, with the answer if there is one; who may read it is the round's to say."""
    given = None
    if opinion is not None:
        given = Answered(opinion.floor, opinion.earns, opinion.because, opinion.answered_on)
    return Seat(seat.id, seat.name, given, is_account=seat.person_id is not None)
