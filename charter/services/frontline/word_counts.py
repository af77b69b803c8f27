"""What a reading of free texts counted: what rises in a unit, and how many write what is pinned to a promise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from sqlalchemy import func, select

from charter.domain.frontline.observations import RisingWords
from charter.domain.frontline.texts import LEAST
from charter.domain.overview.model import Words, words
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.permissions import Actor, may
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.frontline import WordReading
from charter.services.charters.versions import Version
from charter.services.frontline.word_pins import RIGHTS_TO_PIN, pinned


def readings_of(month: Period, keys: Iterable[str]) -> dict[str, WordReading]:
    """The newest reading of each; one statement."""
    wanted = list(keys)
    if not wanted:
        return {}
    newest = (
        select(func.max(WordReading.id))
        .where(WordReading.period_key == month.key, WordReading.words_key.in_(wanted))
        .group_by(WordReading.words_key)
    )
    rows = db.session.execute(select(WordReading).where(WordReading.id.in_(newest))).scalars()
    return {row.words_key: row for row in rows}


NOTHING: Mapping[str, Any] = {"month": 0, "window": 0, "drawn": [], "rising": [], "asked": []}


def counts_of(row: WordReading | None, unit: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = NOTHING if row is None else row.document["units"].get(unit, NOTHING)
    return found


def rising_short(version: Version, month: Period, units: Iterable[str]) -> dict[str, list[RisingWords]]:
    """By unit what rises, for one line of the desk or of the report. One statement; none without free texts."""
    readings = readings_of(month, version.charter.words)
    found: dict[str, list[RisingWords]] = {}
    for unit in units:
        for key, row in readings.items():
            written = [one["shown"] for one in counts_of(row, unit)["rising"]]
            if written:
                short: RisingWords = {"key": key, "name": words(version.charter.words[key].name), "written": written}
                found.setdefault(unit, []).append(short)
    return found


class PinnedLine(TypedDict):
    """An expression that is pinned to a promise: this month in how many texts; None: not counted, or fewer than
    five."""

    words_key: str
    expression: str
    written: str
    name: Words
    now: int | None
    of: int | None
    is_few: bool
    unit: str
    may_read: bool
    may_unpin: bool


def pinned_to(actor: Actor, version: Version, month: Period, unit: str, commitment: str) -> list[PinnedLine]:
    """The expressions pinned to a promise for a unit or one above it, with their count in the unit this month."""
    if not version.charter.words or unit not in version.tree:
        return []
    pins = [one for one in pinned(commitment, version.tree.path(unit)) if one.words_key in version.charter.words]
    readings = readings_of(month, {one.words_key for one in pins}) if pins else {}
    found: list[PinnedLine] = []
    for one in pins:
        of_unit = counts_of(readings.get(one.words_key), unit)
        lines_ = (*of_unit["asked"], *of_unit["rising"])
        line = next((each for each in lines_ if each["key"] == one.expression), None)
        is_read = one.words_key in readings and bool(of_unit["month"])
        count = line["now"] if line is not None else 0
        found.append(
            {
                "words_key": one.words_key,
                "expression": one.expression,
                "written": one.written,
                "name": words(version.charter.words[one.words_key].name),
                "now": count if is_read and count >= LEAST else None,
                "of": line["of"] if line is not None and is_read else None,
                "is_few": is_read and count < LEAST,
                "unit": one.unit_key,
                "may_read": may(actor, Permission.READ_SURVEYS, unit),
                "may_unpin": all(may(actor, right, one.unit_key) for right in RIGHTS_TO_PIN),
            }
        )
    return found
