"""Small values of the charter file: texts in two languages, delays, conditions on rows."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    StrictBool,
    StrictInt,
    Tag,
    model_validator,
)
from pydantic_core import CoreSchema

from charter.domain.charter_file.basics import MAX_DIGITS, Number, Strict, WholeNumber, Words, refuse, shown

DELAY_PATTERN = r"^\s*[0-9]{1,6}\s+(second|minute|hour|working day|day|month)s?\s*$"
DELAY_REMEDY = (
    "write a whole number and a unit, like '10 working days' (seconds, minutes, hours, days, working days, months)"
)


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
        raise refuse(f"{shown(value)} stands where words are expected", "write the words, or {fr: …, en: …}")

    @model_validator(mode="after")
    def _some(self) -> Text:
        if not (self.fr or self.en):
            raise refuse("the words are missing", "write them in fr, in en, or in both")
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
    """`N seconds|minutes|hours|days|working days|months`."""

    count: Annotated[WholeNumber, Field(ge=0, le=100_000)]
    unit: Literal["seconds", "minutes", "hours", "days", "working days", "months"]

    @model_validator(mode="before")
    @classmethod
    def _written(cls, value: Any) -> Any:
        if isinstance(value, (dict, Delay)):
            return value
        found = re.fullmatch(DELAY_PATTERN, value, re.ASCII) if isinstance(value, str) else None
        if found is None:
            raise refuse(f"{shown(value)} is not a delay", DELAY_REMEDY)
        count, unit = value.split(maxsplit=1)
        return {"count": int(count), "unit": f"{unit.strip().removesuffix('s')}s"}

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

    def __str__(self) -> str:
        return f"{self.count} {self.unit if self.count != 1 else self.unit[:-1]}"


DelayField = Annotated[Delay, PlainSerializer(str, return_type=str, when_used="json")]


def _scalar(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if value is None:
        raise refuse("an empty value is not a condition", "write {missing: true} for rows without a value")
    if not isinstance(value, (bool, int, float, Decimal, str)):
        raise refuse(f"{shown(value)} stands where one value is expected", "write one value, or a list of values")
    if isinstance(value, Decimal) and len(value.as_tuple().digits) + abs(int(value.as_tuple().exponent)) > MAX_DIGITS:
        raise refuse("the number has more than 15 digits", "put it in quotes if it is a name")
    return value


Scalar = Annotated[StrictBool | StrictInt | Number | str, BeforeValidator(_scalar)]
"""One value in a condition. Dates are written as ISO text."""

Scalars = Annotated[list[Scalar], Field(min_length=1)]


def _bound(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
        raise refuse(f"{shown(value)} is not a limit", "write a number, or a date like 2026-01-31")
    if isinstance(value, str) and not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise refuse(f"{shown(value)} is not a limit", "write a number without quotes, or a date like 2026-01-31")
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
            raise refuse("the condition says nothing", "write not, at_least, at_most or missing")
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
