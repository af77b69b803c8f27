"""Working hours, working days and pauses against a clock that looks at every minute, in zones that change theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import median
from typing import Any

import pyarrow as pa
import pytest
from pydantic import TypeAdapter

from charter.domain.charter_file.calendars.charter_calendars import OwnCalendar, opening_of
from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.sources import Events
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.working_days import WorkingDays
from charter.sources.cells.context import Setting
from charter.sources.counting.measure import measure, measure_many
from tests.sources.slow_clock import Asked, Case, fate, worked_minutes

MINUTE = timedelta(minutes=1)


def own(country: str, hours: dict[str, list[str]] | None, **more: Any) -> WorkingDays:
    said = OwnCalendar.model_validate({"open": hours} | more)
    opened = WorkingDays(country).closed_days
    days = tuple((date.fromisoformat(day), tuple(sorted(map(opening_of, one)))) for day, one in said.open_days.items())
    return WorkingDays(country, opened | frozenset(said.closed_days), said.week, days)


CENTRE = own("FR", {"mon-fri": ["09:00-12:30", "13:30-18:00"], "sat": ["09:00-12:00"]}, closed_days=["2026-03-31"])
NIGHTS = own("FR-57", {"mon-sun": ["00:00-06:00", "22:00-24:00"]}, open_days={"2026-04-06": ["10:00-16:00"]})
SUNDAYS = own("SA", {"sun-thu": ["08:00-17:00"]})
PLACES = [
    # Two weeks around a change of clocks: in Cairo at midnight, at Lord Howe by half an hour.
    ("Europe/Paris", "2026-03", datetime(2026, 3, 20, tzinfo=UTC), [CENTRE, WorkingDays("FR")]),
    ("Europe/Paris", "2026-10", datetime(2026, 10, 17, tzinfo=UTC), [NIGHTS]),
    ("America/New_York", "2026-11", datetime(2026, 11, 1, 5, tzinfo=UTC), [own("US", {"mon-sun": ["00:30-03:00"]})]),
    ("Australia/Lord_Howe", "2026-04", datetime(2026, 4, 1, 12, tzinfo=UTC), [own("AU", {"mon-sun": ["01:00-02:45"]})]),
    ("Africa/Cairo", "2026-10", datetime(2026, 10, 20, tzinfo=UTC), [own("EG", {"sun-thu": ["08:00-24:00"]})]),
    ("Asia/Riyadh", "2026-10", datetime(2026, 10, 10, tzinfo=UTC), [SUNDAYS]),
]
DELAYS = [(30, "hours"), (3, "days"), (2, "working days")]
WORKED = [(3, "working hours"), (95, "working minutes")]
"""Told on one clock: each place asks for one of them."""
SIZE = 720
"""Cases for each place and calendar: 5,000 in all."""


def make_case(random: Random, first: datetime) -> Case:
    """A case of some days with up to three pauses: overlapping, touching, before it, after it, without an end."""
    start = first + random.randrange(7 * 1440) * MINUTE
    length = random.choice([random.randrange(300), random.randrange(8 * 1440)])
    stop = start + length * MINUTE if random.random() < 0.8 else None
    pauses = []
    for _ in range(random.choice([0, 0, 1, 1, 2, 3])):
        begin = start + random.randrange(-600, 4 * 1440) * MINUTE
        pauses.append((begin, begin + random.randrange(2 * 1440) * MINUTE if random.random() < 0.9 else None))
    return Case(start, stop, pauses)


def tables(engine: Any, cases: list[Case]) -> tuple[Any, Any]:
    kind = pa.timestamp("us", "UTC")
    ids = [str(at) for at in range(len(cases))]
    columns = [ids, [each.start for each in cases], [each.stop for each in cases]]
    rows = pa.table([pa.array(columns[0]), *(pa.array(each, kind) for each in columns[1:])], ["id", "a", "b"])
    told = [(at, *pause) for at, each in zip(ids, cases, strict=True) for pause in each.pauses]
    waits = [[one[place] for one in told] for place in range(3)]
    names = ["id", "since", "until"]
    pauses = pa.table([pa.array(waits[0], pa.string()), *(pa.array(each, kind) for each in waits[1:])], names)
    made = [engine.create_table(f"made_{name}", table, overwrite=True) for name, table in (("a", rows), ("b", pauses))]
    return made[0], made[1]


def make(kind: str, **more: Any) -> Any:
    said = {"title": "i", "source": "cases", "kind": kind, "start": "a", "stop": "b", "distinct": "id"}
    pauses = {"source": "waits", "case": "id", "from": "since", "until": "until"}
    return TypeAdapter(Indicator).validate_python(said | {"pauses": pauses} | more)


@pytest.mark.parametrize(("zone", "month", "first", "calendars"), PLACES, ids=lambda one: str(one)[:16])
def test_every_case_fares_as_minute_by_minute(
    engine: Any, zone: str, month: str, first: datetime, calendars: list[WorkingDays]
) -> None:
    random = Random(f"{zone} {month}")
    whole = parse_period(month)
    cases = [make_case(random, first) for _ in range(SIZE * len(calendars))]
    as_of = first + random.randrange(6 * 1440, 12 * 1440) * MINUTE
    rows, waits = tables(engine, cases)
    # Each case is a unit, and units have their calendars in turn.
    kept = {str(at): calendars[at % len(calendars)] for at in range(len(cases))}
    delays = [WORKED[whole.start.month % 2], *DELAYS]
    indicators = [
        make("share-within", key=f"i{at}", within=f"{n} {unit}", unit="id") for at, (n, unit) in enumerate(delays)
    ]
    told = measure_many(
        indicators, rows, [whole, whole.next()], as_of, Setting(zone, calendars[0], kept), {"waits": waits}
    )
    for (count, unit), measured in zip(delays, told, strict=True):
        by_case = {int(cell.unit): cell.counts for cell in measured.cells}
        assert sorted(by_case) == [at for at, case in enumerate(cases) if case.start <= as_of]
        for at, counts in by_case.items():
            asked = Asked(count, unit, as_of, zone, kept[str(at)])
            found = "pending" if counts.pending else "met" if counts.numerator else "missed"
            assert found == fate(cases[at], asked), (asked, cases[at], counts)


def test_working_time_of_cases_adds_up_minute_by_minute(engine: Any) -> None:
    random = Random("lengths")
    first, zone = datetime(2026, 3, 20, tzinfo=UTC), "Europe/Paris"
    cases = [case for case in (make_case(random, first) for _ in range(40)) if case.stop is not None]
    rows, waits = tables(engine, cases)
    as_of = first + timedelta(days=40)
    asked = Asked(1, "working minutes", as_of, zone, CENTRE)
    expected = [worked_minutes(case, asked) for case in cases]
    periods = [parse_period("2026-03")]
    mean = make("mean", key="m", **{"in": "working minutes"})
    found = measure(mean, rows, periods, as_of, Setting(zone, CENTRE), {"waits": waits}).counts()
    assert (found.denominator, found.total) == (len(cases), sum(expected))
    middle = make("percentile", key="p", percentile=50, **{"in": "working minutes"})
    values = measure(middle, rows, periods, as_of, Setting(zone, CENTRE), {"waits": waits}).values
    assert float(values["2026-03", ""]) == median(expected)


LOG = """
1 2026-03-02T09:00 New n|1 2026-03-02T11:00 Resolved n|1 2026-03-07T11:00 Closed n
2 2026-03-02T16:00 Resolved n|2 2026-03-02T10:00 Resolved n|2 2026-03-02T09:00 New n|2 2026-03-02T10:30 Active n
3 2026-03-02T09:00 New n|3 2026-03-02T09:00 Resolved s|4 2026-03-02T09:00 Resolved s|4 2026-03-02T09:00 New n
5 2026-03-02T09:00 New n|5 2026-03-02T08:00 Resolved n|6 2026-03-02T11:00 Resolved n
7 2026-03-02T09:00 New n|7 2026-03-02T10:00 Resolved n|7 2026-05-25T10:00 Active n
8 2026-03-02T09:00 New n|8 2026-03-02T10:00 - n|8 2026-03-02T10:30 Resolved n|8 2026-03-02T16:30 Resolved n
9 soon New n|10 2026-03-02T09:00 New n|10 2026-03-02T10:00 Awaiting n|10 2026-03-02T12:00 Awaiting n
10 2026-03-02T15:00 Active z|10 2026-03-02T17:00 Closed z
"""


def test_cases_are_read_from_their_events(engine: Any) -> None:
    """2 is reopened, 3 and 4 have two events in one second, 5 stops before it starts, 7 is reopened after `as_of`."""
    told = [one.split() for one in LOG.replace("\n", "|").split("|") if one.strip()]
    columns = [pa.array([None if one[at] == "-" else one[at] for one in told], pa.string()) for at in range(4)]
    log = engine.create_table("made_log", pa.table(columns, ["number", "at", "state", "site"]), overwrite=True)
    setting = Setting("Europe/Paris", CENTRE, events={"cases": Events(case="number", at="at", state="state")})
    periods, as_of = [parse_period("2026-03")], datetime(2026, 5, 20, 10, tzinfo=UTC)
    states = {"start": {"state": ["New"]}, "pauses": {"state": ["Awaiting"]}, "distinct": None, "unit": "site"}
    last = make("share-within", key="l", within="4 hours", stop={"state": ["Resolved", "Closed"]}, **states)
    first = make("share-within", key="f", within="4 hours", stop={"state": ["Resolved"], "which": "first"}, **states)
    by_last, by_first = measure_many([last, first], log, periods, as_of, setting)
    whole = by_last.counts()
    assert (whole.numerator, whole.denominator, whole.excluded) == (5, 7, {"stop before start": 1})
    assert {unit: by_last.counts(unit=unit).denominator for unit in ("n", "s", "z")} == {"n": 5, "s": 1, "z": 1}
    assert (by_last.undated, by_last.rows_read, by_last.latest) == (3, 27, date(2026, 3, 7))
    assert (by_first.counts().numerator, by_first.counts().denominator) == (6, 7)
    later = measure(last, log, periods, datetime(2026, 6, 1, tzinfo=UTC), setting).counts()
    assert (later.numerator, later.denominator) == (4, 7)


def test_a_pause_that_cannot_be_leaves_the_case_out(count: Callable[..., Any]) -> None:
    rows = [
        {"a": "2026-10-05T09:00", "b": "2026-10-05T12:00", "m": minutes}
        for minutes in ("60", "-1", "181", "180", "0", None)
    ]
    found = count(rows, "share-within", within="2 hours", paused="m").counts()
    assert (found.numerator, found.denominator) == (2, 4)
    assert found.excluded == {"negative pause": 1, "pause longer than the case": 1}
