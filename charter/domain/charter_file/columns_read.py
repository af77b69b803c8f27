"""The columns that a charter reads: of each indicator, where it names one, and of which source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from charter.domain.charter_file.calendars.pauses import Waits
from charter.domain.charter_file.charter import Charter, Commitment, owing_indicator
from charter.domain.charter_file.entered_sources import is_entered
from charter.domain.charter_file.findings import Path
from charter.domain.charter_file.indicators import FILE, Indicator, IndicatorBase, Rate, Sum
from charter.domain.charter_file.kinds.rate import Volume, VolumeRows
from charter.domain.charter_file.sources import Events

_COLUMNS = ("start", "stop", "paused", "date", "value", "words", "up", "total", "unit", "channel", "segment")
"""Fields that name a column, or a list of them."""


@dataclass(frozen=True)
class ReadColumn:
    """One place of the charter that names a column of a source."""

    path: Path
    source: str
    column: str


def columns_read(charter: Charter) -> Iterator[ReadColumn]:
    """Every place that names a column of a source with rows, in the order of the file."""
    for key, source in charter.sources.items():
        events = getattr(source, "events", None)
        for name in Events.model_fields if events is not None else ():
            yield ReadColumn(("sources", key, "events", name), key, getattr(events, name))
    for at, commitment in enumerate(charter.commitments):
        yield from _of_compensation(commitment, ("commitments", at, "compensation", "amounts"), charter)
        for nth, indicator in enumerate(commitment.indicators):
            if indicator.source is None or is_entered(charter, indicator):
                continue
            for one in _of(indicator):
                yield replace(one, path=("commitments", at, "indicators", nth, *one.path))


def _of_compensation(commitment: Commitment, path: Path, charter: Charter) -> Iterator[ReadColumn]:
    """The conditions that choose what a miss owes are those of the rows that tell it."""
    owing = owing_indicator(commitment)
    if commitment.compensation is None or owing is None or owing.source is None or is_entered(charter, owing):
        return
    for at, one in enumerate(commitment.compensation.amounts):
        for column in one.where or {}:
            yield ReadColumn((*path, at, "where", column), owing.source, column)


def _of(indicator: IndicatorBase) -> Iterator[ReadColumn]:
    """The places below an indicator."""
    source = indicator.source or ""
    for name in _COLUMNS:
        for column in _listed(getattr(indicator, name, None)):
            yield ReadColumn((name,), source, column)
    for name in ("success", "numerator", "denominator"):
        for column in named_by(getattr(indicator, name, None)):
            yield ReadColumn((name,), source, column)
    yield from _of_conditions(indicator, source)
    yield from _of_case(indicator, source)
    if isinstance(indicator, Rate):
        yield from _of_volume(indicator, source)
    if isinstance(pauses := getattr(indicator, "pauses", None), Waits):
        yield from _of_pauses(pauses)


def _of_conditions(indicator: IndicatorBase, source: str) -> Iterator[ReadColumn]:
    for column in indicator.where or {}:
        yield ReadColumn(("where", column), source, column)
    for at, exclusion in enumerate(indicator.exclude):
        for column in exclusion.where:
            yield ReadColumn(("exclude", at, "where", column), source, column)


def _of_pauses(pauses: Waits) -> Iterator[ReadColumn]:
    for name, column in (("case", pauses.case), ("from", pauses.from_), ("until", pauses.until)):
        yield ReadColumn(("pauses", name), pauses.source, column)


def _of_case(indicator: IndicatorBase, source: str) -> Iterator[ReadColumn]:
    """The column that names a case, and that which tells its newest row."""
    is_plain = isinstance(indicator.distinct, str)
    if indicator.case_key is not None:
        yield ReadColumn(("distinct",) if is_plain else ("distinct", "key"), source, indicator.case_key)
    if indicator.latest not in (None, FILE):
        yield ReadColumn(("distinct", "latest"), source, str(indicator.latest))


def _of_volume(rate: Rate, source: str) -> Iterator[ReadColumn]:
    """The volume of another source is summed by the same columns of date and unit."""
    if isinstance(rate.volume, VolumeRows):
        for column in rate.volume.rows.where:
            yield ReadColumn(("volume", "rows", "where", column), source, column)
        return
    if not isinstance(rate.volume, Volume):
        yield ReadColumn(("volume",), source, rate.volume)
        return
    yield ReadColumn(("volume", "column"), rate.volume.source, rate.volume.column)
    for column in (rate.date, *_listed(rate.unit)):
        yield ReadColumn(("volume", "source"), rate.volume.source, column)


def _listed(value: Any) -> Iterable[str]:
    return [value] if isinstance(value, str) else value if isinstance(value, list) else ()


def named_by(value: Any) -> Iterable[str]:
    """A column, a sum of columns, or the columns of a condition."""
    if isinstance(value, Sum):
        return [*value.plus, *value.minus]
    return list(value) if isinstance(value, Mapping) else _listed(value)


def sources_of(indicator: Indicator) -> list[str]:
    """The sources that an indicator is read from: its own, and another of a rate's volume or of its pauses."""
    volume = indicator.volume if isinstance(indicator, Rate) else None
    other = volume.source if isinstance(volume, Volume) else None
    if isinstance(pauses := getattr(indicator, "pauses", None), Waits):
        other = pauses.source
    return list(dict.fromkeys(source for source in (indicator.source, other) if source is not None))
