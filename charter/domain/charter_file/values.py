"""Small values of the charter file: texts in two languages, delays, conditions on rows.

The smallest values of the charter file: keys, words, exact numbers, dates, times of day; how one is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    StrictBool,
    StrictInt,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError

from charter.domain.vocabulary.errors import Sentence

KEY_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
MAX_DIGITS = 15


def refuse(message: Sentence, remedy: Sentence | None = None) -> PydanticCustomError:
    """A refusal in our own words; the reader of the file places it on its line."""
    return PydanticCustomError("refused", "{message}", {"message": message, "remedy": remedy})


Key = Annotated[str, Field(pattern=KEY_PATTERN, max_length=80)]
"""The lasting name of a thing in the charter: letters, digits, dot, dash, underscore."""

Number = Annotated[
    Decimal,
    Field(max_digits=MAX_DIGITS),
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number"}, mode="validation"),
]
"""An exact number of at most 15 digits, so that it survives JSON."""

Words = Annotated[str, Field(min_length=1, max_length=4000)]
WholeNumber = Annotated[int, Field(strict=True)]


def _day(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            said = Sentence("%(value)s is not a day of the calendar", value=value)
            raise refuse(said, Sentence("write year-month-day")) from None
    said = Sentence("%(value)s is not a date", value=shown(value))
    raise refuse(said, Sentence("write year-month-day, like 2026-01-31"))


Day = Annotated[date, BeforeValidator(_day)]
"""A local date, written year-month-day."""


def _year_month(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


YEAR_MONTH_PATTERN = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
YearMonth = Annotated[
    str,
    BeforeValidator(_year_month),
    Field(pattern=YEAR_MONTH_PATTERN),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": YEAR_MONTH_PATTERN}, {"type": "integer"}]}),
]
"""A year, a month or a day: as much of a date as is known."""


def shown(value: Any) -> str | Sentence:
    """A value as it is echoed in a sentence."""
    if value is None:
        return Sentence("an empty value")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        return Sentence("a list") if isinstance(value, list) else Sentence("a group of keys")
    text = str(value)
    text = text if len(text) <= 40 else f"{text[:39]}…"
    return Sentence("'%(text)s'", text=text) if isinstance(value, str) else text


class Strict(BaseModel):
    """Unknown keys are refused; values do not change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _clock(value: Any) -> Any:
    return value.strftime("%H:%M") if isinstance(value, time) else value


def _hhmm(value: str) -> str:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        said = Sentence("%(value)s is not a time of day", value=shown(value))
        raise refuse(said, Sentence('write hours and minutes, like "06:00"'))
    return value


ClockTime = Annotated[
    str,
    BeforeValidator(_clock),
    AfterValidator(_hhmm),
    WithJsonSchema({"type": "string", "pattern": r"^[0-2][0-9]:[0-5][0-9]$"}),
]


DELAY_PATTERN = r"^\s*[0-9]{1,6}\s+(second|minute|hour|working minute|working hour|working day|day|week|month)s?\s*$"
DELAY_REMEDY = Sentence(
    "write a whole number and a unit, like '10 working days' (seconds, minutes, hours, days, weeks, months, working "
    "minutes, working hours, working days)"
)
LIMIT_REMEDY = Sentence("write a number without quotes, or a date like 2026-01-31")


class Text(Strict):
    """Words for people, in French and English; at least one of them. A plain string stands for both."""

    fr: Words | None = None
    en: Words | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"fr": value, "en": value}
        if isinstance(value, (dict, Text)):
            return value
        said = Sentence("%(value)s is written where words are expected", value=shown(value))
        raise refuse(said, Sentence("write the words, or {fr: …, en: …}"))

    @model_validator(mode="after")
    def _some(self) -> Text:
        if not (self.fr or self.en):
            raise refuse(Sentence("the words are missing"), Sentence("write them in fr, in en, or in both"))
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        both = {"type": "string", "minLength": 1}
        properties = {name: both | {"description": said} for name, said in (("fr", "In French"), ("en", "In English"))}
        group = {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}
        return {
            "title": "Text",
            "description": "Words for people: {fr: …, en: …}, or one text for both.",
            "anyOf": [both, group],
        }

    def in_language(self, language: str) -> str:
        """The words in that language, else in the other."""
        first, second = (self.fr, self.en) if language == "fr" else (self.en, self.fr)
        return first or second or ""


class Delay(Strict):
    """`N seconds|minutes|hours|days|weeks|months`, or `N working minutes|working hours|working days`."""

    count: Annotated[WholeNumber, Field(ge=0, le=100_000)]
    unit: Literal[
        "seconds", "minutes", "hours", "working minutes", "working hours", "days", "weeks", "working days", "months"
    ]

    @model_validator(mode="before")
    @classmethod
    def _written(cls, value: Any) -> Any:
        if isinstance(value, (dict, Delay)):
            return value
        found = re.fullmatch(DELAY_PATTERN, value, re.ASCII) if isinstance(value, str) else None
        if found is None:
            raise refuse(Sentence("%(value)s is not a delay", value=shown(value)), DELAY_REMEDY)
        count, unit = value.split(maxsplit=1)
        return {"count": int(count), "unit": f"{' '.join(unit.split()).removesuffix('s')}s"}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {
            "type": "string",
            "pattern": DELAY_PATTERN,
            "title": "Delay",
            "examples": ["10 working days", "3 minutes"],
        }

    @property
    def is_elapsed(self) -> bool:
        """Seconds, minutes and hours elapse; days and months are counted on local dates."""
        return self.unit in ("seconds", "minutes", "hours")

    @property
    def is_in_hours(self) -> bool:
        """Working hours and minutes: time inside opening hours."""
        return self.unit in ("working minutes", "working hours")

    @property
    def is_by_day(self) -> bool:
        """Counted on local dates: days, weeks, working days and months; the others on instants."""
        return not (self.is_elapsed or self.is_in_hours)

    @property
    def sentence(self) -> Sentence:
        """The delay as a part of a sentence; its English is that of the file."""
        return _ONE[self.unit] if self.count == 1 else _MANY[self.unit](self.count)

    def __str__(self) -> str:
        return f"{self.count} {self.unit if self.count != 1 else self.unit[:-1]}"


_ONE: Mapping[str, Sentence] = {
    "seconds": Sentence("1 second"),
    "minutes": Sentence("1 minute"),
    "hours": Sentence("1 hour"),
    "days": Sentence("1 day"),
    "working minutes": Sentence("1 working minute"),
    "working hours": Sentence("1 working hour"),
    "weeks": Sentence("1 week"),
    "working days": Sentence("1 working day"),
    "months": Sentence("1 month"),
}
_MANY: Mapping[str, Callable[[int], Sentence]] = {
    "seconds": lambda count: Sentence("%(count)s seconds", count=count),
    "minutes": lambda count: Sentence("%(count)s minutes", count=count),
    "hours": lambda count: Sentence("%(count)s hours", count=count),
    "days": lambda count: Sentence("%(count)s days", count=count),
    "working minutes": lambda count: Sentence("%(count)s working minutes", count=count),
    "working hours": lambda count: Sentence("%(count)s working hours", count=count),
    "weeks": lambda count: Sentence("%(count)s weeks", count=count),
    "working days": lambda count: Sentence("%(count)s working days", count=count),
    "months": lambda count: Sentence("%(count)s months", count=count),
}

DelayField = Annotated[Delay, PlainSerializer(str, return_type=str, when_used="json")]


def _scalar(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if value is None:
        remedy = Sentence("write {missing: true} for rows without a value")
        raise refuse(Sentence("an empty value is not a condition"), remedy)
    if not isinstance(value, (bool, int, float, Decimal, str)):
        said = Sentence("%(value)s is written where one value is expected", value=shown(value))
        raise refuse(said, Sentence("write one value, or a list of values"))
    if isinstance(value, Decimal) and len(value.as_tuple().digits) + abs(int(value.as_tuple().exponent)) > MAX_DIGITS:
        remedy = Sentence("put it in quotes if it is a name")
        raise refuse(Sentence("the number has more than 15 digits"), remedy)
    return value


Scalar = Annotated[StrictBool | StrictInt | Number | str, BeforeValidator(_scalar)]
"""One value in a condition. Dates are written as ISO text."""

Scalars = Annotated[list[Scalar], Field(min_length=1)]


def _bound(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
        remedy = Sentence("write a number, or a date like 2026-01-31")
        raise refuse(Sentence("%(value)s is not a limit", value=shown(value)), remedy)
    if isinstance(value, str) and not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise refuse(Sentence("%(value)s is not a limit", value=shown(value)), LIMIT_REMEDY)
    return value


Bound = Annotated[Number | str, BeforeValidator(_bound)]


def _form(value: Any) -> str:
    """How a value that may take several forms is written: one value, a list, or a group of keys."""
    return "<list>" if isinstance(value, list) else "<keys>" if isinstance(value, (dict, BaseModel)) else "<one>"


by_form = Discriminator(_form)
"""Chooses the branch by how the value is written, so that one mistake makes one finding."""


def _one_or_many(value: Any) -> str:
    return "<list>" if isinstance(value, list) else "<one>"


OneOrMany = Annotated[Annotated[Scalar, Tag("<one>")] | Annotated[Scalars, Tag("<list>")], Discriminator(_one_or_many)]


class Test(Strict):
    """A condition on one column that is more than equality."""

    not_: OneOrMany | None = Field(default=None, alias="not")
    at_least: Bound | None = None
    at_most: Bound | None = None
    missing: StrictBool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Test:
        if all(getattr(self, name) is None for name in ("not_", "at_least", "at_most", "missing")):
            remedy = Sentence("write not, at_least, at_most or missing")
            raise refuse(Sentence("the condition says nothing"), remedy)
        return self


Condition = Annotated[
    dict[
        str,
        Annotated[
            Annotated[Scalar, Tag("<one>")] | Annotated[Scalars, Tag("<list>")] | Annotated[Test, Tag("<keys>")],
            by_form,
        ],
    ],
    Field(min_length=1),
]
"""Column -> value (equality), list (one of) or Test; all the columns must hold."""


class CaseWords(Strict):
    """The word for what is counted: a flight, flights."""

    one: Text
    many: Text


class UnitsOfKind(Strict):
    """All units of one kind."""

    kind: Words


UnitKeys = Annotated[list[Annotated[str, Field(min_length=1, max_length=120)]], Field(min_length=1)]
UnitsHeld = Annotated[
    Annotated[Literal["whole"], Tag("<one>")]
    | Annotated[UnitKeys, Tag("<list>")]
    | Annotated[UnitsOfKind, Tag("<keys>")],
    by_form,
]
