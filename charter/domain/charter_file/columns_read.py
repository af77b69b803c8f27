"""The columns that a charter reads: of each indicator, where it names one, and of which source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.entered_sources import is_entered
from charter.domain.charter_file.findings import Path
from charter.domain.charter_file.indicators import IndicatorBase, Rate, Sum, Volume, Waits
from charter.domain.charter_file.sources import Events

_COLUMNS = ("start", "stop", "paused", "date", "value", "up", "total", "distinct", "unit", "channel", "segment")
"""Fields that name a column, or a list of them."""


@dataclass(frozen=True)
class ReadColumn:
    """One place of the charter that names a column of a source."""

    path: Path
    source: str
    column: str


def columns_read(charter: Charter) -> Iterator[ReadColumn]:
    """Every place that names a column of a source with rows, in the order of the file."""
    for key, one in charter.sources.items():
        events = getattr(one, "events", None)
        for name in Events.model_fields if events is not None else ():
            yield ReadColumn(("sources", key, "events", name), key, getattr(events, name))
    for at, commitment in enumerate(charter.commitments):
        for nth, indicator in enumerate(commitment.indicators):
            if indicator.source is None or is_entered(charter, indicator):
                continue
            for below, source, column in _of(indicator):
                yield ReadColumn(("commitments", at, "indicators", nth, *below), source, column)


def _of(indicator: IndicatorBase) -> Iterator[tuple[Path, str, str]]:
    source = indicator.source or ""
    for name in _COLUMNS:
        for column in _listed(getattr(indicator, name, None)):
            yield (name,), source, column
    for name in ("success", "numerator", "denominator"):
        for column in _named_by(getattr(indicator, name, None)):
            yield (name,), source, column
    yield from _of_conditions(indicator, source)
    if isinstance(indicator, Rate):
        yield from _of_volume(indicator, source)
    if isinstance(pauses := getattr(indicator, "pauses", None), Waits):
        yield from _of_pauses(pauses)


def _of_conditions(indicator: IndicatorBase, source: str) -> Iterator[tuple[Path, str, str]]:
    for column in indicator.where or {}:
        yield ("where", column), source, column
    for at, exclusion in enumerate(indicator.exclude):
        for column in exclusion.where:
            yield ("exclude", at, "where", column), source, column


def _of_pauses(pauses: Waits) -> Iterator[tuple[Path, str, str]]:
    for name, column in (("case", pauses.case), ("from", pauses.from_), ("until", pauses.until)):
        yield ("pauses", name), pauses.source, column


def _of_volume(rate: Rate, source: str) -> Iterator[tuple[Path, str, str]]:
    """The volume of another source is summed by the same columns of date and unit."""
    if not isinstance(rate.volume, Volume):
        yield ("volume",), source, rate.volume
        return
    yield ("volume", "column"), rate.volume.source, rate.volume.column
    for column in (rate.date, *_listed(rate.unit)):
        yield ("volume", "source"), rate.volume.source, column


def _listed(value: Any) -> Iterable[str]:
    return [value] if isinstance(value, str) else value if isinstance(value, list) else ()


def _named_by(value: Any) -> Iterable[str]:
    """A column, a sum of columns, or the columns of a condition."""
    if isinstance(value, Sum):
        return [*value.plus, *value.minus]
    return list(value) if isinstance(value, Mapping) else _listed(value)
