"""What the charter file says of a commitment's class: law, the sector's promises, experts, and a person's decision.

And what a miss owes to the customer: an amount for each case, and what is added while the delay goes on; what a
colleague is owed whom a customer was uncivil to; and the free texts that people write, beside all that is counted.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, model_validator

from charter.domain.charter_file.values import (
    Condition,
    Day,
    Delay,
    DelayField,
    Key,
    Number,
    Strict,
    Text,
    WholeNumber,
    Words,
    YearMonth,
    refuse,
)
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


def _in_cents(value: Decimal) -> Decimal:
    if value != round(value, 2):
        raise refuse(Sentence("an amount has at most two decimals"), Sentence("write it to the cent, like 30 or 12.50"))
    return value


Amount = Annotated[Number, Field(gt=0), AfterValidator(_in_cents)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Further(Strict):
    """What is added for each whole stretch of time that passes after the promised delay."""

    amount: Amount
    every: DelayField


class Owed(Strict):
    """What a missed case owes: from a day on and up to one, for the cases that meet a condition."""

    where: Condition | None = None
    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    amount: Amount
    further: Further | None = None


class Compensation(Strict):
    """What a miss owes the customer: one amount, or several, of which each case takes the first that it meets.

    `indicator` counts the misses, `paid` is the money indicator that tells what was paid for them.
    """

    amount: Amount | None = None
    currency: Currency
    per: Literal["case"] = "case"
    further: Further | None = None
    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    amounts: list[Owed] = []
    law: Text | None = None
    indicator: Key | None = None
    paid: Key | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Compensation:
        alone = (self.amount, self.further, self.from_, self.until)
        if self.amounts and any(one is not None for one in alone):
            said = Sentence("amounts stand beside amount, further, from or until")
            raise refuse(said, Sentence("write one amount, or amounts: [{where: {…}, amount: …}, …]"))
        if not self.amounts and self.amount is None:
            said = Sentence("what a miss owes is missing")
            raise refuse(said, Sentence("write amount: 30, or amounts: [{where: {…}, amount: …}, …]"))
        return self

    @property
    def each(self) -> list[Owed]:
        """The amounts, in their order."""
        if self.amounts or self.amount is None:
            return self.amounts
        return [Owed.model_validate({"amount": self.amount, "further": self.further, **self._dates})]

    @property
    def _dates(self) -> dict[str, Day | None]:
        return {"from": self.from_, "until": self.until}

    @property
    def is_by_case(self) -> bool:
        """Whether what is owed differs from case to case, so that a count of misses does not tell it."""
        one = self.each[0]
        return len(self.each) > 1 or any(part is not None for part in (one.where, one.further, one.from_, one.until))


class FreeTexts(Strict):
    """Texts that people write, whose expressions are counted: a column of a source with its day and unit, or what staff
    or customers told Promesse. `leave_out`: words that are never counted, as the names of people."""

    name: Text
    source: Key | None = None
    text: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    date: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    unit: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    where: Condition | None = None
    told_by: Literal["staff", "customers"] | None = None
    commitment: Key | None = None
    leave_out: list[Words] = []

    @model_validator(mode="after")
    def _one_origin(self) -> FreeTexts:
        of_source = (self.source, self.text, self.date)
        if self.told_by is not None and not any((*of_source, self.unit, self.where)):
            return self
        if self.told_by is None and all(of_source):
            return self
        remedy = Sentence("write source, text and date (and unit), or told_by: staff, or told_by: customers")
        raise refuse(Sentence("it is not plain where these texts are"), remedy)


class Listed(Strict):
    """One of a list to choose from."""

    key: Key
    text: Text


INCIDENT_COLUMNS = ("day", "touchpoint", "unit", "support_day")
"""What an indicator may read of the log of incidents."""


class IncidentsSource(Strict):
    """The log of incivility that staff write down, without persons: what there is to choose from, how soon a colleague
    is to be supported, and below how many nothing is shown."""

    kind: Literal["incidents"]
    kinds: Annotated[list[Listed], Field(min_length=1, max_length=40)]
    support: Annotated[list[Listed], Field(min_length=1, max_length=40)]
    within: DelayField = Delay(count=3, unit="days")
    hidden_below: Annotated[WholeNumber, Field(ge=5, le=100)] = 5

    @model_validator(mode="after")
    def _by_day(self) -> IncidentsSource:
        if self.within.unit not in ("days", "weeks", "working days"):
            said = Sentence("the hour of an incident is not kept")
            raise refuse(said, Sentence("write days, weeks or working days, like 3 working days"))
        return self
