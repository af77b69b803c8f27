"""Where the days go: the time of each case in each stage, against a clock that looks at every minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from pydantic import TypeAdapter

from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.sources import Events
from charter.domain.readings.stages import chain_of, name_of
from charter.domain.vocabulary.periods import parse_period
from charter.sources.cells.context import Setting
from charter.sources.counting.measure import measure, measure_many
from tests.sources.counting.test_clock import CENTRE, MINUTE
from tests.sources.slow_clock import Asked, open_between

ZONE = "Europe/Paris"
FIRST = datetime(2026, 3, 20, tzinfo=UTC)
AS_OF = FIRST + timedelta(days=12, minutes=61)
STATES = ["New", "Assigned", "Waiting", "Odd", "Done"]
STAGES = [
    {"key": "sort", "title": "Sorting", "state": ["New"]},
    {"key": "work", "title": "Work", "state": ["Assigned", "Waiting"]},
]
SETTING = Setting(ZONE, CENTRE, events={"log": Events(case="number", at="at", state="state")})
WAITS = {"source": "waits", "case": "number", "from": "since", "until": "until"}


@dataclass(frozen=True)
class Story:
    """The events of a case in order, and what another source tells of its pauses; whole minutes."""

    events: Sequence[tuple[datetime, str]]
    pauses: Sequence[tuple[datetime, datetime | None]]


def make_story(random: Random) -> Story:
    """A case that begins new, wanders through states, and mostly ends; some come back to where they were."""
    at = FIRST + random.randrange(6 * 1440) * MINUTE
    events = [(at, "New")]
    for _ in range(random.randrange(6)):
        at += random.choice([0, random.randrange(90), random.randrange(2 * 1440)]) * MINUTE
        events.append((at, random.choice(STATES[:4])))
    if random.random() < 0.8:
        events.append((at + random.randrange(1, 900) * MINUTE, "Done"))
    begin = events[0][0] + random.randrange(-300, 3000) * MINUTE
    return Story(events, [(begin, begin + random.randrange(900) * MINUTE)] if random.random() < 0.6 else [])


def slowly(story: Story, asked: Asked | None, states: Sequence[str], *, by_waits: bool) -> Counter[str]:
    """The minutes of each stage from start to stop, each of them looked at."""
    place = {state: str(stage["key"]) for stage in STAGES for state in stage["state"]}
    stop = next((at for at, state in story.events if state == "Done" and at <= AS_OF), AS_OF)
    found: Counter[str] = Counter()
    at = story.events[0][0]
    while at < stop:
        state = [one for moment, one in story.events if moment <= at][-1]
        stands = state in states or (by_waits and any(a <= at and (b is None or at < b) for a, b in story.pauses))
        if asked is None or open_between(at, at + MINUTE, asked)[0]:
            found[name_of(place.get(state, "$elsewhere"), "stood" if stands else "ran")] += 60
        at += MINUTE
    return found


def make(key: str, **more: Any) -> Any:
    said = {
        "key": key,
        "title": "i",
        "source": "log",
        "kind": "share-within",
        "start": {"state": "New"},
        "unit": "number",
    }
    said |= {"stop": {"state": "Done"}, "stages": STAGES, "minimum": 1}
    return TypeAdapter(Indicator).validate_python(said | more)


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    random = Random("stages")
    return [make_story(random) for _ in range(60)]


def tables(engine: Any, stories: Sequence[Story]) -> tuple[Any, Any]:
    def made(name: str, rows: list[tuple[Any, ...]], names: list[str], kinds: list[pa.DataType]) -> Any:
        columns = [pa.array([row[at] for row in rows], kind) for at, kind in enumerate(kinds)]
        return engine.create_table(name, pa.table(columns, names), overwrite=True)

    instant, text = pa.timestamp("us", "UTC"), pa.string()
    events = [(str(n), at, state) for n, story in enumerate(stories) for at, state in story.events]
    waits = [(str(n), *pause) for n, story in enumerate(stories) for pause in story.pauses]
    log = made("made_stages", events, ["number", "at", "state"], [text, instant, text])
    return log, made("made_waits", waits, ["number", "since", "until"], [text, instant, instant])


def test_stages_make_the_whole_minute_by_minute(engine: Any, stories: list[Story]) -> None:
    log, waits = tables(engine, stories)
    periods = [parse_period("2026-03")]
    hours = Asked(1, "working hours", AS_OF, ZONE, CENTRE)
    state = {"state": ["Waiting"]}
    asked = [
        (make("elapsed", within="3 hours", pauses=state), None, ["Waiting"], False),
        (make("worked", within="2 working hours", pauses=state), hours, ["Waiting"], False),
        (make("waits", within="2 working hours", pauses=WAITS), hours, [], True),
        (make("days", within="1 day"), None, [], False),
    ]
    told = measure_many([one[0] for one in asked], log, periods, AS_OF, SETTING, {"waits": waits})
    judged = 0
    for (indicator, clock, states, by_waits), measured in zip(asked, told, strict=True):
        for number, story in enumerate(stories):
            counts = measured.counts(unit=str(number))
            if counts.denominator:
                judged += 1
                found = {name: n for name, n in counts.stages.items() if not name.endswith("late") and n}
                assert found == dict(slowly(story, clock, states, by_waits=by_waits)), (indicator.key, story)
                late = {name.removesuffix("late") for name in counts.stages if name.endswith("late")}
                ran = {name.removesuffix("ran") for name in counts.stages if name.endswith("ran")}
                assert late == (set() if counts.numerator else ran)
    assert judged > 100


def test_a_mean_and_a_percentile_tell_their_stages(engine: Any, stories: list[Story]) -> None:
    log, _ = tables(engine, stories)
    periods = [parse_period("2026-03")]
    mean = make("mean", kind="mean", **{"in": "hours"})
    found = measure(mean, log, periods, AS_OF, SETTING).counts()
    assert sum(found.stages.values()) == round(found.total * 3600)
    middle = make("middle", kind="percentile", percentile=50, **{"in": "hours"})
    assert measure(middle, log, periods, AS_OF, SETTING).counts().stages == found.stages
    chain = chain_of(mean, found)
    assert chain is not None
    assert chain.late is None
    assert round(chain.ran, 9) == round(float(found.total) / found.denominator, 9)
    assert chain.weakest == max((0, 1), key=lambda at: chain.links[at].ran)
