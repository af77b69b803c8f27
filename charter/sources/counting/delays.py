"""Indicators between a start and a stop: the share within a delay, and the mean delay."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from functools import reduce
from typing import Any

import ibis

from charter.domain.charter_file.calendars.pauses import Waits
from charter.domain.charter_file.values import Delay
from charter.domain.readings.stages import stages_of, time_of
from charter.domain.vocabulary.counts import Counts, exact
from charter.domain.vocabulary.errors import SourceError
from charter.sources.cells.columns import Reader
from charter.sources.cells.local_time import day_number, microseconds
from charter.sources.cells.moments import Moment
from charter.sources.cells.queries import answer
from charter.sources.cells.working_time import WorkClock
from charter.sources.counting.deadlines import (
    day_end,
    has_passed,
    length_of,
    microseconds_of,
    moved_day_end,
    now_worked,
    used_up,
    worked_between,
)
from charter.sources.counting.kinds import (
    LONG_PAUSE,
    NEGATIVE_PAUSE,
    NO_HOUR,
    STOP_BEFORE_START,
    UNREADABLE,
    Measure,
    as_number,
    cubes_in,
    cubes_of,
)
from charter.sources.counting.pauses import EVENT_CASE, PAUSED_IN, Asked, joined_waits, paused, with_pauses
from charter.sources.counting.stages import Staged, seconds_of, sums_of, with_stages

_MICROSECONDS_IN = {"seconds": 10**6, "minutes": 60 * 10**6, "hours": 3600 * 10**6}
# Working time is counted twice, so that half a step can say that it was closed by then.
_MICROSECONDS_IN |= {"working minutes": 2 * 60 * 10**6, "working hours": 2 * 3600 * 10**6}
BY_DAY = ("days", "working days")


@dataclass
class Delayed(Measure):
    """Between a start and a stop. `by_day`: counted on local dates; else on instants."""

    start: str = ""
    stop: str = ""
    by_day: bool = True

    @property
    def units(self) -> list[str]:
        """The units of time in which the delay is told."""
        return [self.indicator.in_]

    @property
    def needs_calendar(self) -> bool:
        return self._is_in_hours or (self.staged is not None and self.staged.by_calendar)

    @property
    def _is_in_hours(self) -> bool:
        return any(unit in ("working hours", "working minutes") for unit in self.units)

    @property
    def staged(self) -> Staged | None:
        """Its chain of stages; None where it has none."""
        stretches = self.scene.stretches.get(self.indicator.key)
        stages = stages_of(self.indicator)
        return None if stretches is None else Staged(stages, time_of(self.indicator), stretches)

    @property
    def stands(self) -> Any | None:
        """The pauses of its cases, as a table; None where the clock never stands."""
        return self.scene.pauses.get(self.indicator.key)

    def _asked(self) -> list[Asked]:
        """What must be known of pauses, in the order of `units`."""
        return [Asked(PAUSED_IN[unit]) for unit in self.units]

    def uses(self) -> Iterator[tuple[str, str]]:
        yield self.start, "date"
        yield self.stop, "date"

    def read(self, reader: Reader) -> dict[str, Any]:
        start, stop = reader.moment(self.start), reader.moment(self.stop)
        happened = self.scene.now.reached(stop)
        null = ibis.null("int64")
        added = {
            "start": start.day,
            "stop": happened.ifelse(stop.day, null),
            "bad": stop.unreadable.fill_null(False),
            "early": happened & self.is_before(start, stop),
        }
        if not self.by_day or self._has_pieces:
            added |= {"start_utc": start.utc, "stop_utc": happened.ifelse(stop.utc, null)}
        if not self.by_day:
            added["hourless"] = self._is_hourless(reader, self.start, start) | self._is_hourless(
                reader, self.stop, stop
            )
        if self._has_pieces:
            added["case"] = reader.text(self._case(reader))
        return {self.name(part): value for part, value in added.items()}

    @property
    def _has_pieces(self) -> bool:
        """Whether stretches of its cases are looked at: pauses, or stages."""
        return self.stands is not None or self.staged is not None

    def _is_hourless(self, reader: Reader, name: str, moment: Moment) -> Any:
        """Whether a day is written without an hour, so that no hours can be counted from it or up to it.

        Raises SourceError where that is so of the whole column.
        """
        if not reader.has_hours(name):
            written = reader.table.filter(moment.day.notnull()).limit(1)
            if answer(written.aggregate(rows=written.count()), reader.source)[0]["rows"]:
                raise SourceError(
                    "The indicator “%(indicator)s” counts hours, minutes or seconds, but the column “%(column)s” of "
                    "the source “%(source)s” holds days without an hour: promise days, or name a column with hours.",
                    indicator=self.indicator.key,
                    column=name,
                    source=reader.source,
                )
        if moment.clocked is None:
            return ibis.literal(False)
        return moment.day.notnull() & ~moment.clocked.fill_null(False)

    def _case(self, reader: Reader) -> str:
        """The column that names the case, as the pauses know it."""
        said = self.indicator.pauses
        name: str = said.case if isinstance(said, Waits) else EVENT_CASE
        return name if name in reader.table.columns else self.indicator.case_key or name

    def widen(self, rows: Any) -> Any:
        pauses, staged = self.stands, self.staged
        if self._has_pieces:
            now = self.scene.now
            cut = self.column(rows, "stop_utc").fill_null(microseconds(now.instant))
            cut_day = self.column(rows, "stop").fill_null(day_number(now.day))
            rows = rows.mutate(**{self.name("cut"): cut, self.name("cut_day"): cut_day})
        if pauses is not None:
            rows = with_pauses(rows, self.tag, pauses, self._asked(), self.scene)
        if staged is not None:
            waits = joined_waits(pauses) if isinstance(self.indicator.pauses, Waits) else None
            rows = with_stages(rows, self.tag, staged, self.scene, waits)
        if self._is_in_hours:
            instants = {self.name(f"{part}_work"): self.name(f"{part}_utc") for part in ("start", "stop")}
            rows = self.scene.clock.read(rows, instants)
        return rows

    def paused(self, rows: Any, place: int = 0) -> Any:
        """How long the clock stood, as the delay at a place of `units` is counted."""
        return 0 if self.stands is None else paused(rows, self.tag, place)

    def is_before(self, start: Moment, stop: Moment) -> Any:
        """Whether the stop lies before the start."""
        instants = stop.utc < start.utc
        if not self.by_day:
            return instants.fill_null(False)
        # A stop without a time of day says only its date.
        days = stop.day < start.day
        return (stop.midnight.ifelse(days, instants) if stop.timed else days).fill_null(False)

    def errors(self, rows: Any) -> list[tuple[Any, str]]:
        found = [(rows[self.name("bad")], UNREADABLE)]
        found += [] if self.by_day else [(rows[self.name("hourless")], NO_HOUR)]
        found.append((rows[self.name("early")], STOP_BEFORE_START))
        if self.stands is not None:
            told = self.column(rows, "pause_bad")
            found += [(told == 2, UNREADABLE), (told == 1, NEGATIVE_PAUSE)]
        return found

    def _stages(self, sums: Mapping[str, Any]) -> Mapping[str, int]:
        return {} if self.staged is None else dict(seconds_of(sums, self.staged))

    def column(self, rows: Any, part: str) -> Any:
        """A column of its own."""
        return rows[self.name(part)]


@dataclass
class WithinMeasure(Delayed):
    """The share stopped within a delay; tiers and a ceiling are judged together, when the longest has passed."""

    delays: list[Delay] = field(default_factory=list)

    def uses(self) -> Iterator[tuple[str, str]]:
        yield from super().uses()
        if self._paused:
            yield self._paused, "number"

    @property
    def units(self) -> list[str]:
        return [delay.unit for delay in self.delays]

    @property
    def _paused(self) -> str | None:
        """The column of paused minutes; days, working days and months do not pause by it."""
        column: str | None = self.indicator.paused
        return column if not all(delay.is_by_day for delay in self.delays) else None

    def read(self, reader: Reader) -> dict[str, Any]:
        added = super().read(reader)
        if self._paused:
            minutes = reader.amount(self._paused)
            added[self.name("paused")] = microseconds_of(minutes).fill_null(0)
            added[self.name("bad")] = added[self.name("bad")] | minutes.unreadable.fill_null(False)
        return added

    def errors(self, rows: Any) -> list[tuple[Any, str]]:
        tests = super().errors(rows)
        if self._paused:
            minutes, now = self.column(rows, "paused"), microseconds(self.scene.now.instant)
            lasted = self.column(rows, "stop_utc").fill_null(now) - self.column(rows, "start_utc")
            tests += [(minutes < 0, NEGATIVE_PAUSE), ((minutes > lasted).fill_null(False), LONG_PAUSE)]
        return tests

    def judge(self, rows: Any) -> dict[str, Any]:
        return {self.name(f"end{at}"): self._end(at, delay, rows) for at, delay in enumerate(self.delays)}

    def _asked(self) -> list[Asked]:
        return [Asked(PAUSED_IN[delay.unit], used_up(delay)) for delay in self.delays]

    def _end(self, at: int, delay: Delay, rows: Any) -> Any:
        stood = self.paused(rows, at)
        if delay.is_by_day:
            start, unit = self.column(rows, "start"), rows["unit"]
            if delay.unit == "working days" and self.stands is not None:
                return moved_day_end(delay, start, unit, stood, self.scene)
            return day_end(delay, start, unit, self.scene.span, self.scene.setting) + stood
        minutes = self.column(rows, "paused") if self._paused else 0
        if delay.is_elapsed:
            return self.column(rows, "start_utc") + length_of(delay) + stood + minutes
        return WorkClock.worked(rows, self.name("start_work")) + length_of(delay) + stood + minutes * 2

    def conclude(self, rows: Any) -> dict[str, Any]:
        met, passed = {}, []
        for at, delay in enumerate(self.delays):
            end = self.column(rows, f"end{at}")
            met[self.name(f"met{at}")] = (self._stopped(delay, rows) <= end).fill_null(False)
            passed.append(has_passed(delay, end, rows, self.scene).fill_null(False))
        return met | {self.name("judged"): reduce(operator.and_, passed)}

    def _stopped(self, delay: Delay, rows: Any) -> Any:
        """The stop on the clock of a delay: what comes after closing time is late for a delay used up by then."""
        if delay.is_in_hours:
            name = self.name("stop_work")
            return WorkClock.worked(rows, name) + WorkClock.is_late(rows, name)
        return self.column(rows, "stop_utc" if delay.is_elapsed else "stop")

    def pending(self, rows: Any) -> Any:
        return ~self.column(rows, "judged")

    def missed(self, rows: Any) -> Any:
        return ~self.column(rows, "met0")

    def still_open(self, rows: Any) -> Any:
        return self.column(rows, "stop").isnull()

    def beyond(self, rows: Any, missed: Any, every: Delay) -> tuple[Any, int]:
        """How far a missed case went beyond the first delay, up to now while it is open, on its own clock; and how
        much of that makes one of `every`."""
        delay, end, now = self.delays[0], self.column(rows, "end0"), self.scene.now
        if delay.is_elapsed:
            stop, length = self.column(rows, "stop_utc").fill_null(microseconds(now.instant)), length_of(every)
        elif delay.is_in_hours:
            shown = WorkClock.worked(rows, self.name("stop_work"))
            stop, length = self.still_open(rows).ifelse(now_worked(rows, self.scene), shown), length_of(every)
        else:
            stop = self.column(rows, "stop").fill_null(day_number(now.day))
            length = every.count * (7 if every.unit == "weeks" else 1)
        if delay.unit == "working days":
            return missed.ifelse(worked_between(missed.ifelse(end, stop), stop, rows, self.scene), 0), length
        return missed.ifelse(stop - end, 0), length

    def sums(self, rows: Any) -> dict[str, Any]:
        met = {f"met{at}": self.column(rows, f"met{at}").ifelse(1, 0) for at in range(len(self.delays))}
        staged = self.staged
        stages = sums_of(rows, self.tag, staged, ~self.column(rows, "met0")) if staged is not None else {}
        return met | {"stopped": self.column(rows, "stop").notnull().ifelse(1, 0)} | stages

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        met = [int(sums[f"met{at}"] or 0) for at in range(len(self.delays))]
        steps = dict(zip(map(str, self.delays), met, strict=True)) if self.in_steps else {}
        stopped = int(sums["stopped"] or 0)
        return Counts(numerator=met[0], denominator=n, stopped=stopped, steps=steps, stages=self._stages(sums))

    @property
    def in_steps(self) -> bool:
        """Whether the promise has tiers or a ceiling."""
        return bool(self.indicator.in_steps)


@dataclass
class LengthMeasure(Delayed):
    """The delay between start and stop of each case; open cases are pending."""

    def pending(self, rows: Any) -> Any:
        return self.column(rows, "stop").isnull()

    def judge(self, rows: Any) -> dict[str, Any]:
        return {self.name("length"): self._length(rows).cast("decimal(38, 0)")}

    def _length(self, rows: Any) -> Any:
        return self._between(rows) - self.paused(rows)

    def _between(self, rows: Any) -> Any:
        start, stop = self.column(rows, "start"), self.column(rows, "stop")
        if self.indicator.in_ == "days":
            return stop - start
        if self.needs_calendar:
            first, last = (WorkClock.worked(rows, self.name(f"{part}_work")) for part in ("start", "stop"))
            return last - first
        if self.indicator.in_ != "working days":
            return self.column(rows, "stop_utc") - self.column(rows, "start_utc")
        return worked_between(start, stop, rows, self.scene)

    @property
    def per(self) -> int:
        """How many parts of the stored length make one of the indicator's unit of time."""
        return _MICROSECONDS_IN.get(self.indicator.in_, 1)


@dataclass
class DelayMeasure(LengthMeasure):
    """The mean delay."""

    def sums(self, rows: Any) -> dict[str, Any]:
        length = self.column(rows, "length")
        stages = {} if self.staged is None else sums_of(rows, self.tag, self.staged, None)
        return {"total": length, "squares": length * length, **cubes_of(self.indicator, length), **stages}

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        with localcontext(prec=60):
            total = Decimal(as_number(sums["total"])) / self.per
            squares = Decimal(as_number(sums["squares"])) / self.per**2
        cubes = cubes_in(sums, self.per)
        counts = Counts(denominator=n, total=exact(total), squares=exact(squares), cubes=cubes)
        return replace(counts, stages=self._stages(sums))
