"""Everything known on the classes of all commitments, read in a few queries: surveys, register, experts, decisions.

What surveys of customers say of each commitment on a day: every wave that speaks, read in one query.

The stored rows of decisions, of the sector's register and of experts, as the rules take them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ScalarSelect, func, select

from charter.domain.charter_file.charter import Choices, Commitment
from charter.domain.charter_file.evidence import Law, Sector
from charter.domain.classes.classification import Decided, newest_on
from charter.domain.evidence.law_sector_experts import Answered, Round, Seat, SectorMark, count_register, opinions_on
from charter.domain.evidence.votes import validity
from charter.domain.surveys.questionnaire import wording_about
from charter.domain.surveys.waves import Cells, KanoWave, MarksWave, SurveyEvidence, as_evidence
from charter.domain.vocabulary.terms import CommitmentClass
from charter.models.base import db
from charter.models.classes import ClassDecision, ExpertOpinion, ExpertRound, ExpertSeat, SectorEntry
from charter.models.surveys import SurveyResult, SurveyStep, SurveyWave
from charter.services.records.transactions import Mark, latest


@dataclass(frozen=True)
class Heard:
    """The waves of every commitment, whatever the day."""

    kano: Mapping[str, tuple[KanoWave, ...]]
    marks: Mapping[str, tuple[MarksWave, ...]]

    def on(self, commitment: str, day: date) -> SurveyEvidence:
        """The waves of a commitment that speak on that day, oldest first."""
        return SurveyEvidence(
            tuple(wave for wave in self.kano.get(commitment, ()) if wave.speaks_on(day)),
            tuple(wave for wave in self.marks.get(commitment, ()) if wave.speaks_on(day)),
        )


def _first_day(step: str) -> ScalarSelect[date]:
    """When a step was first taken with a wave."""
    query = select(func.min(SurveyStep.on)).where(SurveyStep.wave_id == SurveyWave.id, SurveyStep.step == step)
    return query.scalar_subquery()


_QUERY = (
    select(SurveyWave, SurveyResult, _first_day("withdrawn"), _first_day("preferred"))
    .join(SurveyResult, SurveyResult.wave_id == SurveyWave.id)
    .order_by(SurveyWave.asked_on, SurveyWave.id, SurveyResult.id)
)


def heard() -> Heard:
    """What every wave came to; a page reads it once for all its commitments."""
    rows = list(db.session.execute(_QUERY))
    newest = {row[0].id: row for row in rows}
    known_on = {row[0].id: row[1].known_on for row in reversed(rows)}
    kano: dict[str, list[KanoWave]] = {}
    marks: dict[str, list[MarksWave]] = {}
    for wave, result, withdrawn_on, preferred_on in newest.values():
        if wave.choices.get("way") == "open":
            # Whoever has the link may answer, and more than once: it speaks from the day of a person's decision.
            if preferred_on is None:
                continue
            known_on[wave.id] = max(known_on[wave.id], preferred_on)
        days = {"known_on": known_on[wave.id], "withdrawn_on": withdrawn_on, "preferred_on": preferred_on}
        common = _place_of(wave, days)
        if wave.kind == "kano":
            for key, found in result.document["commitments"].items():
                asked = wording_about(wave.words, wave.wording, key)
                kano.setdefault(key, []).append(_kano(wave, found, common | {"wording": asked}))
        else:
            for found in result.document["attributes"]:
                line = found | {name: result.document.get(name) for name in OF_ALL}
                spread = result.document.get("spread", {}).get(found["attribute"], {})
                marks.setdefault(found["attribute"], []).append(MarksWave(**common, result=line, spread=spread))
    return Heard(
        {key: tuple(waves) for key, waves in kano.items()}, {key: tuple(waves) for key, waves in marks.items()}
    )


OF_ALL = ("delta", "outcome_levels", "low", "high", "scale", "n")
"""What a survey of marks says of all its attributes together."""


def _place_of(wave: SurveyWave, days: Mapping[str, date]) -> dict[str, Any]:
    """`days`: known from the first time that it was counted, however often since."""
    return {
        "id": wave.id,
        "name": wave.name,
        "segment": wave.segment,
        "wording": wave.wording,
        # A questionnaire that was closed before its day was asked until then.
        "asked_on": min(wave.asked_on, days["known_on"]),
        **days,
    }


def _kano(wave: SurveyWave, found: Mapping[str, Any], common: Mapping[str, Any]) -> KanoWave:
    table, cells = wave.choices.get("table", "classic"), cells_of(found.get("weighted") or found["pairs"])
    return KanoWave(**common, cells=cells, half_answered=found["half_answered"], table=table)


def cells_of(pairs: Mapping[str, float]) -> Cells:
    """Stored as `{"15": 12}`: twelve said 1 if it is kept, 5 if it is not."""
    return {(int(pair[0]), int(pair[1])): count for pair, count in pairs.items()}


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


@dataclass(frozen=True)
class KnownEvidence:
    """By commitment, oldest first; each is asked for a day, and a past day reads what was known then."""

    surveys: Heard
    decisions: Mapping[str, tuple[Decided, ...]]
    sector: Mapping[str, tuple[SectorMark, ...]]
    rounds: Mapping[str, tuple[Round, ...]]
    mark: Hashable = None
    """How far the records go that this was made of: what is made of it holds as long as they go no further."""

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
        found = as_evidence(self.surveys.on(commitment.key, on), choices, on)
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


def known_evidence() -> KnownEvidence:
    """All that is known, whatever the number of commitments; of each record only what is new is read again."""
    found = latest()
    surveys, decisions, sector, rounds = (
        _kept(name, found.database, found.marks[name]) for name in ("surveys", "decisions", "register", "rounds")
    )
    mark = (found.database, *found.marks.values())
    return KnownEvidence(surveys or Heard({}, {}), decisions or {}, sector or {}, rounds or {}, mark)


_READ: Mapping[str, Callable[[], Any]] = {
    "surveys": heard,
    "decisions": stored_decisions,
    "register": stored_register,
    "rounds": stored_rounds,
}


@lru_cache(maxsize=32)
def _kept(name: str, database: str, mark: Mark) -> Any:
    """What is made of a record's rows; None, without asking, where there are none."""
    return _READ[name]() if mark[0] is not None else None
