"""Pauses inside a query: the intervals in which a case's clock stands, joined, cut to the case and added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import ibis

from charter.domain.charter_file.calendars.pauses import Waits
from charter.domain.vocabulary.working_days import WorkingDays
from charter.sources.cells.columns import Reader
from charter.sources.cells.local_time import lookup
from charter.sources.cells.working_time import WorkClock
from charter.sources.counting.deadlines import Scene, by_calendar

ENDLESS = 1 << 60
"""An instant and a day after all others: where a pause has no end, the clock still stands."""

EVENT_CASE = "$case"
"""The column that names the case, in the cases that an event log tells."""

TIMES = ("elapsed", "worked", "days", "working days")
"""What of a pause may be asked: microseconds, twice the microseconds inside opening hours, days, working days."""

PAUSED_IN = {"seconds": "elapsed", "minutes": "elapsed", "hours": "elapsed"}
PAUSED_IN |= {"working minutes": "worked", "working hours": "worked"}
PAUSED_IN |= {"days": "days", "weeks": "days", "months": "days", "working days": "working days"}
"""By the unit of a delay, how its pauses are counted."""


def waits_of(reader: Reader, said: Waits) -> Any:
    """The pauses that the rows of a source tell, as `joined` reads them; rows without a beginning tell none."""
    first, until = reader.moment(said.from_), reader.moment(said.until)
    table = reader.table.select(
        pause_case=reader.text(said.case),
        pause_from=first.utc,
        pause_until=until.present.ifelse(until.utc, ENDLESS),
        pause_from_day=first.day,
        pause_until_day=until.present.ifelse(until.day, ENDLESS),
        pause_unread=first.unreadable.fill_null(False) | until.unreadable.fill_null(False),
    )
    return table.filter(table["pause_from"].notnull() | table["pause_unread"], table["pause_case"].notnull())


@dataclass(frozen=True)
class Asked:
    """What is asked of the pauses of each case: how it is counted, one of `TIMES`, and the delay it may move.

    A pause that begins when the delay is used up already moves nothing; without a delay every pause counts.
    """

    time: str
    delay: int | None = None

    @property
    def is_by_day(self) -> bool:
        """Counted on local dates, else on instants."""
        return self.time in ("days", "working days")


@dataclass(frozen=True)
class _Line:
    """Where pauses lie: on instants or on local dates. `start` and `cut` end the names of what bounds a case."""

    first: str
    until: str
    start: str
    cut: str


_INSTANTS = _Line("pause_from", "pause_until", "start_utc", "cut")
_DATES = _Line("pause_from_day", "pause_until_day", "start", "cut_day")


def with_pauses(rows: Any, tag: str, pauses: Any, asked: Sequence[Asked], scene: Scene) -> Any:
    """The rows with what stood of each case: a column `TAG_pausedPLACE` for each thing asked.

    Reads the columns `TAG_` case, start_utc, start, cut and cut_day, and `calendar` where working time is asked.
    `TAG_pause_bad` tells 1 of a case with a pause that ends before it begins, 2 of one that cannot be read, else 0.
    """
    for line in (_INSTANTS, _DATES):
        wanted = {f"{tag}_paused{at}": one for at, one in enumerate(asked) if one.is_by_day == (line is _DATES)}
        if wanted:
            rows = _with_line(rows, tag, pauses, wanted, (line, scene))
    bad = pauses.filter(pauses["pause_unread"] | (pauses["pause_until"] < pauses["pause_from"]))
    bad = bad.group_by("pause_case").aggregate(pause_bad=bad["pause_unread"].ifelse(2, 1).max())
    bad = bad.rename({f"{tag}_case": "pause_case", f"{tag}_pause_bad": "pause_bad"})
    rows = _beside(rows, bad, [f"{tag}_case"])
    return rows.mutate(**{f"{tag}_pause_bad": rows[f"{tag}_pause_bad"].fill_null(0)})


def _with_line(rows: Any, tag: str, pauses: Any, wanted: Mapping[str, Asked], where: tuple[_Line, Scene]) -> Any:
    line, scene = where
    keys = [f"{tag}_{part}" for part in ("case", line.start, line.cut)]
    keys += [name for name in ("calendar", "unit") if name in rows.columns]
    cases = rows.select(*keys).distinct()
    cases = cases.filter(cases[f"{tag}_{line.start}"].notnull())
    pieces = _joined(pauses, line)
    found = cases.inner_join(pieces, cases[f"{tag}_case"] == pieces["pause_case"])
    found = found.mutate(
        began=found[f"{tag}_{line.start}"],
        first=ibis.greatest(found["pause_first"], found[f"{tag}_{line.start}"]),
        until=ibis.least(found["pause_last"], found[f"{tag}_{line.cut}"]),
    )
    found = found.filter(found["until"] > found["first"])
    if any(one.time == "worked" for one in wanted.values()):
        found = scene.clock.read(found, {name: name for name in ("began", "first", "until")})
    found = found.mutate(**{name: _between(one.time, found, "first", "until", scene) for name, one in wanted.items()})
    earlier = {"group_by": keys, "order_by": "first"}
    over = {
        f"{name}_over": _is_used_up(one, found, found[name].sum().over(ibis.window(**earlier, rows=(None, -1))), scene)
        for name, one in wanted.items()
        if one.delay is not None
    }
    found = found.mutate(**over)
    over_by_now = {name: found[name].max().over(ibis.window(**earlier, rows=(None, 0))) for name in over}
    found = found.mutate(**over_by_now)
    counted = {
        name: ((found[f"{name}_over"] == 0).ifelse(found[name], 0) if f"{name}_over" in over else found[name])
        for name in wanted
    }
    added = found.group_by(keys).aggregate(**{name: value.sum().cast("int64") for name, value in counted.items()})
    rows = _beside(rows, added, keys)
    return rows.mutate(**{name: rows[name].fill_null(0) for name in wanted})


def _joined(pauses: Any, line: _Line) -> Any:
    """The pauses of each case, those that overlap or touch as one; without those that cannot be."""
    pieces = pauses.filter(~pauses["pause_unread"], pauses["pause_until"] >= pauses["pause_from"])
    order = {"group_by": "pause_case", "order_by": [line.first, line.until]}
    seen = pieces[line.until].max().over(ibis.window(**order, rows=(None, -1)))
    pieces = pieces.mutate(pause_apart=(pieces[line.first] <= seen).fill_null(False).ifelse(0, 1))
    pieces = pieces.mutate(pause_at=pieces["pause_apart"].sum().over(ibis.window(**order, rows=(None, 0))))
    return pieces.group_by(["pause_case", "pause_at"]).aggregate(
        pause_first=pieces[line.first].min(), pause_last=pieces[line.until].max()
    )


def joined_waits(pauses: Any) -> Any:
    """The pauses of each case on instants, those that overlap as one: pause_case, pause_first, pause_last."""
    return _joined(pauses, _INSTANTS)


def _is_used_up(asked: Asked, found: Any, earlier: Any, scene: Scene) -> Any:
    """1 where the delay is used up before the pause begins, given how long earlier pauses stood; else 0."""
    used = _between(asked.time, found, "began", "first", scene) - earlier.fill_null(0)
    if not asked.is_by_day:
        return (used >= asked.delay).ifelse(1, 0)
    if asked.time == "working days":
        # On a free day after the last working day that day has passed.
        worked = _between(asked.time, found, "first", "first", scene, before=1)
        used = used + ((worked == 0) & (found["first"] > found["began"])).ifelse(1, 0)
    return (used > asked.delay).ifelse(1, 0)


def _between(time: str, found: Any, first: str, until: str, scene: Scene, *, before: int = 0) -> Any:
    """What lies between two columns; `before` so many days before the first one."""
    if time == "worked":
        return WorkClock.worked(found, until) - WorkClock.worked(found, first)
    if time != "working days":
        return found[until] - found[first]
    begin, end = scene.span.first - timedelta(days=1), max(scene.now.day, scene.span.first)

    def working(calendar: WorkingDays) -> Any:
        counted = calendar.running_count(begin, end)
        return lookup(found[until], begin, counted) - lookup(found[first] - before, begin, counted)

    return by_calendar(scene.setting, found["unit"], working)


def paused(rows: Any, tag: str, place: int) -> Any:
    """How long the clock of each case stood, of what was asked at a place, after `with_pauses`."""
    return rows[f"{tag}_paused{place}"]


def _beside(rows: Any, added: Any, keys: list[str]) -> Any:
    """The rows, each with what was added up for its keys."""
    other = added.rename({f"{key}_of": key for key in keys})
    found = rows.left_join(other, [rows[key] == other[f"{key}_of"] for key in keys])
    return found.drop(*(f"{key}_of" for key in keys))
