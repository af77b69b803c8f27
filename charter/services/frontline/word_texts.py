"""Where free texts come from: rows of a source, masked as they are read; or what was told to Promesse and accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from charter.domain.charter_file.evidence import FreeTexts
from charter.domain.charter_file.indicators import Count
from charter.domain.frontline.observations import OF_STAFF, ObservationKind, ObservationState, subject_of
from charter.domain.frontline.signals import MOST_MONTHS, WINDOW
from charter.domain.frontline.texts import Text
from charter.domain.vocabulary.errors import Invalid, NotFound
from charter.domain.vocabulary.periods import Period, parse_period, periods_back
from charter.domain.vocabulary.privacy import without_personal
from charter.domain.vocabulary.terms import Kind, PeriodKind
from charter.models.frontline import Observation
from charter.services.charters.versions import Version
from charter.services.checks.measuring import Measuring
from charter.services.frontline.observations import lines
from charter.services.records.access import Access

TOLD_AT_MOST = 100_000


def words_named(version: Version, key: str) -> FreeTexts:
    """Raises NotFound."""
    if key not in version.charter.words:
        raise NotFound("The charter names no free texts %(key)s.", key=key)
    return version.charter.words[key]


def month_named(period: str) -> Period:
    """Raises Invalid for what is no month."""
    found = parse_period(period)
    if found.kind is not PeriodKind.MONTH:
        raise Invalid("%(period)s is no month.", "period", period=period)
    return found


def words_of(version: Version) -> frozenset[str]:
    """The words of the charter in small letters: its promises, its units, its own name. None of them is a person's."""
    charter = version.charter
    said = [charter.charter.organisation, *charter.charter.chain, *(unit.name for unit in version.tree.by_key.values())]
    said += [text for one in charter.commitments for text in (*_both(one.title), *_both(one.promise))]
    said += _both(charter.charter.title)
    return frozenset(word for text in said for word in re.findall(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*", text.casefold()))


def _both(text: Any) -> list[str]:
    return [said for said in (text.fr, text.en) if said]


def left_out_of(words: FreeTexts) -> frozenset[str]:
    """Words that the charter says are never counted, in small letters."""
    return frozenset(word.casefold() for word in words.leave_out)


def texts_until(version: Version, words: FreeTexts, month: Period, now: datetime, access: Access) -> Iterator[Text]:
    """The texts of a month and of those before it that it is held against, masked. Raises SourceError."""
    if words.told_by is not None:
        yield from _told(version, words.told_by, month)
        return
    known = words_of(version) - left_out_of(words)
    months = list(reversed(periods_back(month, MOST_MONTHS + WINDOW)))
    for row in _rows(version, words, months, now, access):
        masked = without_personal(str(row["channel"]), strictly=True, known=known)
        unit = row["unit"] if row["unit"] in version.tree else version.tree.root.key
        yield Text(masked, months[int(row["period"])].key, unit)


def _rows(
    version: Version, words: FreeTexts, months: list[Period], now: datetime, access: Access
) -> Sequence[Mapping[str, Any]]:
    from charter.sources.cells.context import setting_of  # noqa: PLC0415 heavy
    from charter.sources.counting.sample_rows import texts_of as rows_of  # noqa: PLC0415 heavy

    counted = Count.model_validate(
        {
            "key": "words",
            "title": words.name,
            "kind": Kind.COUNT,
            "source": words.source,
            "date": words.date,
            "unit": words.unit,
            "channel": words.text,
            "where": words.where,
        }
    )
    with Measuring(access, every_column=True) as measuring:
        opened = measuring.opened(version, words.source)
        found = rows_of(counted, opened.table, months, now, setting_of(version.charter))
        opened.refuse_changed()
        return found


def _told(version: Version, by: str, month: Period) -> Iterator[Text]:
    """What staff or customers told Promesse, once a person has read and accepted it."""
    kinds = [one.value for one in OF_STAFF if one is not ObservationKind.THANKS]
    kinds = kinds if by == "staff" else [ObservationKind.WHY.value]
    months = [one.key for one in periods_back(month, MOST_MONTHS + WINDOW)]
    wanted = [Observation.kind.in_(kinds), Observation.month.in_(months)]
    for one in reversed(lines(wanted, limit=TOLD_AT_MOST)):
        line = one.line
        if line["state"] == ObservationState.ACCEPTED and line["text"]:
            unit = line["unit"] if line["unit"] in version.tree else version.tree.root.key
            yield Text(told_words(line["text"]), line["month"], unit, subject_of(line["number"]))


def told_words(text: str) -> str:
    """A text told to Promesse as it is counted and shown among free texts."""
    return without_personal(text)
