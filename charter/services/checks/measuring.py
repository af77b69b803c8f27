"""Measuring claimed checks: sources are opened once, due checks of one source are counted together."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from charter.domain.charter_file.calendars.pauses import Waits
from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.columns_read import sources_of
from charter.domain.charter_file.indicators import Indicator, Rate
from charter.domain.charter_file.sources import IncidentsSource
from charter.domain.checks.seen import doubled_by, unknown_units
from charter.domain.file_profile.remarks import on_rows
from charter.domain.readings.values import refuse_impossible
from charter.domain.vocabulary.counts import Cell
from charter.domain.vocabulary.errors import CharterError, Sentence, SourceError
from charter.domain.vocabulary.periods import Period, years_from
from charter.services.charters.versions import Version, history, history_or_none
from charter.services.checks.results import Counted, Outcome
from charter.services.checks.seen import at_levels, placed, seen_in
from charter.services.records.access import Access, place_of
from charter.services.records.incidents import log_reader
from charter.services.schedule.claims import Claim
from charter.watchdog import TookTooLong, Worker

if TYPE_CHECKING:
    from charter.sources.counting.measure import Measured
    from charter.sources.counting.sample_rows import Example
    from charter.sources.readers.connect import OpenSource

logger = logging.getLogger(__name__)


Pair = tuple[Indicator, Claim]

T = TypeVar("T")

DEADLINE_SHARE = 0.5
"""Of the time for which a claim is held (LEASE_SECONDS): a source has so long to answer all that is due on it."""


class Measuring:
    """The sources that are open while due checks are run; closed at the end of the block."""

    def __init__(self, access: Access, *, every_column: bool = False) -> None:
        """`every_column`: what no indicator reads yet is opened too, to be looked at."""
        self._access, self._every_column = access, every_column
        self._open: dict[tuple[int, str | None], OpenSource] = {}
        self._beside: dict[tuple[int, str | None, str], Any] = {}
        self._definitions: dict[tuple[int, str], str] = {}
        self._given_up: set[tuple[int, str | None]] = set()
        self._worker, self._longest = Worker(), access.lease.total_seconds() * DEADLINE_SHARE
        self._log = log_reader()

    def __enter__(self) -> Measuring:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for source in self._open.values():
            self._worker.do(source.close) if self._worker.is_begun else source.close()
        self._worker.end()

    def measured(
        self, version: Version, source: str | None, claims: Sequence[Pair], now: datetime
    ) -> Iterable[Counted]:
        """An outcome for each claim, by the deadline: a source that hangs fails its own checks, once."""
        found = self._by_deadline(version, source, lambda: list(self.measure(version, source, claims, now)))
        if not isinstance(found, Sentence):
            return found
        return [Counted(each, held, Outcome(self._defined(version, each), error=found)) for each, held in claims]

    def _by_deadline(self, version: Version, source: str | None, work: Callable[[], T]) -> T | Sentence:
        """What the work answers; else the sentence of a source that hangs, whose thread is left with all it opened."""
        if (version.id, source) not in self._given_up:
            try:
                with years_from(version.charter.charter.first_month):
                    return self._worker.do(work, self._longest)
            except TookTooLong:
                self._given_up.add((version.id, source))
                self._open, self._beside = {}, {}
                logger.error("the source %s gave no answer within %s seconds", source, round(self._longest))
        return Sentence(
            "The source “%(source)s” gave no answer within %(seconds)s seconds, and the run was ended: look whether "
            "its server or its disk hangs.",
            source=source,
            seconds=round(self._longest),
        )

    def has_given_up(self, version: Version, source: str | None) -> bool:
        return (version.id, source) in self._given_up

    def measure(self, version: Version, source: str | None, claims: Sequence[Pair], now: datetime) -> Iterator[Counted]:
        """An outcome for each claim. Where indicators cannot be counted together, each is counted by itself."""
        if not claims:
            return
        started = time.perf_counter()
        indicators = list({indicator.key: indicator for indicator, _ in claims}.values())
        periods = sorted({held.period for _, held in claims})
        found: dict[str, Measured | Sentence] = self.counted(version, source, (indicators, periods), now)
        seconds = (time.perf_counter() - started) / len(claims)
        by_period = {key: _by_period(() if isinstance(one, Sentence) else one.cells) for key, one in found.items()}
        for indicator, held in claims:
            cells = by_period[indicator.key].get(held.period.key, ())
            outcome = self._outcome(version, (indicator, cells), found[indicator.key], seconds, held.period)
            yield Counted(indicator, held, outcome)

    def counted(
        self, version: Version, source: str | None, what: tuple[list[Indicator], list[Period]], now: datetime
    ) -> dict[str, Measured | Sentence]:
        """By indicator the counts of some periods, or the sentence why they cannot be had."""
        found = self._by_deadline(version, source, lambda: self._each(version, source, what, now))
        return {each.key: found for each in what[0]} if isinstance(found, Sentence) else found

    def _each(
        self, version: Version, source: str | None, what: tuple[list[Indicator], list[Period]], now: datetime
    ) -> dict[str, Measured | Sentence]:
        indicators, periods = what
        changing = [each for each in indicators if _changes_inside(version, each, periods)]
        others = [each for each in indicators if each not in changing]
        found = self._counted(version, source, (others, periods), now) if others else {}
        return found | {each.key: self._in_stretches(version, each, periods, now) for each in changing}

    def _in_stretches(
        self, version: Version, indicator: Indicator, periods: Sequence[Period], now: datetime
    ) -> Measured | Sentence:
        """Each case by the version in force on its own start day, counted in stretches and put together."""
        from charter.sources.counting.parts import joined  # noqa: PLC0415 heavy

        by_version: dict[int, tuple[Version, Indicator, list[Period]]] = {version.id: (version, indicator, [])}
        for period in periods:
            stretches = history().with_one(version).stretches(indicator, period)
            for own, held, days in stretches:
                by_version.setdefault(own.id, (own, held, []))[2].append(days)
            if not stretches:
                by_version[version.id][2].append(period)
        found: list[tuple[Indicator, Measured]] = []
        for own, held, parts in by_version.values():
            one = self._counted(own, held.source, ([held], parts), now)[held.key] if parts else None
            if isinstance(one, Sentence):
                return one
            if one is not None:
                found.append((held, one))
        return joined(found)

    def _counted(
        self, version: Version, source: str | None, what: tuple[list[Indicator], list[Period]], now: datetime
    ) -> dict[str, Measured | Sentence]:
        """As `counted`, by one version for all the days."""
        from charter.sources.cells.context import setting_of  # noqa: PLC0415 heavy
        from charter.sources.counting.measure import measure_many  # noqa: PLC0415 heavy

        indicators, periods = what
        try:
            opened, others = self.opened(version, source), self._others(version, indicators)
            # Where pauses stand beside the rows, both are read whole, into one engine.
            rows = opened.table if others else opened.rows
            measured = measure_many(indicators, rows, periods, now, setting_of(version.charter), others)
            opened.refuse_changed()
            whole = [
                self._with_volume(version, indicator, found, (periods, now))
                for indicator, found in zip(indicators, measured, strict=True)
            ]
            told = tuple(on_rows(opened.layout))
            return {
                indicator.key: replace(
                    found,
                    cells=placed(version, indicator, found.cells),
                    told=(*told, *found.told),
                    overlapping=opened.overlapping,
                )
                for indicator, found in zip(indicators, whole, strict=True)
            }
        except Exception as error:
            if len(indicators) == 1:
                return {indicators[0].key: _sentence(indicators[0], error)}
        alone: dict[str, Measured | Sentence] = {}
        for indicator in indicators:
            alone |= self._counted(version, source, ([indicator], periods), now)
        return alone

    def _with_volume(
        self, version: Version, indicator: Indicator, found: Measured, when: tuple[list[Period], datetime]
    ) -> Measured:
        """A rate with the volume that stands in another source; any other figure as it is."""
        from charter.sources.cells.context import setting_of  # noqa: PLC0415 heavy
        from charter.sources.counting.measure import measure  # noqa: PLC0415 heavy
        from charter.sources.counting.parts import volume_of, with_volume  # noqa: PLC0415 heavy

        other = volume_of(indicator) if isinstance(indicator, Rate) else None
        if other is None:
            return found
        periods, now = when
        rows = self.opened(version, other.source).rows
        volume = measure(other, rows, periods, now, setting_of(version.charter))
        return with_volume(found, volume, is_same_source=other.source == indicator.source)

    def dry(self, version: Version, indicator: Indicator, periods: list[Period], now: datetime) -> Measured | Sentence:
        """The counts of one indicator for some periods, or the sentence why they cannot be had."""
        found = self.counted(version, indicator.source, ([indicator], periods), now)[indicator.key]
        return found if isinstance(found, Sentence) else (_impossible(version, indicator, found.cells) or found)

    def examples(self, version: Version, indicator: Indicator, period: Period, now: datetime) -> list[Example]:
        """A few rows behind a figure, masked; of the log of incidents none. Raises SourceError."""
        from charter.sources.cells.context import setting_of  # noqa: PLC0415 heavy
        from charter.sources.counting.sample_rows import examples  # noqa: PLC0415 heavy

        if version.is_logged(indicator):
            return []

        setting = setting_of(version.charter)

        def shown() -> list[Example]:
            opened, others = self.opened(version, indicator.source), self._others(version, [indicator])
            return examples(indicator, opened.table if others else opened.rows, period, now, setting, others=others)

        return self._worker.do(shown)

    def apart(self, work: Callable[[], T]) -> T:
        """What a piece of work on opened sources comes to, done where sources are read. Raises SourceError."""
        return self._worker.do(work)

    def _others(self, version: Version, indicators: Sequence[Indicator]) -> dict[str, Any]:
        """The tables that tell the pauses of indicators of one source, in the engine that counts it, by key."""
        from charter.sources.readers.connect import beside  # noqa: PLC0415 heavy

        own = indicators[0].source
        waits = {said.source for one in indicators if isinstance(said := getattr(one, "pauses", None), Waits)}
        for key in waits:
            if (version.id, own, key) not in self._beside:
                self._beside[version.id, own, key] = beside(self.opened(version, own), self.opened(version, key))
        return {key: self._beside[version.id, own, key] for key in waits}

    def opened(self, version: Version, source: str | None) -> OpenSource:
        """The source, opened once. Raises SourceError."""
        from charter.sources.cells.context import words_in  # noqa: PLC0415 heavy
        from charter.sources.readers.connect import open_source  # noqa: PLC0415 heavy

        if source is None:
            raise SourceError("This indicator names no source, so nothing can be counted: give it a source.")
        key = (version.id, source)
        if key not in self._open:
            definition, readers = version.charter.sources[source], [one for _, one in version.indicators.values()]
            place = place_of(version.charter, version.folder, self._access)
            if isinstance(definition, IncidentsSource):
                place = replace(place, logged=self._log(version.tree, definition.hidden_below))
            owed = version.owed.values()
            words, in_order = words_in([definition, *readers, *owed]), _is_ordered(version.charter, source)
            columns = None if self._every_column else words
            self._open[key] = open_source(source, definition, place, columns, in_order=in_order)
        return self._open[key]

    def fingerprint(self, version: Version, indicator: Indicator) -> str | None:
        """The fingerprint of what an indicator was read from; of both sources, where a rate has its volume elsewhere.

        None where one of them was not opened.
        """
        opened = [self._open.get((version.id, source)) for source in sources_of(indicator)]
        told = [one.fingerprint for one in opened if one is not None]
        if not told or len(told) < len(opened):
            return None
        return told[0] if len(told) == 1 else hashlib.sha256("".join(told).encode()).hexdigest()

    def _defined(self, version: Version, indicator: Indicator) -> str:
        """The fingerprint of the definition, reckoned once for all its periods."""
        from charter.sources.cells.context import definition_hash  # noqa: PLC0415 heavy

        key = (version.id, indicator.key)
        if key not in self._definitions:
            self._definitions[key] = definition_hash(indicator, version.charter)
        return self._definitions[key]

    def _outcome(
        self,
        version: Version,
        what: tuple[Indicator, Sequence[Cell]],
        found: Measured | Sentence,
        seconds: float,
        period: Period,
    ) -> Outcome:
        indicator, cells = what
        defined = self._defined(version, indicator)
        error = found if isinstance(found, Sentence) else _impossible(version, indicator, cells)
        if error is not None or isinstance(found, Sentence):
            return Outcome(defined, error=error, seconds=seconds)
        is_logged = version.is_logged(indicator)
        return Outcome(
            defined,
            cells=at_levels(version, indicator, cells, found),
            seconds=seconds,
            rows_read=found.rows_read,
            undated=found.undated,
            overlapping=found.overlapping,
            unknown_units=unknown_units(version.tree, indicator.kind, cells),
            reaches_past=is_logged or (found.latest is not None and found.latest > period.end),
            fingerprint=self.fingerprint(version, indicator),
            seen=None if is_logged else seen_in(version, indicator, period, found),
            told=found.told,
        )


def _changes_inside(version: Version, indicator: Indicator, periods: Sequence[Period]) -> bool:
    """Whether cases are judged by their own start and another version begins inside a period."""
    if indicator.judged_by != "start":
        return False
    found = history_or_none()
    return found is not None and any(found.with_one(version).stretches(indicator, one) for one in periods)


def _is_ordered(charter: Charter, source: str) -> bool:
    """Whether an indicator of the source asks which row of a case is the newest."""
    indicators = (each for commitment in charter.commitments for each in commitment.indicators)
    return any(each.latest is not None for each in indicators if each.source == source)


def _by_period(cells: Sequence[Cell]) -> Mapping[str, Sequence[Cell]]:
    by_period: dict[str, list[Cell]] = {}
    for cell in cells:
        by_period.setdefault(cell.period, []).append(cell)
    return by_period


def _impossible(version: Version, indicator: Indicator, cells: Sequence[Cell]) -> Sentence | None:
    """The sentence of counts that cannot be, or that a total row doubles, if there are some."""
    try:
        refuse_impossible(indicator, indicator.kind, cells)
    except SourceError as error:
        return error.sentence
    return doubled_by(indicator, version.tree, cells)


def _sentence(indicator: Indicator, error: Exception) -> Sentence:
    """What the run's log says of a failure; one that nobody foresaw fails this run and no other."""
    if isinstance(error, CharterError):
        return error.sentence
    logger.error("%s could not be measured", indicator.key, exc_info=error)
    return Sentence(
        "%(indicator)s could not be measured (%(kind)s: %(reason)s). The log of the server says where.",
        indicator=indicator.key,
        kind=type(error).__name__,
        reason=str(error),
    )
