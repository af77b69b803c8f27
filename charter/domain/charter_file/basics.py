"""The smallest values of the charter file: keys, words, exact numbers, dates, times of day; how one is refused."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from charter.domain.errors import Sentence

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
