"""What indicators are counted on: the rows of a source as they are, or the cases that an event log tells by now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import ibis

from charter.domain.charter_file.calendars.pauses import Stage, State, StopState, Waits
from charter.domain.charter_file.indicators import IndicatorBase
from charter.domain.charter_file.sources import Events
from charter.domain.readings.stages import stages_of
from charter.domain.vocabulary.errors import SourceError
from charter.sources.cells.columns import Reader, is_embedded
from charter.sources.cells.context import Writing, words_in
from charter.sources.cells.local_time import LocalTime
from charter.sources.cells.moments import Written
from charter.sources.cells.profile import look_at
from charter.sources.cells.queries import Rows, answer, drop, keep
from charter.sources.cells.reach import Reach, reach_of, rows_by_day
from charter.sources.cells.written_text import without_edges
from charter.sources.counting.deadlines import Scene
from charter.sources.counting.pauses import ENDLESS, EVENT_CASE, waits_of
from charter.sources.counting.stages import place_of, stands_in

START, STOP = "$start", "$stop"
"""The columns that tell when a case came into the states of `start` and `stop`."""
KEY, LINE = "$key", "promesse_line"
"""The case of an event as its log writes it, and the line that settles which of two events in one instant is later."""


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
        table = table.mutate(**{LINE: ibis.row_number()})
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
        cases = log.kept(log.cases([indicators[at] for at in places]), closing)
        said = getattr(first, "pauses", None)
        stands = log.kept(log.pauses(said), closing) if isinstance(said, State) else None
        rewritten = [_on_cases(indicators[at]) for at in places]
        own = {each.key: stands for each in rewritten} if stands is not None else {}
        stages = stages_of(first)
        stretches = log.kept(log.stretches(stages, said), closing) if stages else None
        timed, hours = reader.moment(events.at).timed, reader.has_hours(events.at)
        written = {
            name: Written(timed=timed, hours=hours, counted=True) for name in (START, STOP) if name in cases.columns
        }
        told = {each.key: stretches for each in rewritten} if stages else {}
        with_own = replace(scene, pauses={**scene.pauses, **own}, stretches=told)
        yield Cases(rewritten, places, cases, with_own, written, reach, lost, days)


def _states_of(indicator: IndicatorBase) -> str:
    said = [getattr(indicator, name, None) for name in ("start", "stop", "pauses")]
    said += [State(state=each.state) for each in stages_of(indicator)]
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

    def cases(self, indicators: Sequence[IndicatorBase]) -> Any:
        """One row for each case: of its newest event the columns that indicators of the same states read, and when it
        came into these.

        The log is put in order once, with no more than is asked of it: each further window would sort it again.
        """
        start, stop = (getattr(indicators[0], name, None) for name in ("start", "stop"))
        rows = self._happened(indicators)
        at, state, window = rows["promesse_at"], rows["promesse_state"], self._window()
        told: dict[str, Any] = {"promesse_newest": at.lead().over(window).isnull()}
        if isinstance(start, State):
            told["promesse_starts"] = state.isin(start.state)
        if isinstance(stop, State):
            stops = state.isin(stop.state)
            told["promesse_stops"] = stops
            told["promesse_enters"] = stops & ~stops.lag().over(window).fill_null(False)
        rows = rows.mutate(**told)
        cases = rows.group_by(KEY).aggregate(**self._of_each(rows, start, stop))
        if isinstance(stop, StopState):
            cases = cases.mutate(**{STOP: self._stop(cases, stop)})
        cases = cases.mutate(**{EVENT_CASE: self._named(cases)})
        return cases.drop(KEY, *(name for name in cases.columns if name.startswith("promesse_")))

    def _of_each(self, rows: Any, start: Any, stop: Any) -> dict[str, Any]:
        """What is kept of each case: its instants, and the columns of its newest event."""
        at, newest = rows["promesse_at"], rows["promesse_newest"]
        told: dict[str, Any] = {}
        if isinstance(start, State):
            told[START] = at.min(where=rows["promesse_starts"])
        if isinstance(stop, State):
            told["promesse_first"] = at.min(where=rows["promesse_enters"])
            told["promesse_last"] = at.max(where=rows["promesse_enters"])
            told["promesse_there"] = rows["promesse_at"].count(where=newest & rows["promesse_stops"])
        own = (name for name in rows.columns if name != KEY and not name.startswith("promesse_"))
        return told | {name: _greatest(rows[name], newest) for name in own}

    @staticmethod
    def _stop(cases: Any, said: StopState) -> Any:
        """The first time, or the last one where the case is still there; a stop before the start is told as such."""
        if said.which == "first":
            return cases["promesse_first"]
        last = (cases["promesse_there"] > 0).ifelse(cases["promesse_last"], ibis.null("int64"))
        if START not in cases.columns:
            return last
        is_before = (cases["promesse_first"] < cases[START]).fill_null(False)
        return is_before.ifelse(cases["promesse_first"], last)

    def pauses(self, said: State) -> Any:
        """When cases were in states in which the clock stands: from each such event to the next one."""
        rows = self._happened()
        following = {"promesse_next": rows["promesse_at"], "promesse_next_day": rows["promesse_day"]}
        rows = rows.mutate(**{name: value.lead().over(self._window()) for name, value in following.items()})
        rows = rows.filter(rows["promesse_state"].isin(said.state))
        is_open = rows["promesse_next"].isnull()
        return rows.select(
            pause_case=self._named(rows),
            pause_from=rows["promesse_at"],
            pause_until=is_open.ifelse(ENDLESS, rows["promesse_next"]),
            pause_from_day=rows["promesse_day"],
            pause_until_day=is_open.ifelse(ENDLESS, rows["promesse_next_day"]),
            pause_unread=ibis.literal(False),
        )

    def stretches(self, stages: Sequence[Stage], pauses: object) -> Any:
        """When cases were in which stage: from each event to the next one; only those that last."""
        rows = self._happened()
        rows = rows.mutate(promesse_next=rows["promesse_at"].lead().over(self._window()).fill_null(ENDLESS))
        rows = rows.filter(rows["promesse_next"] > rows["promesse_at"])
        state = rows["promesse_state"]
        return rows.select(
            stage_case=self._named(rows),
            stage_place=place_of(state, stages),
            stage_stands=stands_in(state, pauses),
            stage_from=rows["promesse_at"],
            stage_until=rows["promesse_next"],
        )

    def kept(self, query: Any, closing: ExitStack) -> Any:
        """In our own engine a table, asked for once; elsewhere the query itself."""
        if not is_embedded(self.reader.given):
            return query
        table = keep(query, self.reader.source)
        closing.callback(drop, table)
        return table

    def _is_event(self) -> Any:
        events, reader = self.events, self.reader
        return reader.present(events.case) & reader.moment(events.at).day.notnull() & reader.present(events.state)

    def _happened(self, indicators: Sequence[IndicatorBase] = ()) -> Any:
        """The events up to now: case, state, instant, day, what settles their order, and columns that indicators name.

        Cases are told apart by their own column where it is no text: numbers are compared faster.
        """
        events, reader, table = self.events, self.reader, self.reader.table
        owed = [self.scene.setting.owed[one.key] for one in indicators if one.key in self.scene.setting.owed]
        moment, words = reader.moment(events.at), words_in([*indicators, *owed])
        key = reader.text(events.case) if table[events.case].type().is_string() else table[events.case]
        names = reader.given.columns
        kept = {name: table[name] for name in names if name in words or name.startswith("$")}
        ties = {LINE: table[LINE]} if LINE in names else {_tie(at): table[name] for at, name in enumerate(names)}
        happened = table.filter(self._is_event(), self.scene.now.reached(moment))
        told = {KEY: key, "promesse_state": without_edges(reader.text(events.state))}
        told |= {"promesse_at": moment.utc, "promesse_day": moment.day}
        return happened.select(**told, **kept, **ties)

    def _window(self) -> Any:
        """A case's events in order. A database has no lines: there what else the rows say settles ties."""
        names = self.reader.given.columns
        ties = [LINE] if LINE in names else ["promesse_state", *map(_tie, range(len(names)))]
        return ibis.window(group_by=KEY, order_by=["promesse_at", *ties])

    def _named(self, rows: Any) -> Any:
        """The case of each row, as text."""
        return replace(self.reader, table=rows, texts={}).text(KEY)


def _tie(place: int) -> str:
    return f"promesse_tie_{place}"


def _greatest(column: Any, where: Any) -> Any:
    """The value of the one row that is meant: no other way of asking for it is known to every engine."""
    kind = column.type()
    if kind.is_boolean():
        return column.cast("int32").max(where=where) == 1
    known = kind.is_numeric() or kind.is_string() or kind.is_temporal()
    return (column if known else column.cast("string")).max(where=where)
