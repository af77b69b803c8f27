"""Everything known on the classes of all commitments, read in a few queries: surveys, register, experts, decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from charter.domain.charter_file.choices import Choices
from charter.domain.charter_file.models import Commitment
from charter.domain.charter_file.proofs import Law, Sector
from charter.domain.decisions import Decided, newest_on
from charter.domain.evidence.expiry import validity
from charter.domain.evidence.heard import as_evidence
from charter.domain.evidence.register import SectorMark, count_register
from charter.domain.evidence.rounds import Round, opinions_on
from charter.services.evidence import Heard, heard
from charter.services.newest import Mark, newest
from charter.services.proof_rows import stored_decisions, stored_register, stored_rounds


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
    """All that is known, whatever the number of commitments; of each record only what is new is read again."""
    found = newest()
    surveys, decisions, sector, rounds = (
        _kept(name, found.database, found.marks[name]) for name in ("surveys", "decisions", "register", "rounds")
    )
    return Proofs(surveys or Heard({}, {}), decisions or {}, sector or {}, rounds or {})


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
