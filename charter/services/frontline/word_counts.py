"""What a reading of free texts counted, and what rises in a unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, func, select

from charter.domain.frontline.observations import RisingWords
from charter.domain.overview.model import words
from charter.domain.vocabulary.periods import Period
from charter.models.base import db
from charter.models.frontline import WordReading
from charter.services.charters.versions import Version


def readings_of(month: Period, keys: Iterable[str]) -> dict[str, WordReading]:
    """The newest reading of each; one statement."""
    wanted = list(keys)
    if not wanted:
        return {}
    query = select(WordReading).where(WordReading.id.in_(newest_of(month)), WordReading.words_key.in_(wanted))
    return {row.words_key: row for row in db.session.execute(query).scalars()}


def newest_of(month: Period) -> Select[int]:
    """The numbers of the newest readings of a month, of each origin one."""
    return select(func.max(WordReading.id)).where(WordReading.period_key == month.key).group_by(WordReading.words_key)


NOTHING: Mapping[str, Any] = {"month": 0, "window": 0, "drawn": [], "rising": [], "asked": []}


def counts_of(row: WordReading | None, unit: str) -> Mapping[str, Any]:
    """What a reading says of a unit; nothing where there is none."""
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
