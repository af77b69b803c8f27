"""The charter as one value: what a charter file says, validated as a whole."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool

from charter.domain.charter_file.basics import ClockTime, Day, Key, Strict, WholeNumber, Words, YearMonth
from charter.domain.charter_file.choices import Choices as Choices
from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.proofs import Decision as Decision
from charter.domain.charter_file.proofs import Evidence as Evidence
from charter.domain.charter_file.proofs import Law as Law
from charter.domain.charter_file.proofs import Sector as Sector
from charter.domain.charter_file.sources import Source, Unit
from charter.domain.charter_file.values import Text
from charter.domain.terms import Component, Party

Calendar = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Za-z0-9]+)?$")]


Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]


class Colours(Strict):
    """The report's own colours on white paper."""

    accent: Colour | None = None
    ink: Colour | None = None


class ReportPlan(Strict):
    """When the month is frozen, in which languages, for whom, and what the report looks like."""

    day: Annotated[WholeNumber, Field(ge=1, le=28)] = 5
    at: ClockTime = "08:00"
    languages: Annotated[list[Literal["fr", "en"]], Field(min_length=1)] = ["fr"]
    to: list[Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]] = []
    logo: Words | None = None
    colours: Colours | None = None
    introduction: Text | None = None


class Survey(Strict):
    """The survey of customers that the charter starts from."""

    asked: Annotated[WholeNumber, Field(ge=0)]
    answered: Annotated[WholeNumber, Field(ge=0)]
    date: YearMonth


class Expectation(Strict):
    """What customers said they expect."""

    key: Key
    text: Text
    rank: Annotated[WholeNumber, Field(ge=1)] | None = None


class Origin(Strict):
    """Where the charter comes from."""

    survey: Survey | None = None
    expectations: list[Expectation] = []


class CharterHead(Strict):
    """Whose charter, where, since when."""

    key: Key
    organisation: Words
    title: Text
    timezone: Words
    calendar: Calendar
    closed_days: list[Day] = []
    valid_from: Day
    is_example: StrictBool = Field(default=False, alias="example")
    report: ReportPlan = ReportPlan()
    choices: Choices = Choices()
    origin: Origin = Origin()
    chain: list[Words] = []


class Questions(Strict):
    """The two questions of a survey on a promise: if it is kept, and if it is not."""

    kept: Text
    not_kept: Text


class Commitment(Strict):
    """One promise."""

    key: Key
    title: Text
    promise: Text
    guidance: Text | None = None
    may_grant: Text | None = None
    questions: Questions | None = None
    owner: Words
    promisor: Party = Party.COMPANY
    promisee: Party = Party.CUSTOMER
    touchpoint: Words | None = None
    components: list[Component] = []
    answers: list[Key] = []
    evidence: Evidence = Evidence()
    class_: Decision | None = Field(default=None, alias="class")
    indicators: list[Indicator] = []


class Charter(Strict):
    """A whole charter file: one version of the charter. Units kept in a file of their own are read into the list."""

    charter: CharterHead
    units: list[Unit] = Field(min_length=1)
    sources: dict[Key, Source] = {}
    commitments: list[Commitment] = Field(min_length=1)
