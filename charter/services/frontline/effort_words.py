"""The words of customers who found it hard: read from their source when somebody asks, never kept with the figures.

Masked before anything leaves the process that read them; kept on disk as long as a file that was sent, then gone. They
are read by who reads what customers and staff write: a mask finds addresses and numbers, not every name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import TypedDict

from charter.domain.charter_file.entered_sources import is_entered
from charter.domain.charter_file.indicators import Effort
from charter.domain.surveys.privacy import LEAST_SHOWN
from charter.domain.vocabulary.errors import Conflict
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.privacy import without_personal
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import Version, find_indicator, find_unit, history
from charter.services.checks.measuring import Measuring
from charter.services.jobs.sendings import keep_a_while, kept_a_while
from charter.services.records.access import Access

SHOWN = 10
LONGEST = 600


class Asked(TypedDict):
    """Whose words are read: of which indicator of effort, in which unit and period."""

    indicator: str
    unit: str
    period: str


class WordsRead(TypedDict):
    """How many wrote something, and under which mark what is shown of it lies; None where too few wrote."""

    count: int
    enough: int
    mark: str | None


def may_read_words(actor: Actor, asked: Mapping[str, str]) -> Effort:
    """The indicator, for who reads what is written in the unit. Raises NotAllowed, NotFound, Conflict (no words)."""
    version = _version(asked["period"])
    require(actor, Permission.MODERATE_OBSERVATION, find_unit(version, asked["unit"]))
    _, indicator = find_indicator(version, asked["indicator"])
    if not isinstance(indicator, Effort) or indicator.words is None or is_entered(version.charter, indicator):
        raise Conflict("No words are stored with the answers of this indicator.")
    return indicator


def read_words(actor: Actor, now: datetime, asked: Mapping[str, str], access: Access) -> WordsRead:
    """Some of what customers wrote beside hard answers, drawn at random; nothing where fewer than five wrote.

    Raises what `may_read_words` does, and SourceError.
    """
    indicator = may_read_words(actor, asked)
    version, period = _version(asked["period"]), parse_period(asked["period"])
    is_whole = asked["unit"] == version.tree.root.key
    units = None if is_whole else version.tree.under(asked["unit"])
    texts = _texts(version, indicator, period, now, units, access)
    if len(texts) < LEAST_SHOWN:
        return {"count": 0, "enough": LEAST_SHOWN, "mark": None}
    drawn = Random("|".join(asked.values())).sample(texts, min(SHOWN, len(texts)))
    shown = [without_personal(text)[:LONGEST] for text in drawn]
    return {"count": len(texts), "enough": LEAST_SHOWN, "mark": keep_a_while({"texts": shown}, access)}


def _texts(
    version: Version, indicator: Effort, period: Period, now: datetime, units: Collection[str] | None, access: Access
) -> list[str]:
    from charter.sources.cells.context import setting_of  # noqa: PLC0415 heavy
    from charter.sources.counting.sample_rows import words_of_hard  # noqa: PLC0415 heavy

    setting = setting_of(version.charter)
    with Measuring(access) as measuring:

        def read() -> list[str]:
            rows = measuring.opened(version, indicator.source).rows
            return words_of_hard(indicator, rows, period, now, setting, units=units)

        return measuring.apart(read)


def words_read(actor: Actor, asked: Mapping[str, str], mark: str, access: Access) -> Sequence[str] | None:
    """What is shown of them; None once it is gone. Raises what `may_read_words` does."""
    may_read_words(actor, asked)
    found = kept_a_while(mark, access)
    return None if found is None else list(found["texts"])


def _version(period: str) -> Version:
    return history().on(parse_period(period).start)
