"""What people write more often than before, with the words around it; texts drawn to be read; what is pinned.

Counts of a unit with those beneath it. A text is shown where the actor may read of its unit, masked, without its unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypedDict

from charter.domain.frontline.expressions import DRAWN, ENOUGH
from charter.domain.frontline.texts import LEAST
from charter.domain.overview.model import Words, words
from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.permissions import Actor, may, require
from charter.domain.vocabulary.terms import Permission
from charter.models.frontline import WordPin, WordReading
from charter.services.charters.versions import Version, find_commitment, find_unit, history
from charter.services.frontline.word_counts import counts_of, readings_of
from charter.services.frontline.word_pins import pinned
from charter.services.frontline.word_shown import KeptText, Passage, kept_text, passage, texts_shown
from charter.services.frontline.word_texts import words_named
from charter.services.readings.current_figures import month_asked

IN_CONTEXT = 3
"""So many places of an expression are shown with the words around it."""


class ExpressionLine(TypedDict):
    """An expression: in how many texts this month, in the two months beside those before, and some of its places."""

    key: str
    shown: str
    now: int
    of: int
    count: int
    window_of: int
    earlier: int
    earlier_of: int
    months: int
    rises: bool
    passages: list[Passage]
    pinned: list[Pinned]


class Pinned(TypedDict):
    """The promise that an expression is pinned to."""

    key: str
    number: int
    title: Words
    by: str


class Free(TypedDict):
    """The free texts of one origin, of a month and unit. `read_at` None: not read yet. `is_erased`: their time is
    over."""

    key: str
    name: Words
    about: str | None
    read_at: str | None
    month: int
    window: int
    rising: list[ExpressionLine]
    drawn: list[KeptText]
    is_erased: bool


class WordsPage(TypedDict):
    """All free texts of a month and unit."""

    unit: str
    unit_name: str
    period: str
    free: list[Free]
    promises: list[dict[str, Any]]
    enough: int
    least: int
    drawn_at_most: int
    may_pin: bool
    may_read_again: bool
    may_erase: bool


def words_page(actor: Actor, now: datetime, *, unit: str | None = None, period: str | None = None) -> WordsPage:
    """What rises in each of the charter's free texts. Raises NotFound, NotAllowed, Invalid (period)."""
    version, unit_key, month = _asked(actor, now, unit, period)
    readings = readings_of(month, version.charter.words)
    pins = pinned(units=[unit_key]) if readings else []
    shown = {key: _shown(readings[key], unit_key, pins) for key in readings}
    return {
        "unit": unit_key,
        "unit_name": version.tree.by_key[unit_key].name,
        "period": month.key,
        "free": [_free(version, key, readings.get(key), unit_key, shown.get(key)) for key in version.charter.words],
        "promises": [
            {"number": number, "key": one.key, "title": words(one.title)}
            for number, one in enumerate(version.charter.commitments, 1)
        ],
        "enough": ENOUGH,
        "least": LEAST,
        "drawn_at_most": DRAWN,
        "may_pin": may(actor, Permission.PLAN_ACTION, unit_key),
        "may_read_again": may(actor, Permission.RUN_CHECK),
        "may_erase": may(actor, Permission.ERASE_TEXT, unit_key),
    }


class ExpressionPage(TypedDict):
    """The texts in which an expression stands, newest first."""

    unit: str
    unit_name: str
    period: str
    key: str
    name: Words
    line: ExpressionLine
    texts: list[KeptText]
    may_erase: bool


def expression_page(
    actor: Actor, now: datetime, *, key: str, expression: str, unit: str | None = None, period: str | None = None
) -> ExpressionPage:
    """The kept texts of an expression, whole. Raises NotFound, NotAllowed, Invalid (period)."""
    version, unit_key, month = _asked(actor, now, unit, period)
    found = words_named(version, key)
    row = readings_of(month, [key]).get(key)
    of_unit = counts_of(row, unit_key)
    line = next((one for one in (*of_unit["rising"], *of_unit["asked"]) if one["key"] == expression), None)
    if row is None or line is None:
        raise NotFound("This expression is not on the page any more: look at the page again.")
    texts = texts_shown(row, [place[0] for place in line["places"]])
    return {
        "unit": unit_key,
        "unit_name": version.tree.by_key[unit_key].name,
        "period": month.key,
        "key": key,
        "name": words(found.name),
        "line": _line(version, line, texts, [one for one in pinned(units=[unit_key]) if one.words_key == key]),
        "texts": [kept_text(row, nth, texts[nth], (start, end)) for nth, start, end in line["places"] if nth in texts],
        "may_erase": may(actor, Permission.ERASE_TEXT, unit_key),
    }


class Asked(NamedTuple):
    """The charter in force, and of which unit and month its texts are asked for."""

    version: Version
    unit: str
    month: Period


def _asked(actor: Actor, now: datetime, unit: str | None, period: str | None) -> Asked:
    found = history()
    version = found.current
    unit_key = find_unit(version, unit or actor.home)
    require(actor, Permission.READ_SURVEYS, unit_key)
    return Asked(version, unit_key, month_asked(found, period, now))


class _Shown(TypedDict):
    texts: dict[int, str]
    pins: list[WordPin]


def _shown(row: WordReading, unit: str, pins: Sequence[WordPin]) -> _Shown:
    """The texts that a page shows of a reading, and what is pinned of it."""
    of_unit = counts_of(row, unit)
    places = [place[0] for one in of_unit["rising"] for place in one["places"][: IN_CONTEXT * 2]]
    return {
        "texts": texts_shown(row, [*of_unit["drawn"], *places]),
        "pins": [one for one in pins if one.words_key == row.words_key],
    }


def _free(version: Version, key: str, row: WordReading | None, unit: str, shown: _Shown | None) -> Free:
    said = version.charter.words[key]
    of_unit = counts_of(row, unit)
    texts, pins = (shown["texts"], shown["pins"]) if shown is not None else ({}, [])
    return {
        "key": key,
        "name": words(said.name),
        "about": said.commitment,
        "read_at": row.at.isoformat() if row is not None else None,
        "month": of_unit["month"],
        "window": of_unit["window"],
        "rising": [_line(version, one, texts, pins) for one in of_unit["rising"]],
        "drawn": [kept_text(row, nth, texts[nth]) for nth in of_unit["drawn"] if row is not None and nth in texts],
        "is_erased": bool(of_unit["drawn"] or of_unit["rising"]) and not texts,
    }


def _line(
    version: Version, one: Mapping[str, Any], texts: Mapping[int, str], pins: Sequence[WordPin]
) -> ExpressionLine:
    places = [(nth, start, end) for nth, start, end in one["places"] if nth in texts]
    numbers = {commitment.key: number for number, commitment in enumerate(version.charter.commitments, 1)}
    pinned_here: list[Pinned] = [
        {
            "key": row.commitment_key,
            "number": numbers[row.commitment_key],
            "title": words(find_commitment(version, row.commitment_key)[1].title),
            "by": row.by,
        }
        for row in pins
        if row.expression == one["key"] and row.commitment_key in numbers
    ]
    return {
        "key": one["key"],
        "shown": one["shown"],
        "now": one["now"],
        "of": one["of"],
        "count": one["count"],
        "window_of": one["window_of"],
        "earlier": one["earlier"],
        "earlier_of": one["earlier_of"],
        "months": one["months"],
        "rises": one["rises"],
        "passages": [passage(texts[nth], (start, end)) for nth, start, end in places[:IN_CONTEXT]],
        "pinned": pinned_here,
    }
