"""Rolling counts up a tree of units: what the exact, readable sum costs beside a bare one."""

from collections.abc import Iterator

from bench.comparison import Comparison
from charter.domain.vocabulary.counts import Counts, add_up

MONTHS, AGENCIES, CHANNELS = 12, 40, 5


def comparisons() -> Iterator[Comparison]:
    year = [Counts(numerator=9, denominator=10, pending=1) for _ in range(MONTHS * AGENCIES * CHANNELS)]
    month = year[: AGENCIES * CHANNELS]
    yield Comparison(
        "a year of an indicator rolled up, beside one month (12 times the cells)",
        work=lambda: add_up(year),
        baseline=lambda: add_up(month),
        at_most=18,
    )
    yield Comparison(
        "a month rolled up, beside its three bare sums",
        work=lambda: add_up(month),
        baseline=lambda: [sum(getattr(c, name) for c in month) for name in ("numerator", "denominator", "pending")],
    )
