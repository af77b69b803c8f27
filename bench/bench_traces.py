"""Traces of a backlog: ten years of months of many units, beside the published chart as the first release read it.

`BENCH_UNITS=400 make bench ARGS="--rounds 3 traces"` for the size of docs/speed.md.
"""

import math
import os
import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from bench.comparison import Comparison
from charter.domain.statistics.chart_reading import why_not_drawable
from charter.domain.statistics.control_chart_signals import labels, limits_of
from charter.domain.vocabulary.periods import parse_period, periods_back
from charter.domain.vocabulary.terms import Kind
from charter.services.readings.chart_traces import Charted, Line

UNITS, MONTHS, CHARTED, RUN = int(os.environ.get("BENCH_UNITS", "20")), 120, 36, 7
Share = Callable[[int], float]
WORLDS: dict[str, tuple[Sequence[int], Share]] = {
    "of equal cases": ((400,), lambda _: 0.92),
    "of cases that differ": ((60, 100, 250, 400), lambda _: 0.92),
    "with a season": ((400,), lambda month: 0.9 + 0.06 * math.sin(month * math.tau / 12)),
}
SHARES = Charted(Kind.SHARE, 12, has_steps=False)


@cache
def lines(world: str) -> list[Line]:
    """The figures of each unit, drawn with a fixed seed."""
    chance, (sizes, share) = random.Random(14), WORLDS[world]
    found = []
    for _ in range(UNITS):
        line = Line.empty(MONTHS)
        for month in range(MONTHS):
            of, kept = chance.choice(sizes), share(month)
            met = min(of, round(chance.gauss(of * kept, math.sqrt(of * kept * (1 - kept)))))
            row = {"steps": None, "value": met / of, "definition_hash": "d", "numerator": met, "denominator": of}
            line.put(month, SHARES.figure(row))
        found.append(line)
    return found


def traced(world: str) -> None:
    keys = [period.key for period in reversed(periods_back(parse_period("2026-10"), MONTHS))]
    for line in lines(world):
        for at in range(MONTHS):
            SHARES.trace(line, at, keys)


def published(world: str) -> None:
    """Of each point: the definition and the figure before it, looked for; the limits; the labels of the last seven."""
    for line in lines(world):
        for at in range(MONTHS):
            shown = line.part(max(at - CHARTED + 1, 0), at + 1)
            last, known, earlier = len(shown.values) - 1, None, None
            for place, definition in enumerate(shown.definitions):
                earlier = place if place < last else earlier
                known = definition if definition is not None else known
            values = shown.values
            if why_not_drawable(values) is None:
                labels(values[-RUN:], limits_of(values, collapse=False))


def comparisons() -> Iterator[Comparison]:
    for world in WORLDS:
        yield Comparison(
            f"traces of {UNITS} units, ten years {world}, beside the published chart",
            lambda world=world: traced(world),  # type: ignore[misc]
            lambda world=world: published(world),  # type: ignore[misc]
            at_most=1.7,
        )
