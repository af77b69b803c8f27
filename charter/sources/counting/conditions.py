"""Conditions of the charter file (`where`, `exclude`, `success`) as tests on rows; never null, so they negate.

And what a missed case owes by the first condition that it meets.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from charter.domain.charter_file.evidence import Owed
from charter.domain.charter_file.values import Test
from charter.domain.file_profile.columns import FALSE, PLACEHOLDERS, TRUE
from charter.domain.vocabulary.errors import SourceError
from charter.sources.cells.columns import Reader
from charter.sources.cells.local_time import day_number, microseconds

_LENGTH_OF_DAY = len("2026-01-31")


def meets(reader: Reader, condition: Mapping[str, Any] | None) -> Any:
    """Whether a row meets a condition on all its columns; always, when there is none.

    A missing value equals nothing and lies within no bounds; it is not x, so `{not: x}` holds for it.
    """
    if not condition:
        return ibis.literal(True)
    return reduce(operator.and_, [_holds(reader, name, wanted) for name, wanted in condition.items()])


def is_unanswered(reader: Reader, condition: Mapping[str, Any]) -> Any:
    """Whether one of the answers that a condition asks for is not given: empty, a word like NA that is none of those
    asked for, or nothing that can be compared with them."""
    return reduce(operator.or_, [_is_silent(reader, name, wanted) for name, wanted in condition.items()])


def _is_silent(reader: Reader, name: str, wanted: Any) -> Any:
    compared, text = _compared(wanted), reader.text(name)
    silent = text.isnull()
    if reader.writing.missing is None:
        silent = silent | text.strip().isin([word for word in PLACEHOLDERS if word not in compared]).fill_null(False)
    if compared and all(_is_number(value) for value in compared):
        return silent | reader.amount(name).unreadable.fill_null(False)
    if isinstance(wanted, Test) and any(isinstance(each, str) for each in (wanted.at_least, wanted.at_most)):
        return silent | reader.moment(name).unreadable.fill_null(False)
    if compared and all(isinstance(value, bool) for value in compared):
        return silent | ~text.strip().lower().isin([*TRUE, *FALSE]).fill_null(False)
    return silent


def uses_of(condition: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    """The columns a condition reads as a "number" (all its values are), or as a "date" (it has bounds of dates)."""
    for name, wanted in (condition or {}).items():
        compared = _compared(wanted)
        if compared and all(_is_number(value) for value in compared):
            yield name, "number"
        elif isinstance(wanted, Test) and any(isinstance(each, str) for each in (wanted.at_least, wanted.at_most)):
            yield name, "date"
        elif isinstance(wanted, Test) and (wanted.missing is not None or "not_" in wanted.model_fields_set):
            yield name, "missing"
        else:
            yield name, "text"


def _compared(wanted: Any) -> list[Any]:
    if isinstance(wanted, Test):
        values = [wanted.at_least, wanted.at_most, *_listed(wanted.not_)]
        return [value for value in values if value is not None]
    return _listed(wanted)


def _holds(reader: Reader, name: str, wanted: Any) -> Any:
    if not isinstance(wanted, Test):
        return _is_one_of(reader, name, _listed(wanted))
    tests = []
    if "not_" in wanted.model_fields_set:
        denied = reader.present(name) if wanted.not_ is None else ~_is_one_of(reader, name, _listed(wanted.not_))
        tests.append(denied)
    if wanted.at_least is not None:
        tests.append(_bounded(reader, name, wanted.at_least, operator.ge))
    if wanted.at_most is not None:
        tests.append(_bounded(reader, name, wanted.at_most, operator.le))
    if wanted.missing is not None:
        tests.append(~reader.present(name) if wanted.missing else reader.present(name))
    return reduce(operator.and_, tests)


def _is_one_of(reader: Reader, name: str, values: list[Any]) -> Any:
    texts = [value for value in values if isinstance(value, str)]
    truths = [text for value in values if isinstance(value, bool) for text in (TRUE if value else FALSE)]
    numbers = [value for value in values if _is_number(value)]
    tests = []
    if texts:
        tests.append(reader.text(name).isin(texts))
    if truths:
        tests.append(reader.text(name).strip().lower().isin(truths))
    tests.extend(_compare(reader, name, number, operator.eq) for number in numbers)
    return reduce(operator.or_, tests).fill_null(False)


def _bounded(reader: Reader, name: str, bound: Any, compare: Callable[[Any, Any], Any]) -> Any:
    if _is_number(bound):
        return _compare(reader, name, bound, compare).fill_null(False)
    moment = reader.moment(name)
    if len(bound) == _LENGTH_OF_DAY:
        # A bound that is a day holds for the whole of that local day.
        return compare(moment.day, day_number(_iso(bound).date())).fill_null(False)
    instant = _iso(bound)
    local = instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(reader.local.zone))
    return compare(moment.utc, microseconds(local.astimezone(UTC))).fill_null(False)


def _iso(bound: str) -> datetime:
    try:
        return datetime.fromisoformat(bound)
    except ValueError as error:
        raise SourceError("“%(bound)s” is not a date like 2026-01-31: fix the condition.", bound=bound) from error


def _compare(reader: Reader, name: str, number: Any, compare: Callable[[Any, Any], Any]) -> Any:
    amount = reader.amount(name)
    if isinstance(number, Decimal) and number == number.to_integral_value():
        number = int(number)
    literal = ibis.literal(number)
    if not amount.digits.exact:
        return compare(amount.value, literal.cast("float64"))
    return compare(amount.value, literal)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


CENTS, OWED, STILL_OPEN = "owed_cents", "owed_cases", "owed_open"


def owed_by(measure: Any, rows: Any) -> dict[str, Any]:
    """What is added up of missed cases: cents, how many owe anything, and how many of these are open and go on owing.

    Nothing where nothing is owed by the case. Dates of an amount are those on which a case begins.
    """
    missed = measure.missed(rows) if measure.owing else None
    if missed is None:
        return {}
    tests = [missed & _holds_for(one, rows, rows[measure.name(f"owes{at}")]) for at, one in enumerate(measure.owing)]
    cents = [_cents(one.amount) + _further(one, measure, rows, missed) for one in measure.owing]
    owes = reduce(operator.or_, tests).ifelse(1, 0)
    return {
        CENTS: ibis.cases(*zip(tests, cents, strict=True), else_=0).cast("int64"),
        OWED: owes,
        STILL_OPEN: measure.still_open(rows).ifelse(owes, 0),
    }


def _holds_for(one: Owed, rows: Any, met: Any) -> Any:
    for bound, compare in ((one.from_, operator.ge), (one.until, operator.le)):
        if bound is not None:
            met = met & compare(rows["day"], day_number(bound)).fill_null(False)
    return met


def _further(one: Owed, measure: Any, rows: Any, missed: Any) -> Any:
    if one.further is None:
        return ibis.literal(0, type="int64")
    over, length = measure.beyond(rows, missed, one.further.every)
    return ((over - over % length) / length).cast("int64") * _cents(one.further.amount)


def _cents(amount: Decimal) -> int:
    return int(amount * 100)


def owed_counts(judged: int, sums: Mapping[str, Any]) -> dict[str, int]:
    """What was added up, with of how many judged cases; nothing where nothing was asked."""
    if CENTS not in sums:
        return {}
    names = {"cents": CENTS, "cases": OWED, "open": STILL_OPEN}
    return {"of": judged} | {name: int(sums[part] or 0) for name, part in names.items()}
