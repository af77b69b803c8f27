"""Everything known on the classes of all commitments, read in a few queries: surveys, register, experts, decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select

from charter.domain.charter_file.choices import Choices
from charter.domain.charter_file.models import Commitment
from charter.domain.charter_file.proofs import Law, Sector
from charter.domain.decisions import Decided, newest_on
from charter.domain.evidence.expiry import validity
from charter.domain.evidence.heard import as_evidence
from charter.domain.evidence.register import SectorMark, count_register
from charter.domain.evidence.rounds import Answered, Round, Seat, opinions_on
from charter.domain.terms import CommitmentClass
from charter.models.base import db
from charter.models.proofs import ClassDecision, ExpertOpinion, ExpertRound, ExpertSeat, SectorEntry
from charter.models.responses import SurveyResult, SurveyStep
from charter.services.evidence import Heard, heard


@dataclass(frozen=True)
class Proofs:
    """By commitment, oldest first; each is asked for a day, and a past day reads what was known then."""

    surveys: Heard
    decisions: Mapping[str, tuple[Decided, ...]]
    sector: Mapping[str, tuple[SectorMark, ...]]
    rounds: Mapping[str, tuple[Round, ...]]

    def decision(self, key: str, on: date) -> Decided | None:
        """The decision that holds on that day; None where nobody decided, or it was given back to the evidence."""
        found = newest_on(self.decisions.get(key, ()), on)
        return found if found is not None and found.class_ is not None else None

    def register(self, commitment: Commitment) -> tuple[SectorMark, ...]:
        """The companies by name: those of the charter file first, then those entered on the page."""
        written = commitment.evidence.sector.companies if commitment.evidence.sector else []
        said = tuple(SectorMark(one.company, one.promised, one.source, one.date, one.date) for one in written)
        return said + self.sector.get(commitment.key, ())

    def evidence(self, commitment: Commitment, choices: Choices, on: date) -> dict[str, Any]:
        """All evidence of a commitment on that day, in the words of `analyse class`."""
        written = commitment.evidence
        found = as_evidence(self.surveys.on(commitment.key, on))
        if written.law is not None:
            found["law"] = law_facts(written.law)
        named = count_register(self.register(commitment), on, validity("sector", choices))
        if named is not None:
            found["sector"] = named
        elif written.sector is not None and not written.sector.companies:
            found["sector"] = sector_counts(written.sector)
        told = opinions_on(
            self.rounds.get(commitment.key, ()), [one.model_dump(mode="json") for one in written.experts], on
        )
        if told:
            found["experts"] = told
        return found


def law_facts(law: Law) -> dict[str, Any]:
    """What the law owes, in the words of `analyse class`."""
    facts = {"owed": law.owed, "reference": law.reference, "date": law.date, "until": law.until}
    return {name: fact for name, fact in facts.items() if fact is not None} | {"minimum": law.minimum is not None}


def sector_counts(sector: Sector) -> dict[str, Any]:
    """Companies that were counted without their names."""
    return {"k": sector.promised_by, "n": sector.compared, "date": sector.date}


def proofs() -> Proofs:
    """All that is known, whatever the number of commitments: one query, and those of the rows when there are new ones.

    Rows are only ever appended: as long as the newest of each table are the same, so is everything.
    """
    newest = [select(func.max(column)).scalar_subquery() for column in NEWEST]
    return _read(str(db.engine.url), tuple(db.session.execute(select(*newest)).one()))


NEWEST = (
    SurveyResult.id,
    SurveyResult.at,
    SurveyStep.id,
    ClassDecision.id,
    ClassDecision.recorded_at,
    SectorEntry.id,
    SectorEntry.recorded_at,
    ExpertRound.id,
    ExpertRound.opened_at,
    ExpertOpinion.id,
)


@lru_cache(maxsize=8)
def _read(database: str, newest: tuple[Any, ...]) -> Proofs:
    return Proofs(heard(), _decisions(), _sector(), _rounds())


def _by_key(rows: Iterable[tuple[str, Any]]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, list[Any]] = {}
    for key, value in rows:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def _decisions() -> dict[str, tuple[Decided, ...]]:
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


def _sector() -> dict[str, tuple[SectorMark, ...]]:
    rows = db.session.execute(select(SectorEntry).order_by(SectorEntry.id)).scalars()
    return _by_key((row.commitment_key, mark_of(row)) for row in rows)


def mark_of(row: SectorEntry) -> SectorMark:
    """A stored entry of the register as the rules take it."""
    return SectorMark(row.company, row.promised, row.source, row.seen_on, row.known_on, row.recorded_by)


def _rounds() -> dict[str, tuple[Round, ...]]:
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
