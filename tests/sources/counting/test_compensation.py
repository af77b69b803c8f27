"""What misses owe, case by case, against a clock that looks at every minute or day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from pydantic import TypeAdapter

from charter.domain.charter_file.evidence import Compensation
from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.sources import Events
from charter.domain.vocabulary.periods import parse_period
from charter.sources.cells.context import Setting
from charter.sources.counting.measure import measure, measure_many
from tests.sources.counting.test_clock import CENTRE, MINUTE
from tests.sources.slow_clock import Asked, Case, _day, _deadline, _last_day, fate, open_between

ZONE, FIRST = "Europe/Paris", datetime(2026, 3, 20, tzinfo=UTC)
AS_OF = FIRST + timedelta(days=16, minutes=61)
WAITS = {"source": "waits", "case": "number", "from": "since", "until": "until"}
FROM = date(2026, 3, 23)


@dataclass(frozen=True)
class Customer:
    """A case and of which kind its customer is."""

    case: Case
    kind: str


def make_customer(random: Random) -> Customer:
    start = FIRST + random.randrange(7 * 1440) * MINUTE
    stop = start + random.randrange(8 * 1440) * MINUTE if random.random() < 0.8 else None
    begin = start + random.randrange(2000) * MINUTE
    pauses = [(begin, begin + random.randrange(900) * MINUTE)] if random.random() < 0.4 else []
    return Customer(Case(start, stop, pauses), random.choice(["home", "business", "farm"]))


def steps(case: Case, asked: Asked, every: int) -> int:
    """How many whole stretches of `every` lie between the deadline and the stop, or now."""
    stop = case.stop if case.stop is not None and case.stop <= AS_OF else None
    if asked.unit in ("days", "working days"):
        day, last, found = _last_day(case, stop, asked), _day(stop or AS_OF, ZONE), 0
        while day < last:
            day += timedelta(days=1)
            found += asked.unit == "days" or asked.calendar.is_working(day)
        return found // every
    end = _deadline(case, stop, asked)
    assert end is not None
    until = stop or AS_OF
    late = int(open_between(end, until, asked).sum()) if asked.unit.startswith("working") else (until - end) // MINUTE
    return late // (every * 60)


def owed(each: Customer, asked: Asked, every: int) -> int:
    """In cents: homes 65 and 35 for each further stretch; businesses 130.50, where the case begins from a day on."""
    if fate(each.case, asked) != "missed":
        return 0
    if each.kind == "home":
        return 6500 + 3500 * steps(each.case, asked, every)
    return 13_050 if each.kind == "business" and _day(each.case.start, ZONE) >= FROM else 0


def make(key: str, within: str, **more: Any) -> Any:
    said = {"key": key, "title": "i", "source": "cases", "kind": "share-within", "start": "opened", "stop": "closed"}
    said |= {"within": within, "unit": "number", "pauses": WAITS, "minimum": 1}
    return TypeAdapter(Indicator).validate_python(said | more)


def owing(every: str) -> Compensation:
    home = {"where": {"kind": "home"}, "amount": 65, "further": {"amount": 35, "every": every}}
    business = {"where": {"kind": ["business"]}, "from": FROM.isoformat(), "amount": 130.5}
    return Compensation.model_validate({"currency": "EUR", "amounts": [home, business]})


def tables(engine: Any, customers: Sequence[Customer]) -> tuple[Any, Any]:
    instant, text = pa.timestamp("us", "UTC"), pa.string()
    cases = {
        "number": pa.array([str(n) for n in range(len(customers))], text),
        "opened": pa.array([one.case.start for one in customers], instant),
        "closed": pa.array([one.case.stop for one in customers], instant),
        "kind": pa.array([one.kind for one in customers], text),
    }
    waits = [(str(n), *pause) for n, one in enumerate(customers) for pause in one.case.pauses]
    pauses = {
        name: pa.array([row[at] for row in waits], text if at == 0 else instant)
        for at, name in enumerate(("number", "since", "until"))
    }
    made = (engine.create_table(name, pa.table(of), overwrite=True) for name, of in (("c", cases), ("w", pauses)))
    return next(made), next(made)


@pytest.mark.parametrize(
    ("within", "every"),
    [
        (Asked(24, "hours", AS_OF, ZONE, CENTRE), 12),
        (Asked(4, "working hours", AS_OF, ZONE, CENTRE), 3),
        (Asked(2, "working days", AS_OF, ZONE, CENTRE), 2),
        (Asked(2, "days", AS_OF, ZONE, CENTRE), 1),
    ],
    ids=lambda one: one.unit.replace(" ", "-") if isinstance(one, Asked) else str(one),
)
def test_each_miss_owes_what_a_slow_clock_says(engine: Any, within: Asked, every: int) -> None:
    random = Random(f"owed {within.unit}")
    customers = [make_customer(random) for _ in range(400)]
    cases, waits = tables(engine, customers)
    indicator = make("i", f"{within.count} {within.unit}")
    setting = Setting(ZONE, CENTRE, owed={"i": owing(f"{every} {within.unit}")})
    periods = [parse_period("2026-03")]
    found = measure(indicator, cases, periods, AS_OF, setting, {"waits": waits})
    seen = {cell.unit: cell.counts.owed["cents"] for cell in found.cells if cell.counts.denominator}
    expected = {str(n): owed(one, within, every) for n, one in enumerate(customers) if str(n) in seen}
    assert seen == expected
    assert sum(seen.values()) > 1_000_000
    whole = found.counts()
    assert whole.owed["of"] == whole.denominator == len(seen)
    assert whole.owed["cases"] == sum(one > 0 for one in expected.values())
    still = [n for n, one in enumerate(customers) if one.case.stop is None or one.case.stop > AS_OF]
    assert whole.owed["open"] == sum(expected.get(str(n), 0) > 0 for n in still) > 0


def test_what_is_owed_changes_no_count(engine: Any) -> None:
    random = Random("alike")
    cases, waits = tables(engine, [make_customer(random) for _ in range(200)])
    indicators = [make("days", "2 working days"), make("plain", "3 days", pauses=None)]
    periods = [parse_period("2026-03")]
    plain = Setting(ZONE, CENTRE)
    said = replace(plain, owed={"days": owing("1 working day"), "plain": owing("1 day")})
    for one, other in zip(
        measure_many(indicators, cases, periods, AS_OF, plain, {"waits": waits}),
        measure_many(indicators, cases, periods, AS_OF, said, {"waits": waits}),
        strict=True,
    ):
        assert [replace(cell, counts=replace(cell.counts, owed={})) for cell in other.cells] == one.cells
        assert other.counts().owed["cases"] > 0


def test_of_a_log_the_newest_event_tells_who_is_owed_what(engine: Any) -> None:
    rows = [
        ("1", datetime(2026, 3, 2, 8), "New", "business"),  # noqa: DTZ001 local
        ("1", datetime(2026, 3, 4, 20), "Done", "home"),  # noqa: DTZ001
        ("2", datetime(2026, 3, 2, 8), "New", "home"),  # noqa: DTZ001
    ]
    columns = {name: [row[at] for row in rows] for at, name in enumerate(("number", "at", "state", "kind"))}
    log = engine.create_table("owed_log", pa.table(columns), overwrite=True)
    setting = Setting(
        ZONE, CENTRE, events={"cases": Events(case="number", at="at", state="state")}, owed={"i": owing("12 hours")}
    )
    indicator = make("i", "24 hours", start={"state": "New"}, stop={"state": "Done"}, pauses=None)
    found = measure(indicator, log, [parse_period("2026-03")], datetime(2026, 3, 4, 7, tzinfo=UTC), setting)
    # Case 1 is open still, 24 hours late like case 2, and a business: its change to a home lies ahead.
    assert {cell.unit: cell.counts.owed["cents"] for cell in found.cells} == {"1": 0, "2": 13_500}
    found = measure(indicator, log, [parse_period("2026-03")], datetime(2026, 3, 9, 7, tzinfo=UTC), setting)
    assert {cell.unit: cell.counts.owed["cents"] for cell in found.cells} == {"1": 17_000, "2": 6_500 + 12 * 3_500}


def test_rows_stand_for_as_many_cases_as_a_column_says(engine: Any) -> None:
    """Of 1,350 passengers 400.5 were on time; a train without a number of passengers is left out, as one case."""
    trains = pa.table(
        {
            "day": [date(2026, 3, 1)] * 5,
            "late": [4, 5, 0, 60, 2],
            "aboard": ["400", "900", "0.5", "49.5", None],
            "line": ["A", "A", "A", "B", "A"],
        }
    )
    said = {"key": "i", "title": "i", "source": "runs", "kind": "share", "date": "day", "unit": "line"}
    said |= {"success": {"late": {"at_most": 4}}, "denominator": "aboard"}
    said |= {"exclude": [{"where": {"line": "B"}, "reason": "strike"}]}
    indicator = TypeAdapter(Indicator).validate_python(said)
    table = engine.create_table("trains", trains, overwrite=True)
    counts = measure(indicator, table, [parse_period("2026-03")], AS_OF, Setting(ZONE, CENTRE)).counts()
    assert (float(counts.numerator), float(counts.denominator)) == (400.5, 1300.5)
    assert {reason: float(n) for reason, n in counts.excluded.items()} == {"strike": 49.5, "missing value": 1}
