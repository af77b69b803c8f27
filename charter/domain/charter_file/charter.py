"""The charter as one value: what a charter file says, validated as a whole.

What the literature leaves open, settled per charter: each has our value unless the charter file writes another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypedDict

from pydantic import (
    AfterValidator,
    Field,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    StrictBool,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema

from charter.domain.charter_file.calendars.charter_calendars import CalendarName, OwnCalendar, openings_of, week_told
from charter.domain.charter_file.evidence import Compensation as Compensation
from charter.domain.charter_file.evidence import Decision as Decision
from charter.domain.charter_file.evidence import Evidence as Evidence
from charter.domain.charter_file.evidence import Law as Law
from charter.domain.charter_file.evidence import Sector as Sector
from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.sources import Source, Unit
from charter.domain.charter_file.values import (
    CaseWords,
    ClockTime,
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
    shown,
)
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.terms import Component, Kind, Party, Proves
from charter.domain.vocabulary.working_days import WorkingDays

Share = Annotated[Number, Field(gt=0, lt=1)]
Count = Annotated[WholeNumber, Field(ge=1, le=100_000)]


class Choices(Strict):
    """What the literature leaves open, settled per charter (methods.md E, last line)."""

    customer_expiry: DelayField | None = None
    sector_expiry: DelayField | None = None
    expert_expiry: DelayField | None = None
    decision_expiry: DelayField = Delay(count=24, unit="months")
    decay_review: DelayField = Delay(count=3, unit="months")
    majority: Share = Decimal("0.5")
    kano_minimum: Count = 30
    most_questionable: Share = Decimal("0.1")
    most_reversed: Share = Decimal("0.15")
    least_effect: Share = Decimal("0.02")
    asymmetry: Share = Decimal("0.1")
    cell_minimum: Count = 30
    sector_norm: Share = Decimal("0.5")
    sector_rare: Share = Decimal("0.25")
    sector_minimum: Count = 5
    drift_least: Share = Decimal("0.1")
    undetermined: Literal["floor", "apart"] = "floor"
    trust_without_floor: Literal["suspended", "credited"] = "suspended"


OURS = Choices()
"""What holds where the charter file says nothing."""


Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]


class Colours(Strict):
    """The report's own colours on white paper."""

    accent: Colour | None = None
    ink: Colour | None = None


def _first_of_month(value: str) -> str:
    if not re.fullmatch(r"(0[1-9]|1[0-2])-01", value):
        said = Sentence("%(value)s is not the first day of a month", value=shown(value))
        raise refuse(said, Sentence('write month-day, like "04-01": a year begins on the 1st of a month'))
    return value


YearStart = Annotated[str, AfterValidator(_first_of_month)]


class Recipient(Strict):
    """Who gets the report: an address, or {address, language, attach} where no account says in which language, and
    whether the PDF goes with the mail or waits at a link in it."""

    address: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    language: Literal["fr", "en"] | None = None
    attach: bool = True

    @model_validator(mode="before")
    @classmethod
    def _written(cls, value: Any) -> Any:
        return {"address": value} if isinstance(value, str) else value

    @model_serializer(mode="wrap")
    def _plain(self, handler: SerializerFunctionWrapHandler) -> Any:
        """Without more than an address as it was always written: the fingerprint of such a charter stays."""
        language = {} if self.language is None else {"language": self.language}
        said = language | ({} if self.attach else {"attach": False})
        return {"address": self.address, **said} if said else self.address

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        address = {"type": "string", "pattern": r"^[^@\s]+@[^@\s]+$"}
        group = {
            "type": "object",
            "properties": {
                "address": address,
                "language": {"type": "string", "enum": ["fr", "en"]},
                "attach": {"type": "boolean"},
            },
            "required": ["address"],
            "additionalProperties": False,
        }
        return {
            "title": "Recipient",
            "description": "An address, or {address, language, attach}.",
            "anyOf": [address, group],
        }


class ReportPlan(Strict):
    """When the month is frozen, in which languages, for whom, and what the report looks like."""

    day: Annotated[WholeNumber, Field(ge=1, le=28)] = 5
    at: ClockTime = "08:00"
    languages: Annotated[list[Literal["fr", "en"]], Field(min_length=1)] = ["fr"]
    to: list[Recipient] = []
    logo: Words | None = None
    colours: Colours | None = None
    introduction: Text | None = None
    sheets: StrictBool = False


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
    calendar: CalendarName
    year_starts: YearStart = "01-01"
    closed_days: list[Day] = []
    valid_from: Day
    is_example: StrictBool = Field(default=False, alias="example")
    report: ReportPlan = ReportPlan()
    choices: Choices = Choices()
    origin: Origin = Origin()
    chain: list[Words] = []
    staff_question: Text | None = None

    @property
    def first_month(self) -> int:
        """The month in which its years and quarters begin."""
        return int(self.year_starts[:2])


class Questions(Strict):
    """The two questions of a survey on a promise: if it is kept, and if it is not."""

    kept: Text
    not_kept: Text


class GridItem(Strict):
    """One item of a grid; below another item of it where that is its `parent`."""

    key: Key
    text: Text
    parent: Key | None = None


class Grid(Strict):
    """What trust is made of in somebody's eyes: a list of items, or a tree of two levels."""

    name: Text
    items: list[GridItem] = Field(min_length=1)


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
    case: CaseWords | None = None
    components: list[Component] = []
    serves: dict[Key, list[Key]] = {}
    answers: list[Key] = []
    evidence: Evidence = Evidence()
    class_: Decision | None = Field(default=None, alias="class")
    compensation: Compensation | None = None
    indicators: list[Indicator] = []

    @property
    def is_by_means(self) -> bool:
        """Whether its status rests on means alone: no indicator that decides it tells what customers got."""
        deciding = [one.proves for one in self.indicators if one.mandatory]
        return bool(deciding) and all(proves is Proves.MEANS for proves in deciding)


class Charter(Strict):
    """A whole charter file: one version of the charter. Units kept in a file of their own are read into the list."""

    charter: CharterHead
    calendars: dict[Key, OwnCalendar] = {}
    grids: dict[Key, Grid] = {}
    units: list[Unit] = Field(min_length=1)
    sources: dict[Key, Source] = {}
    commitments: list[Commitment] = Field(min_length=1)


COUNTING_MISSES = (Kind.SHARE_WITHIN, Kind.SHARE, Kind.YES_NO, Kind.COUNT)
"""Kinds whose counts tell how many cases were missed; of a count, each row that is counted."""


def owing_indicator(commitment: Commitment) -> Indicator | None:
    """The indicator whose misses owe: that which is named, else the only one that can; None where that is not plain."""
    said = commitment.compensation
    if said is None:
        return None
    able = [one for one in commitment.indicators if one.kind in COUNTING_MISSES]
    named = [one for one in able if one.key == said.indicator] if said.indicator is not None else able
    return named[0] if len(named) == 1 else None


def compensations_of(charter: Charter) -> dict[str, Compensation]:
    """By the key of an indicator, what each of its misses owes."""
    found = {}
    for each in charter.commitments:
        indicator = owing_indicator(each)
        if indicator is not None and each.compensation is not None:
            found[indicator.key] = each.compensation
    return found


def country_of(name: str, head: CharterHead, own: Mapping[str, OwnCalendar]) -> str:
    """The country of a calendar: its own, else that of the charter's calendar; '' where none is said."""
    if name not in own:
        return name
    written = own[name].country
    if written is not None:
        return written
    return country_of(head.calendar, head, own) if name != head.calendar else ""


def calendar_named(name: str, charter: Charter) -> WorkingDays:
    """The working days and hours of one of the charter's own calendars, or of a country.

    The organisation's closed days are closed in all of them. Raises Invalid for a country that is not known.
    """
    head, own = charter.charter, charter.calendars
    closed = frozenset(head.closed_days)
    if name not in own:
        return WorkingDays(name, closed)
    said = own[name]
    opened = tuple((date.fromisoformat(day), openings_of(hours)) for day, hours in sorted(said.open_days.items()))
    country = country_of(name, head, own)
    return WorkingDays(country, closed | frozenset(said.closed_days), said.week, opened, name)


class CalendarTold(TypedDict):
    """A calendar as pages and reports tell it: hours from Monday to Sunday in minutes, and the units that keep it.

    `units` are empty for the charter's own.
    """

    country: str
    week: list[list[list[int]]]
    units: list[str]


def calendars_told(charter: Charter, on: date) -> list[CalendarTold]:
    """The charter's calendar first, then those that some units keep instead, as they are on a day."""
    units = charter.units if isinstance(charter.units, list) else []
    names = [charter.charter.calendar, *dict.fromkeys(unit.calendar for unit in units if unit.calendar)]
    found: list[CalendarTold] = []
    for at, name in enumerate(dict.fromkeys(names)):
        calendar = calendar_named(name, charter)
        week = week_told(calendar, on)
        kept = [unit.name for unit in units if unit.calendar == name] if at else []
        found.append({"country": calendar.code, "week": week, "units": kept})
    return found


def calendars_of(charter: Charter) -> list[WorkingDays]:
    """The charter's calendar first, then each other calendar of its units."""
    units = charter.units if isinstance(charter.units, list) else []
    names = dict.fromkeys([charter.charter.calendar, *(unit.calendar for unit in units if unit.calendar)])
    return [calendar_named(name, charter) for name in names]
