"""Readings beside what was measured: the figures of a period made again, without writing any.

A month is sealed only where both agree; `verify` looks at every one.
"""

from __future__ import annotations

import json
from collections import defaultdict, namedtuple
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import JSON, String, Text, TypeDecorator, cast, select, type_coerce

from charter.domain.vocabulary.errors import Conflict, Sentence
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import CheckState, Status
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.models.records import AuditEntry, Measurement, Run
from charter.services.charters.versions import History
from charter.services.readings.current_figures import Place, cell_of
from charter.services.readings.projection import COUNTED, Difference, Measured, Memory, differences, recounted
from charter.services.records import audit_log
from charter.services.records.sealing import readings_hash
from charter.services.records.workers import each_share, shared

Progress = Callable[[int, int, str], None]

RUN_COLUMNS = (
    *("id", "indicator_key", "period_key", "version_id", "outcome", "as_of", "reaches_past", "fingerprint"),
    *("definition_hash", "seen"),
)
CELL_COLUMNS = (
    *("id", "run_id", "indicator_key", "period_key", "unit_key", "channel", "segment", "numerator", "denominator"),
    *("pending", "stopped", "total", "squares", "promoters", "detractors", "excluded", "steps", "stages", "owed"),
    *("value", "cubes", "low", "high", "corrects_id", "reason"),
)
READING_COLUMNS = ("indicator_key", "period_key", "unit_key", *COUNTED)
PERIODS_AT_ONCE = 24
"""So many periods of an indicator are read together: memory does not grow with history."""


@dataclass(frozen=True)
class Standing:
    """The runs that hold for one indicator and period: the newest, and the last that read the source (0: none)."""

    run: Any
    last_read: int


def standings(runs: Iterable[Any]) -> dict[Place, Standing]:
    """By indicator and period, which of these runs hold; `runs` in order."""
    found: dict[Place, Standing] = {}
    for run in runs:
        if run.outcome == "done":
            place = (run.indicator_key, run.period_key)
            before = found[place].last_read if place in found else 0
            found[place] = Standing(run, run.id if run.fingerprint is not None else before)
    return found


def measured_at(found: History, place: Place, standing: Standing, cells: Iterable[Any]) -> Measured | None:
    """What holds for an indicator and period, by the charter of that time; None where that measured it otherwise."""
    period = parse_period(place[1])
    version = found.on(period.start)
    _, indicator = version.indicators.get(place[0], (None, None))
    if indicator is None or indicator.period is not period.kind:
        return None
    newest = {(row.unit_key, row.channel, row.segment): row for row in cells if row.run_id >= standing.last_read}
    return Measured(version, indicator, period, standing.run, [cell_of(row) for row in newest.values()])


def by_place(rows: Iterable[Any]) -> dict[Place, list[Any]]:
    """Rows by their indicator and period."""
    found: dict[Place, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.indicator_key, row.period_key].append(row)
    return found


def batches(places: Collection[Place]) -> Iterator[tuple[str, list[str]]]:
    """The places by indicator, so many periods at once."""
    periods: dict[str, list[str]] = defaultdict(list)
    for key, period in sorted(places):
        periods[key].append(period)
    for key, keys in periods.items():
        for at in range(0, len(keys), PERIODS_AT_ONCE):
            yield key, keys[at : at + PERIODS_AT_ONCE]


def of_places(model: Any, names: tuple[str, ...], indicator: str, periods: Sequence[str]) -> list[Any]:
    """The rows of one indicator and some periods with these columns, in order: values by name and nothing more."""
    table = model.__table__
    columns = [_column(table.c[name]) for name in names]
    query = select(*columns).where(table.c.indicator_key == indicator, table.c.period_key.in_(periods))
    return list(map(_row_of(names)._make, db.session.execute(query.order_by(table.c.id)).all()))


@cache
def _row_of(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)


class _Parsed(TypeDecorator[Any]):
    """A column of JSON, for reading only: the same text is parsed once."""

    impl = Text
    cache_ok = True

    def result_processor(self, dialect: object, coltype: object) -> Callable[[Any], Any]:
        return _parsed


@lru_cache(maxsize=4096)
def _parsed(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _column(column: Any) -> Any:
    """The column as it is read here."""
    return cast(column, _Parsed).label(column.name) if isinstance(column.type, JSON) else column


def _differing(found: History, places: set[Place], progress: Progress | None) -> list[Difference]:
    """The readings of these places that differ from what was measured.

    The newest of each indicator are counted again. Those before are beside them in charts and lines: where they are
    what the entry of their run kept when they were counted, they are not counted a second time.
    """
    runs: dict[Place, Standing] = {}
    for key, periods in batches(places):
        runs |= standings(of_places(Run, RUN_COLUMNS, key, periods))
    newest = _newest(places) | (places - runs.keys())
    open_ = newest | _unlike({place: runs[place] for place in places - newest})
    different, memory = list[Difference](), Memory()
    for looked_at, (key, periods) in enumerate(batches(open_)):
        if progress is not None:
            progress(looked_at * PERIODS_AT_ONCE, max(len(open_), looked_at * PERIODS_AT_ONCE), key)
        cells = by_place(of_places(Measurement, CELL_COLUMNS, key, periods))
        held = by_place(of_places(ReadingRow, READING_COLUMNS, key, periods))
        for period in periods:
            place = (key, period)
            if place in runs:
                rows = Rows(cells.get(place, ()), held.get(place, ()))
                different += compared(found, place, runs[place], rows, memory)
            else:
                different += differences(place, (), held.get(place, ()))
    return different


def _done_places(first: date, last: date, now: datetime) -> set[Place]:
    table = DueCheck.__table__
    done = select(table.c.indicator_key, table.c.period_key).where(
        table.c.period_end.between(first, last), table.c.state == CheckState.DONE, table.c.done_at <= now
    )
    return {(row.indicator_key, row.period_key) for row in db.session.execute(done)}


COUNTED_AGAIN = 2
"""The newest periods of an indicator: that which stands for a month, and that of the month before."""


def _newest(places: Collection[Place]) -> set[Place]:
    ends: dict[str, list[tuple[date, Place]]] = defaultdict(list)
    for place in places:
        ends[place[0]].append((parse_period(place[1]).end, place))
    return {place for of_key in ends.values() for _, place in sorted(of_key)[-COUNTED_AGAIN:]}


def _unlike(standing: Mapping[Place, Standing]) -> set[Place]:
    """The places whose readings are not those that the entry of their run vouches for."""
    vouched = _vouched_readings([one.run.id for one in standing.values()])
    unlike = set()
    table = ReadingRow.__table__
    columns = [table.c[name] for name in ("indicator_key", "period_key", *_TOLD)]
    # As the columns keep it: nothing is read as a number that is only compared.
    counts = [type_coerce(table.c[name], String()).label(name) for name in ("numerator", "denominator")]
    for key, periods in batches(standing):
        query = select(*columns, *counts).where(table.c.indicator_key == key, table.c.period_key.in_(periods))
        rows = by_place(db.session.connection().execute(query))
        for period in periods:
            place = (key, period)
            held = readings_hash(row._mapping for row in rows.get(place, ()))
            if vouched.get(f"run {standing[place].run.id}") != held:
                unlike.add(place)
    return unlike


_TOLD = ("unit_key", "status", "value", "steps", "definition_hash")


def _vouched_readings(runs: Sequence[int]) -> dict[str, str]:
    """The hash of the readings that each run came to, by the subject of its entry; only of entries that hold."""
    found = {}
    for at in range(0, len(runs), ENTRIES_AT_ONCE):
        subjects = [f"run {number}" for number in runs[at : at + ENTRIES_AT_ONCE]]
        query = select(*AuditEntry.__table__.c).where(
            AuditEntry.action.in_(("check:run", "check:complete")), AuditEntry.subject.in_(subjects)
        )
        for row in db.session.connection().execute(query):
            if audit_log.holds(row._asdict()) and "readings" in (row.after or {}):
                found[row.subject] = row.after["readings"]
    return found


ENTRIES_AT_ONCE = 500


@dataclass(frozen=True)
class Rows:
    """The measurements and readings of one indicator and period."""

    cells: Sequence[Any]
    held: Sequence[Any]


def compared(found: History, place: Place, standing: Standing, rows: Rows, memory: Memory) -> list[Difference]:
    """Where the readings of one indicator and period are not what its measurements give."""
    measured = measured_at(found, place, standing, rows.cells)
    return [] if measured is None else differences(place, recounted(measured, memory), rows.held)


def sentence_of(one: Difference) -> Sentence:
    """What a reading says, and what its measurements say."""
    indicator, unit = one.place.indicator, one.place.unit
    period = parse_period(one.place.period)
    if one.counted is None:
        return Sentence(
            "The reading of %(indicator)s for %(period)s, %(unit)s: nothing was measured for it.",
            indicator=indicator,
            period=period,
            unit=unit,
        )
    if one.stored is None:
        return Sentence(
            "The reading of %(indicator)s for %(period)s, %(unit)s is not there.",
            indicator=indicator,
            period=period,
            unit=unit,
        )
    if one.column == "status":
        return Sentence(
            "The reading of %(indicator)s for %(period)s, %(unit)s says %(stored)s; its measurements say %(counted)s.",
            indicator=indicator,
            period=period,
            unit=unit,
            stored=_status(one.stored.status),
            counted=_status(one.counted["status"]),
        )
    return Sentence(
        "The reading of %(indicator)s for %(period)s, %(unit)s is not what its measurements give (%(column)s: "
        "%(stored)s, measured %(counted)s).",
        indicator=indicator,
        period=period,
        unit=unit,
        column=one.column,
        stored=str(getattr(one.stored, one.column)),
        counted=str(one.counted[one.column]),
    )


def _status(code: str) -> Status | str:
    return Status(code) if code in set(Status) else code


NAMED = 5
SHARED_FROM = 200
"""Fewer periods than that are looked at before a second process has begun."""


@dataclass(frozen=True)
class Measurable:
    """Which readings are looked at: of the periods that ended in a stretch of days, and were done by `now`. `workers`:
    so many processes share the look, where the caller's process may be copied (a command's)."""

    first: date
    last: date
    now: datetime
    workers: int = 1


def require_measured(found: History, asked: Measurable, *, progress: Progress | None = None) -> None:
    """Refuse to seal or print what is not what was measured. Raises Conflict, naming the first readings that differ."""
    places = _done_places(asked.first, asked.last, asked.now)
    indicators = sorted({key for key, _ in places})
    shares = shared(indicators, asked.workers if len(places) >= SHARED_FROM else 1)

    def look(share: Sequence[str]) -> list[Sentence]:
        mine = {place for place in places if place[0] in share}
        return [sentence_of(one) for one in _differing(found, mine, progress)]

    different = [sentence for part in each_share(shares, look) for sentence in part]
    if different:
        raise Conflict(
            "%(count)s readings are not what was measured, so nothing was frozen. %(which)s See what verify "
            "says; `flask charter rebuild` makes readings again from what was measured.",
            count=len(different),
            which=_together(different[:NAMED]),
        )


def _together(sentences: Sequence[Sentence]) -> Sentence:
    """Whole sentences, one after another."""
    first, *others = sentences
    return Sentence("%(one)s %(more)s", one=first, more=_together(others)) if others else first
