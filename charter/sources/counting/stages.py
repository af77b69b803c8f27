"""Stages inside a query: how long each case was in the states of each link of its chain, running and standing apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from charter.domain.charter_file.calendars.pauses import Stage, State
from charter.domain.readings.stages import ELSEWHERE, LATE, RAN, STOOD, name_of
from charter.sources.cells.working_time import WorkClock
from charter.sources.counting.deadlines import Scene

_PARTS = (RAN, STOOD)
_MILLISECOND = 1000


@dataclass(frozen=True)
class Staged:
    """The chain of an indicator: its stages, how it tells time, and the stretches that its log tells as a table.

    `time` is a unit of delays. A stretch tells the case, the place of its stage (after the last one where its state is
    in none), whether the clock stood in that state, and its instants.
    """

    stages: Sequence[Stage]
    time: str
    stretches: Any

    @property
    def by_calendar(self) -> bool:
        """Whether only time inside opening hours, or on working days, is counted."""
        return self.time.startswith("working")

    @property
    def names(self) -> list[str]:
        """The key of each stage, and one for states in none of them."""
        return [*(each.key for each in self.stages), ELSEWHERE]


def place_of(state: Any, stages: Sequence[Stage]) -> Any:
    """The place of the stage that an event's state belongs to."""
    cases = [(state.isin(each.state), at) for at, each in enumerate(stages)]
    return ibis.cases(*cases, else_=len(stages))


def stands_in(state: Any, pauses: object) -> Any:
    """Whether the clock stands in an event's state."""
    return state.isin(pauses.state) if isinstance(pauses, State) else ibis.literal(False)


def with_stages(rows: Any, tag: str, staged: Staged, scene: Scene, waits: Any | None) -> Any:
    """The rows with how long each case ran and stood in each stage, in milliseconds.

    Reads the columns `TAG_` case, start_utc and cut, and `calendar` where a calendar counts. `waits` are intervals of
    another source in which the clock stands, joined, by pause_case, pause_first and pause_last.
    """
    keys = [f"{tag}_case", f"{tag}_start_utc", f"{tag}_cut", *(["calendar"] if staged.by_calendar else [])]
    cases, told = rows.select(*keys), staged.stretches
    found = cases.inner_join(told, cases[keys[0]] == told["stage_case"])
    found = _cut(found, [("stage_from", "stage_until")], keys)
    pieces = _measured(found, staged, scene)
    if waits is not None:
        both = found.filter(~found["stage_stands"])
        both = both.inner_join(waits, both[keys[0]] == waits["pause_case"])
        both = _measured(_cut(both, [("first", "until"), ("pause_first", "pause_last")], keys), staged, scene)
        stood = both.mutate(stage_stands=ibis.literal(True))
        pieces = pieces.union(stood).union(both.mutate(length=-both["length"]))
    pieces = pieces.mutate(is_stood=pieces["stage_stands"], is_ran=~pieces["stage_stands"])
    sums = {
        name: pieces["length"].sum(where=(pieces["stage_place"] == at) & pieces[f"is_{part}"])
        for at in range(len(staged.names))
        for part in _PARTS
        for name in [_column(tag, part, at)]
    }
    added = pieces.group_by(stage_of=pieces[keys[0]]).aggregate(
        **{name: one.cast("int64") for name, one in sums.items()}
    )
    rows = rows.left_join(added, rows[keys[0]] == added["stage_of"]).drop("stage_of")
    return rows.mutate(**{name: rows[name].fill_null(0) for name in sums})


def _cut(found: Any, bounds: Sequence[tuple[str, str]], keys: Sequence[str]) -> Any:
    """Stretches cut to their case and to these bounds, pairs of columns; those of which something is left."""
    bounds = [(keys[1], keys[2]), *bounds]
    first = ibis.greatest(*(found[name] for name, _ in bounds))
    until = ibis.least(*(found[name] for _, name in bounds))
    kept = {name: found[name] for name in (*keys, "stage_place", "stage_stands")}
    found = found.select(**kept, first=first, until=until)
    return found.filter(found["until"] > found["first"])


def _measured(found: Any, staged: Staged, scene: Scene) -> Any:
    """Case, stage and length in milliseconds of stretches, on the clock of the indicator."""
    if not staged.by_calendar:
        length = _whole(found["until"] - found["first"], _MILLISECOND)
    else:
        clock = scene.day_clock if staged.time == "working days" else scene.clock
        found = clock.read(found, {name: name for name in ("first", "until")})
        length = _whole(WorkClock.worked(found, "until") - WorkClock.worked(found, "first"), 2 * _MILLISECOND)
    return found.select(found.columns[0], "stage_place", "stage_stands", length=length)


def _whole(number: Any, part: int) -> Any:
    return ((number - number % part) / part).cast("int64")


def sums_of(rows: Any, tag: str, staged: Staged, late: Any | None) -> dict[str, Any]:
    """What is added up over judged cases; `late`: those that were not met."""
    found = {}
    for at, key in enumerate(staged.names):
        for part in _PARTS:
            found[name_of(key, part)] = rows[_column(tag, part, at)]
        if late is not None:
            found[name_of(key, LATE)] = late.ifelse(rows[_column(tag, RAN, at)], 0)
    return found


def seconds_of(sums: Mapping[str, Any], staged: Staged) -> Iterator[tuple[str, int]]:
    """The sums as whole seconds, by the name of stage and part; nothing where a stage took none."""
    for key in staged.names:
        for part in (*_PARTS, LATE):
            seconds = round(int(sums.get(name_of(key, part)) or 0) / _MILLISECOND)
            if seconds:
                yield name_of(key, part), seconds


def _column(tag: str, part: str, place: int) -> str:
    return f"{tag}_{part}{place}"
