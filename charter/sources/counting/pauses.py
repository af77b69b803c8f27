"""Pauses inside a query: the intervals in which a case's clock stands, joined, cut to the case and added up."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import ibis

from charter.domain.charter_file.indicators import Waits
from charter.domain.vocabulary.working_days import WorkingDays
from charter.sources.cells.columns import Reader
from charter.sources.cells.local_time import lookup
from charter.sources.counting.deadlines import Scene, WorkClock, by_calendar

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


def joined(pauses: Any) -> Any:
    """The same pauses without those parts that an earlier one of the case holds already: no time counts twice."""
    good = pauses.filter(~pauses["pause_unread"], pauses["pause_until"] >= pauses["pause_from"])
    before = ibis.window(
        group_by="pause_case", order_by=["pause_from", "pause_until", "pause_until_day"], preceding=(None, 1)
    )
    good = good.mutate(
        pause_seen=good["pause_until"].max().over(before), pause_seen_day=good["pause_until_day"].max().over(before)
    )
    pieces = good.select(
        "pause_case",
        "pause_until",
        "pause_until_day",
        pause_from=ibis.greatest(good["pause_from"], good["pause_seen"].fill_null(good["pause_from"])),
        pause_from_day=ibis.greatest(good["pause_from_day"], good["pause_seen_day"].fill_null(good["pause_from_day"])),
    )
    lasts = pieces["pause_until"] > pieces["pause_from"]
    return pieces.filter(lasts | (pieces["pause_until_day"] > pieces["pause_from_day"]))


def with_pauses(rows: Any, tag: str, pauses: Any, wanted: Collection[str], scene: Scene) -> Any:
    """The rows with what stood of each case: the columns `TAG_paused_PLACE` for the places of `TIMES` that are wanted.

    Reads the columns `TAG_` case, start_utc, start, cut and cut_day, and `calendar` where working time is wanted.
    `TAG_pause_bad` tells 1 of a case with a pause that ends before it begins, 2 of one that cannot be read, else 0.
    """
    keys = [f"{tag}_{part}" for part in ("case", "start_utc", "start", "cut", "cut_day")]
    keys += ["calendar"] if "worked" in wanted else []
    keys += ["unit"] if "working days" in wanted else []
    cases = rows.select(*keys).distinct()
    cases = cases.filter(cases[f"{tag}_start_utc"].notnull())
    pieces = joined(pauses)
    found = cases.inner_join(pieces, cases[f"{tag}_case"] == pieces["pause_case"])
    found = found.mutate(
        first=ibis.greatest(found["pause_from"], found[f"{tag}_start_utc"]),
        until=ibis.least(found["pause_until"], found[f"{tag}_cut"]),
        first_day=ibis.greatest(found["pause_from_day"], found[f"{tag}_start"]),
        until_day=ibis.least(found["pause_until_day"], found[f"{tag}_cut_day"]),
    )
    if "worked" in wanted:
        found = scene.clock.read(found, {"first": "first", "until": "until"})
    sums = {_name(tag, time): _length(time, found, scene).sum().cast("int64") for time in wanted}
    added = found.group_by(keys).aggregate(**sums)
    rows = _beside(rows, added, keys)
    bad = pauses.filter(pauses["pause_unread"] | (pauses["pause_until"] < pauses["pause_from"]))
    bad = bad.group_by("pause_case").aggregate(pause_bad=bad["pause_unread"].ifelse(2, 1).max())
    bad = bad.rename({f"{tag}_case": "pause_case", f"{tag}_pause_bad": "pause_bad"})
    rows = _beside(rows, bad, [f"{tag}_case"])
    names = [*sums, f"{tag}_pause_bad"]
    return rows.mutate(**{name: rows[name].fill_null(0) for name in names})


def paused(rows: Any, tag: str, time: str) -> Any:
    """How long the clock of each case stood, after `with_pauses`."""
    return rows[_name(tag, time)]


def _name(tag: str, time: str) -> str:
    return f"{tag}_paused_{TIMES.index(time)}"


def _length(time: str, found: Any, scene: Scene) -> Any:
    stands = found["until"] > found["first"]
    stands_by_day = found["until_day"] > found["first_day"]
    if time == "elapsed":
        return stands.ifelse(found["until"] - found["first"], 0)
    if time == "worked":
        return stands.ifelse(WorkClock.worked(found, "until") - WorkClock.worked(found, "first"), 0)
    if time == "days":
        return stands_by_day.ifelse(found["until_day"] - found["first_day"], 0)
    first, last = scene.span.first, max(scene.now.day, scene.span.first)

    def working(calendar: WorkingDays) -> Any:
        counted = calendar.running_count(first, last)
        return lookup(found["until_day"], first, counted) - lookup(found["first_day"], first, counted)

    return stands_by_day.ifelse(by_calendar(scene.setting, found["unit"], working), 0)


def _beside(rows: Any, added: Any, keys: list[str]) -> Any:
    """The rows, each with what was added up for its keys."""
    other = added.rename({f"{key}_of": key for key in keys})
    found = rows.left_join(other, [rows[key] == other[f"{key}_of"] for key in keys])
    return found.drop(*(f"{key}_of" for key in keys))
