"""What indicators are counted on: the rows of a source as they are, or the cases that an event log tells by now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import ibis

from charter.domain.charter_file.calendars.pauses import State, StopState, Waits
from charter.domain.charter_file.indicators import IndicatorBase
from charter.domain.charter_file.sources import Events
from charter.domain.vocabulary.errors import SourceError
from charter.sources.cells.columns import Reader, is_embedded
from charter.sources.cells.context import Writing
from charter.sources.cells.local_time import LocalTime
from charter.sources.cells.moments import Written
from charter.sources.cells.profile import look_at
from charter.sources.cells.queries import Rows, answer, keep
from charter.sources.cells.reach import Reach, reach_of, rows_by_day
from charter.sources.counting.deadlines import Scene
from charter.sources.counting.pauses import ENDLESS, EVENT_CASE, waits_of

START, STOP = "$start", "$stop"
"""The columns that tell when a case came into the states of `start` and `stop`."""


@dataclass(frozen=True)
class Cases:
    """Indicators that share a table, each with its place among those asked for; `written` where columns tell instants.

    Of the event log that tells the cases: how far it reaches, how many of its rows are `lost`, being no event, and how
    many it has on each of its `days`.
    """

    indicators: Sequence[IndicatorBase]
    places: Sequence[int]
    table: Any
    scene: Scene
    written: Mapping[str, Written] = field(default_factory=dict)
    reach: Reach | None = None
    lost: int = 0
    days: Mapping[date, int] = field(default_factory=dict)


@contextmanager
def cases_of(
    indicators: Sequence[IndicatorBase], table: Any, scene: Scene, others: Mapping[str, Any]
) -> Iterator[Iterator[Cases]]:
    """The tables that indicators of one source are counted on; let go at the end of the block.

    `others` are the tables of sources that tell pauses, by key. Raises SourceError.
    """
    source = indicators[0].source or ""
    with ExitStack() as closing:
        pauses = {each.key: one for each in indicators if (one := _waits(each, scene, others, closing)) is not None}
        scene = replace(scene, pauses=pauses)
        events = scene.setting.events.get(source)
        if events is None:
            yield iter([Cases(indicators, range(len(indicators)), table, scene)])
        else:
            # The newest event of a case may be of any day: the log is read whole.
            log = table.whole() if isinstance(table, Rows) else table
            yield _told_by_log(indicators, log, events, scene, closing)


def _waits(indicator: IndicatorBase, scene: Scene, others: Mapping[str, Any], closing: ExitStack) -> Any | None:
    said = getattr(indicator, "pauses", None)
    if not isinstance(said, Waits):
        return None
    if said.source not in others:
        raise SourceError("The pauses of “%(source)s” were not opened.", source=said.source)
    reader = _reader(others[said.source], said.source, scene, [said.from_, said.until])
    closing.callback(reader.let_go)
    return waits_of(reader, said)


def _reader(table: Any, source: str, scene: Scene, dates: Sequence[str]) -> Reader:
    local = LocalTime(scene.setting.zone, scene.span.first - timedelta(days=400), scene.now.day)
    reader = Reader(table, source, local, writing=scene.setting.writings.get(source, Writing()))
    look_at(reader, [(name, "date") for name in dates])
    reader.prepare(dates)
    return reader


MOST_STATES = 200
"""So many states of a log are told apart; more are no states."""


def states_shown(table: Any, events: Events, source: str) -> list[str]:
    """The states that a log shows, the most frequent first. Raises SourceError."""
    reader = Reader(table, source, LocalTime("UTC", date(2000, 1, 1), date(2000, 1, 1)))
    states = table.select(state=reader.text(events.state).strip())
    states = states.filter(states["state"].notnull())
    often = states.group_by("state").aggregate(times=states.count())
    asked = often.order_by([ibis.desc("times"), "state"]).limit(MOST_STATES)
    return [row["state"] for row in answer(asked, source)]


def _told_by_log(
    indicators: Sequence[IndicatorBase], table: Any, events: Events, scene: Scene, closing: ExitStack
) -> Iterator[Cases]:
    if is_embedded(table):
        table = table.mutate(promesse_line=ibis.row_number())
    reader = _reader(table, indicators[0].source or "", scene, [events.at])
    closing.callback(reader.let_go)
    log = EventLog(reader, events, scene)
    reach, lost = reach_of(reader, events.at, scene.now), log.lost()
    days = {} if reach.last is None else rows_by_day(reader, events.at, reach.last)
    alike: dict[str, list[int]] = {}
    for at, each in enumerate(indicators):
        alike.setdefault(_states_of(each), []).append(at)
    for places in alike.values():
        first = indicators[places[0]]
        cases = log.kept(log.cases(first), closing)
        said = getattr(first, "pauses", None)
        stands = log.kept(log.pauses(said), closing) if isinstance(said, State) else None
        rewritten = [_on_cases(indicators[at]) for at in places]
        own = {each.key: stands for each in rewritten} if stands is not None else {}
        timed, hours = reader.moment(events.at).timed, reader.has_hours(events.at)
        written = {
            name: Written(timed=timed, hours=hours, counted=True) for name in (START, STOP) if name in cases.columns
        }
        with_own = replace(scene, pauses={**scene.pauses, **own})
        yield Cases(rewritten, places, cases, with_own, written, reach, lost, days)


def _states_of(indicator: IndicatorBase) -> str:
    said = [getattr(indicator, name, None) for name in ("start", "stop", "pauses")]
    return json.dumps([one.model_dump(mode="json") if isinstance(one, State) else None for one in said])


def _on_cases(indicator: IndicatorBase) -> IndicatorBase:
    """The indicator as it reads the cases of its log: its states are columns there."""
    columns = {"start": START, "stop": STOP}
    named = {name: each for name, each in columns.items() if isinstance(getattr(indicator, name, None), State)}
    return indicator.model_copy(update=named)


@dataclass(frozen=True)
class EventLog:
    """The events of cases up to now, in order: by their instant, of two in one instant by their line in the file.

    A row without a case, a readable instant or a state is no event.
    """

    reader: Reader
    events: Events
    scene: Scene

    def lost(self) -> int:
        """How many rows are no event."""
        found = answer(self.reader.table.aggregate(lost=(~self._is_event()).sum()), self.reader.source)
        return int(found[0]["lost"] or 0)

    def cases(self, indicator: IndicatorBase) -> Any:
        """One row for each case: the columns of its newest event, and when it came into the states asked for."""
        rows = self._ordered()
        start, stop = getattr(indicator, "start", None), getattr(indicator, "stop", None)
        of_case = ibis.window(group_by="promesse_case")
        if isinstance(stop, State):
            rows = rows.mutate(promesse_stops=rows["promesse_state"].isin(stop.state))
            before = rows["promesse_stops"].lag().over(self._window()).fill_null(False)
            rows = rows.mutate(promesse_enters=rows["promesse_stops"] & ~before)
        told: dict[str, Any] = {EVENT_CASE: rows["promesse_case"]}
        null = ibis.null("int64")
        if isinstance(start, State):
            starts = rows["promesse_state"].isin(start.state).ifelse(rows["promesse_at"], null)
            told[START] = starts.min().over(of_case)
        if isinstance(stop, State):
            enters = rows["promesse_enters"].ifelse(rows["promesse_at"], null)
            told["promesse_first"] = enters.min().over(of_case)
            told[STOP] = enters.max().over(of_case)
        rows = rows.mutate(**told)
        rows = rows.filter(rows["promesse_next"].isnull())
        if isinstance(stop, StopState):
            rows = rows.mutate(**{STOP: self._stop(rows, stop)})
        return rows.drop(*(name for name in rows.columns if name.startswith("promesse_")))

    @staticmethod
    def _stop(rows: Any, said: StopState) -> Any:
        """The first time, or the last one where the case is still there; a stop before the start is told as such."""
        if said.which == "first":
            return rows["promesse_first"]
        last = rows["promesse_stops"].ifelse(rows[STOP], ibis.null("int64"))
        if START not in rows.columns:
            return last
        is_before = (rows["promesse_first"] < rows[START]).fill_null(False)
        return is_before.ifelse(rows["promesse_first"], last)

    def pauses(self, said: State) -> Any:
        """When cases were in states in which the clock stands: from each such event to the next one."""
        rows = self._ordered()
        rows = rows.filter(rows["promesse_state"].isin(said.state))
        is_open = rows["promesse_next"].isnull()
        return rows.select(
            pause_case=rows["promesse_case"],
            pause_from=rows["promesse_at"],
            pause_until=is_open.ifelse(ENDLESS, rows["promesse_next"]),
            pause_from_day=rows["promesse_day"],
            pause_until_day=is_open.ifelse(ENDLESS, rows["promesse_next_day"]),
            pause_unread=ibis.literal(False),
        )

    def kept(self, query: Any, closing: ExitStack) -> Any:
        """In our own engine a table, asked for once; elsewhere the query itself."""
        if not is_embedded(self.reader.given):
            return query
        name = f"promesse_{uuid4().hex}"
        table = keep(query, name, self.reader.source)
        closing.callback(lambda: table.get_backend().drop_table(name, force=True))
        return table

    def _is_event(self) -> Any:
        events, reader = self.events, self.reader
        return reader.present(events.case) & reader.moment(events.at).day.notnull() & reader.present(events.state)

    def _ordered(self) -> Any:
        """Events with the next one of their case."""
        events, reader = self.events, self.reader
        moment = reader.moment(events.at)
        happened = reader.table.filter(self._is_event(), self.scene.now.reached(moment))
        at = replace(reader, table=happened)
        moment = at.moment(events.at)
        rows = happened.mutate(
            promesse_case=at.text(events.case),
            promesse_state=at.text(events.state).strip(),
            promesse_at=moment.utc,
            promesse_day=moment.day,
        )
        following = {"promesse_next": rows["promesse_at"], "promesse_next_day": rows["promesse_day"]}
        return rows.mutate(**{name: value.lead().over(self._window()) for name, value in following.items()})

    def _window(self) -> Any:
        """A case's events in order. A database has no lines: there what else the rows say settles ties."""
        names = [name for name in self.reader.given.columns if not name.startswith("promesse_")]
        ties = ["promesse_line"] if "promesse_line" in self.reader.given.columns else ["promesse_state", *names]
        return ibis.window(group_by="promesse_case", order_by=["promesse_at", *ties])
