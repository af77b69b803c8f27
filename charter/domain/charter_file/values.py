"""Small values of the charter file: texts in two languages, delays, conditions on rows."""

from __future__ import annotations

import re
from datetime import time
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictBool,
    StrictInt,
    model_validator,
)

Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)]
"""The lasting name of a thing in the charter: letters, digits, dot, dash, underscore."""

Number = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
Words = Annotated[str, Field(min_length=1, max_length=4000)]


class Strict(BaseModel):
    """Unknown keys are refused; values do not change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Text(Strict):
    """Words for people, in French and English; at least one of them. A plain string stands for both."""

    fr: Words | None = None
    en: Words | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"fr": value, "en": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _some(self) -> Text:
        if not (self.fr or self.en):
            raise ValueError("write the words in fr, in en, or in both")
        return self

    def in_language(self, language: str) -> str:
        """The words in that language, else in the other."""
        first, second = (self.fr, self.en) if language == "fr" else (self.en, self.fr)
        return first or second or ""


class Delay(Strict):
    """`N seconds|minutes|hours|days|working days|months`."""

    count: Annotated[int, Field(ge=0, le=100_000)]
    unit: Literal["seconds", "minutes", "hours", "days", "working days", "months"]

    @model_validator(mode="before")
    @classmethod
    def _written(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found = re.fullmatch(r"\s*(\d{1,6})\s+(second|minute|hour|working day|day|month)s?\s*", value)
        if found is None:
            raise ValueError("write a whole number and a unit, like '10 working days' (seconds, minutes, hours, days, working days, months)")
        return {"count": int(found[1]), "unit": f"{found[2]}s"}

    @property
    def is_elapsed(self) -> bool:
        """Seconds, minutes and hours elapse; days and months are counted on local dates."""
        return self.unit in ("seconds", "minutes", "hours")

    def __str__(self) -> str:
        return f"{self.count} {self.unit if self.count != 1 else self.unit[:-1]}"


def _as_delay(value: Any) -> Any:
    return value if isinstance(value, Delay) else Delay.model_validate(value)


DelayField = Annotated[
    Delay, BeforeValidator(_as_delay), PlainSerializer(str, return_type=str, when_used="json")
]


def _clock(value: Any) -> Any:
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value


def _hhmm(value: str) -> str:
    time.fromisoformat(value)
    return value


ClockTime = Annotated[str, BeforeValidator(_clock), Field(pattern=r"^\d\d:\d\d$"), AfterValidator(_hhmm)]

Scalar = StrictBool | StrictInt | Number | str
"""One value in a condition. Dates are written as ISO text."""


class Test(Strict):
    """A condition on one column that is more than equality."""

    not_: Scalar | list[Scalar] | None = Field(default=None, alias="not")
    at_least: Number | str | None = None
    at_most: Number | str | None = None
    missing: StrictBool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Test:
        if not self.model_fields_set:
            raise ValueError("write not, at_least, at_most or missing")
        return self


Condition = Annotated[dict[str, Scalar | list[Scalar] | Test], Field(min_length=1)]
"""Column -> value (equality), list (one of) or Test; all the columns must hold."""
