"""The shapes of what programs send and get, with an example each."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from charter.api.routes import PERIOD
from charter.domain.figures.entries import LARGEST, LONGEST_NAME, LONGEST_REASON
from charter.services.figures.plan import MOST_FIGURES

Example = dict[str, Any]
EXAMPLE_FIGURE: Example = {"period": "2026-10", "unit": "vannes", "numerator": 45, "denominator": 50}
EXAMPLE_WRITTEN: Example = {
    "indicator": "welcomed", "period": "2026-10", "run": 812, "entered": 1, "corrected": 0, "same": 0,
}  # fmt: skip


def _a_number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("it must be a number")
    return value


Amount = Annotated[
    Decimal,
    BeforeValidator(_a_number),
    Field(ge=0, le=LARGEST, allow_inf_nan=False),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": LARGEST}),
]
Part = Annotated[str, Field(max_length=LONGEST_NAME)]
Reason = Annotated[str, Field(max_length=LONGEST_REASON)]


class Given(BaseModel):
    """One figure: its place, and the numbers of its indicator's kind (GET /indicators says which).

    `within`: of a promise in steps, the cases met within each further delay, as {"20 working days": 45}.
    `answers`: of a customer effort, how many gave each answer of its scale, as {"1": 12, "2": 30}.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE_FIGURE]})

    period: Annotated[str, Field(min_length=4, max_length=10, json_schema_extra={"pattern": PERIOD})]
    unit: Annotated[str, Field(max_length=LONGEST_NAME)] | None = None
    channel: Part = ""
    segment: Part = ""
    reason: Reason | None = None
    numerator: Amount | None = None
    denominator: Amount | None = None
    n: Amount | None = None
    sum: Amount | None = None
    sum_of_squares: Amount | None = None
    promoters: Amount | None = None
    passives: Amount | None = None
    detractors: Amount | None = None
    cents: Amount | None = None
    volume: Amount | None = None
    within: dict[Annotated[str, Field(max_length=40)], Amount] = {}
    answers: dict[Annotated[str, Field(max_length=2)], Amount] = {}


_PLACES = ("period", "unit", "channel", "segment", "reason", "within", "answers")
NUMBERS = tuple(name for name in Given.model_fields if name not in _PLACES)


class Figures(BaseModel):
    """Figures of one indicator, entered all or none. `reason` says why those that correct do so."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"figures": [EXAMPLE_FIGURE], "reason": None}]}
    )

    figures: Annotated[list[Given], Field(min_length=1, max_length=MOST_FIGURES)]
    reason: Reason | None = None


Level = Annotated[int, Field(ge=1, le=5)]


class Answered(BaseModel):
    """One person's two answers on a promise: 1 like, 2 expect, 3 neutral, 4 live with, 5 dislike."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"kept": 2, "not_kept": 5}]})

    kept: Level | None = None
    not_kept: Level | None = None


class AnswersSent(BaseModel):
    """One person's answers to a questionnaire, by the keys of its promises."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"language": "fr", "answers": {"bill": {"kept": 2, "not_kept": 5}}}]},
    )

    language: Annotated[str, Field(pattern="^(fr|en)$")] = "fr"
    answers: Annotated[dict[Annotated[str, Field(max_length=80)], Answered], Field(min_length=1, max_length=500)]


class AnswersTaken(BaseModel):
    """How many promises have both answers, and are counted."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"counted": 1}]})

    counted: int


class WrittenPeriod(BaseModel):
    """What one period received; `run` is null where nothing was new."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_WRITTEN]})

    indicator: str
    period: str
    run: int | None
    entered: int
    corrected: int
    same: int


class Written(BaseModel):
    """How many figures are new, correct another, or were there already."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"entered": 1, "corrected": 0, "same": 0, "periods": [EXAMPLE_WRITTEN]}]}
    )

    entered: int
    corrected: int
    same: int
    periods: list[WrittenPeriod]


class IndicatorLine(BaseModel):
    """One indicator: what it is called, how it is measured, and the numbers that a figure of it needs."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "key": "welcomed",
                    "commitment": "visit",
                    "title": {"fr": "Mesure welcomed", "en": "Measure welcomed"},
                    "kind": "share",
                    "period": "month",
                    "source": "push",
                    "takes_figures": True,
                    "numbers": ["numerator", "denominator"],
                    "has_channel": False,
                    "has_segment": False,
                }
            ]
        }
    )

    key: str
    commitment: str
    title: dict[str, str]
    kind: str
    period: str
    source: str | None
    takes_figures: bool
    numbers: list[str]
    has_channel: bool
    has_segment: bool


class Indicators(BaseModel):
    """The indicators of the charter in force."""

    indicators: list[IndicatorLine]


class Fault(BaseModel):
    """What is wrong in a sentence, in which field, and in which figure (counted from 1)."""

    code: str
    message: str
    field: str | None
    line: int | None


class Refusal(BaseModel):
    """The shape of every refusal."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": {
                        "code": "invalid",
                        "message": "The numerator 41 is above the denominator 40.",
                        "field": "numerator",
                        "line": 2,
                    }
                }
            ]
        }
    )

    error: Fault
