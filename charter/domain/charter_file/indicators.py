"""Indicators in the charter file: what is measured for a commitment, one model per kind."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, Tag, model_validator

from charter.domain.charter_file.calendars.pauses import (
    Ceiling,
    Column,
    ColumnOrState,
    ColumnOrStop,
    Pauses,
    Stage,
    Tier,
)
from charter.domain.charter_file.evidence import Currency
from charter.domain.charter_file.findings import missing
from charter.domain.charter_file.kinds.rate import ColumnOrVolume
from charter.domain.charter_file.kinds.scales import EffortScale
from charter.domain.charter_file.sources import Exclusion
from charter.domain.charter_file.values import (
    CaseWords,
    ClockTime,
    Condition,
    Day,
    Delay,
    DelayField,
    Key,
    Number,
    Strict,
    Text,
    UnitsHeld,
    WholeNumber,
    by_form,
    refuse,
)
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.terms import Basis, Direction, Kind, Nature, PeriodKind, Proves

Columns = Annotated[
    Annotated[Column, Tag("<one>")] | Annotated[list[Column], Field(min_length=1), Tag("<list>")], by_form
]
UnitOfTime = Literal["seconds", "minutes", "hours", "working minutes", "working hours", "days", "working days"]


class Sum(Strict):
    """A sum of columns: those in plus, less those in minus."""

    plus: list[Column] = Field(min_length=1)
    minus: list[Column] = []


FILE = "$file"
"""Stands where a column may: the file that a row was read from."""


class CaseRows(Strict):
    """Which of the rows of one case counts: that with the greatest `latest`, or of the file whose name sorts last."""

    key: Column
    latest: Column | None = None


KeyOrRows = Annotated[Annotated[Column, Tag("<one>")] | Annotated[CaseRows, Tag("<keys>")], by_form]


ColumnOrSum = Annotated[Annotated[Column, Tag("<one>")] | Annotated[Sum, Tag("<keys>")], by_form]


class Target(Strict):
    """The required level from a date on, for a season of the year or all of it."""

    from_: Day = Field(alias="from")
    target: Number
    tolerance: Annotated[Number, Field(ge=0)] = Decimal(0)
    unacceptable: Number | None = None
    exceeds: Number | None = None
    units: UnitsHeld | None = None
    season: Annotated[str, Field(pattern=r"^[0-9]{2}-[0-9]{2}\.\.[0-9]{2}-[0-9]{2}$")] = "01-01..12-31"


class CheckPlan(Strict):
    """When a check is due after its period can be judged, and when it is late or lapsed."""

    due: DelayField = Delay(count=3, unit="days")
    at: ClockTime = "06:00"
    late_after: DelayField = Delay(count=1, unit="days")
    lapses_after: DelayField = Delay(count=60, unit="days")


class IndicatorBase(Strict):
    """What every indicator says, whatever its kind."""

    key: Key
    title: Text
    nature: Nature = Nature.DELIVERED
    proves: Proves = Proves.RESULT
    basis: Basis = Basis.CENSUS
    mandatory: StrictBool = True
    source: Key | None = None
    where: Condition | None = None
    distinct: KeyOrRows | None = None
    exclude: list[Exclusion] = []
    unit: Columns | None = None
    channel: Columns | None = None
    segment: Columns | None = None
    period: PeriodKind = PeriodKind.MONTH
    direction: Direction = Direction.HIGHER
    targets: list[Target] = []
    judged_by: Literal["period", "start"] = "period"
    minimum: Annotated[WholeNumber, Field(ge=1)] = 30
    case: CaseWords | None = None
    check: CheckPlan = CheckPlan()

    @model_validator(mode="before")
    @classmethod
    def _beside(cls, value: Any) -> Any:
        """A volume kept as context never decides a status; it need not be written."""
        is_volume = isinstance(value, dict) and value.get("proves") == Proves.CONTEXT
        return {"mandatory": False} | value if is_volume else value

    @property
    def is_context(self) -> bool:
        """A volume beside the promise: no level, no status."""
        return self.proves is Proves.CONTEXT

    @property
    def case_key(self) -> str | None:
        """The column that names a case; rows are cases where there is none."""
        return self.distinct.key if isinstance(self.distinct, CaseRows) else self.distinct

    @property
    def latest(self) -> str | None:
        """What tells the newest row of a case: a column, or the file."""
        return self.distinct.latest if isinstance(self.distinct, CaseRows) else None


class ShareWithin(IndicatorBase):
    """The share of cases stopped within a delay of their start."""

    kind: Literal[Kind.SHARE_WITHIN]
    start: ColumnOrState
    stop: ColumnOrStop
    within: DelayField | None = None
    tiers: list[Tier] = []
    ceiling: Ceiling | None = None
    paused: Column | None = None
    pauses: Pauses | None = None
    stages: list[Stage] = []

    @property
    def in_steps(self) -> bool:
        """Whether several delays, or a ceiling, are judged together."""
        return bool(self.tiers or self.ceiling)

    @model_validator(mode="after")
    def _a_delay(self) -> ShareWithin:
        if (self.within is None) == (not self.tiers):
            neither = Sentence("neither within nor tiers is written")
            both = Sentence("both within and tiers are written")
            remedy = Sentence("write one of them: within: 10 working days, or tiers: [{within: …, target: …}]")
            raise refuse(neither if self.within is None else both, remedy)
        return self


class PlainShare(IndicatorBase):
    """A plain share: rows that meet a condition, or a column of successes over a column of cases.

    With a condition and a column of cases, each row stands for so many cases. `in`: a word for amounts, like minutes.
    """

    kind: Literal[Kind.SHARE]
    date: Column
    success: Condition | None = None
    numerator: ColumnOrSum | None = None
    denominator: ColumnOrSum | None = None
    in_: Annotated[Text | None, Field(alias="in")] = None

    @model_validator(mode="after")
    def _one_way(self) -> PlainShare:
        if self.success is not None and self.numerator is not None:
            remedy = Sentence("write either success (with denominator, where rows stand for many cases), or numerator")
            raise refuse(Sentence("success stands beside numerator"), remedy)
        if self.success is None and (self.numerator is None or self.denominator is None):
            remedy = Sentence("write success: {column: value}, or numerator and denominator")
            raise refuse(Sentence("what counts as a success is missing"), remedy)
        return self


class ValueOrDelay(IndicatorBase):
    """What is told of a column, or of the delay between two instants."""

    date: Column | None = None
    value: Column | None = None
    start: ColumnOrState | None = None
    stop: ColumnOrStop | None = None
    in_: Annotated[UnitOfTime | None, Field(alias="in")] = None
    pauses: Pauses | None = None
    stages: list[Stage] = []

    @model_validator(mode="after")
    def _one_way(self) -> ValueOrDelay:
        return _value_or_delay(self)


class Mean(ValueOrDelay):
    """The mean of a column, or of the delay between two instants."""

    kind: Literal[Kind.MEAN]


class Percentile(ValueOrDelay):
    """The value below which this share of the cases lies; computed at each level, never rolled up."""

    kind: Literal[Kind.PERCENTILE]
    percentile: Annotated[Number, Field(gt=0, lt=100)]


_DURATIONS = ("seconds", "minutes", "hours")
"""What a column of durations may be counted in; beside it the column itself says how long."""


def _value_or_delay(model: ValueOrDelay) -> ValueOrDelay:
    if model.value is not None:
        others = any(getattr(model, name) for name in ("start", "stop", "pauses", "stages"))
        if others or (model.in_ or "seconds") not in _DURATIONS:
            remedy = Sentence("write either value and date, or start, stop and in")
            raise refuse(Sentence("value stands beside start, stop, in or pauses"), remedy)
        if model.date is None:
            raise refuse(missing("date"), Sentence("add date: the column that puts a row in its period"))
    elif model.start is None or model.stop is None or model.in_ is None:
        remedy = Sentence("write value and date, or start, stop and in")
        raise refuse(Sentence("what is measured is missing"), remedy)
    return model


class Nps(IndicatorBase):
    """Net promoter score of a column of answers from 0 to 10."""

    kind: Literal[Kind.NPS]
    date: Column
    value: Column


class Effort(IndicatorBase):
    """Customer effort: the share of easy answers to one question, and how many gave each answer of its scale.

    `words`: a column in which customers say why, of which nothing is counted.
    """

    kind: Literal[Kind.EFFORT]
    nature: Nature = Nature.PERCEIVED
    date: Column
    value: Column
    question: Text
    scale: EffortScale
    words: Column | None = None


class Count(IndicatorBase):
    """How many rows."""

    kind: Literal[Kind.COUNT]
    date: Column


class Rate(IndicatorBase):
    """How many rows per so many of a volume."""

    kind: Literal[Kind.RATE]
    date: Column
    volume: ColumnOrVolume
    per: Annotated[WholeNumber, Field(ge=1)]


class Availability(IndicatorBase):
    """Time up of total time."""

    kind: Literal[Kind.AVAILABILITY]
    date: Column
    up: Column
    total: Column


class YesNo(IndicatorBase):
    """Done or not, of those asked. `success: manual` is a figure that a person enters."""

    kind: Literal[Kind.YES_NO]
    date: Column | None = None
    success: Column


class Part(Strict):
    """One part of a composite."""

    indicator: Key
    weight: Annotated[Number, Field(gt=0)]


class Composite(IndicatorBase):
    """The weighted mean of other indicators' values, recomputed at each level."""

    kind: Literal[Kind.COMPOSITE]
    of: list[Part] = Field(min_length=1)


class Total(IndicatorBase):
    """The sum of a column: hours, cubic metres, euros saved; `in` is a word for its unit."""

    kind: Literal[Kind.SUM]
    date: Column
    value: Column
    in_: Annotated[Text | None, Field(alias="in")] = None


class Money(IndicatorBase):
    """Money paid to customers; apart from status."""

    kind: Literal[Kind.MONEY]
    date: Column
    value: Column
    currency: Currency | None = None


Indicator = Annotated[
    ShareWithin
    | PlainShare
    | Mean
    | Nps
    | Effort
    | Count
    | Total
    | Rate
    | Availability
    | Percentile
    | YesNo
    | Composite
    | Money,
    Field(discriminator="kind"),
]
