"""What the charter file says of a commitment's class: law, the sector's promises, experts, and a person's decision."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool, model_validator

from charter.domain.charter_file.values import Day, Key, Strict, Text, WholeNumber, Words, YearMonth, refuse
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.terms import CommitmentClass

YesNoUnknown = Literal["yes", "no", "unknown"]


class Law(Strict):
    """What the law owes: all of the promise, part of it (a legal minimum; the surplus is ours), or none."""

    owed: Literal["full", "part", "none"]
    reference: Words | None = None
    date: YearMonth | None = None
    until: YearMonth | None = None
    scope: Words | None = None
    minimum: Text | None = None
    surplus: Text | None = None
    minimum_indicator: Key | None = None

    @model_validator(mode="after")
    def _split(self) -> Law:
        if self.owed != "part" and (self.minimum or self.surplus or self.minimum_indicator):
            said = Sentence("a minimum and a surplus are said where the law owes a part")
            raise refuse(said, Sentence("write owed: part, or remove them"))
        return self


class SectorPromise(Strict):
    """Whether one comparable company publicly promises the same or better, where that stands, and since when known."""

    company: Words
    promised: StrictBool
    source: Words
    date: Day


class Sector(Strict):
    """How many of the comparable companies publicly promise the same or better: counts, or the companies by name."""

    promised_by: Annotated[WholeNumber, Field(ge=0)] | None = None
    compared: Annotated[WholeNumber, Field(ge=1)] | None = None
    date: YearMonth | None = None
    companies: list[SectorPromise] = []

    @model_validator(mode="after")
    def _counts_or_companies(self) -> Sector:
        has_counts = self.promised_by is not None or self.compared is not None
        if self.companies and (has_counts or self.date is not None):
            remedy = Sentence("keep companies: they are counted from their entries")
            raise refuse(Sentence("companies are named and counted at once"), remedy)
        if not self.companies and (self.promised_by is None or self.compared is None):
            remedy = Sentence("write promised_by and compared, or list companies")
            raise refuse(Sentence("the sector is not counted"), remedy)
        return self


class Expert(Strict):
    """One expert's two answers, with a reason and a date."""

    name: Words
    floor: YesNoUnknown
    earns: YesNoUnknown
    because: Words
    date: Day


class Evidence(Strict):
    """What is known at writing; surveys are added later."""

    law: Law | None = None
    sector: Sector | None = None
    experts: list[Expert] = []


class Decision(Strict):
    """A person's decision on the class; it holds from its date on."""

    decided: CommitmentClass
    by: Words
    because: Words
    date: Day
