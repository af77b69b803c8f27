"""Which chart a series gets, by hand: cases that differ, a season, and events too rare for a chart."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt

import pytest

from charter.domain.statistics.chart_kinds import Cases, ChartKind, Measured, cases_of, kind_of_chart, plot, rare_events
from charter.domain.statistics.chart_reading import chart_end, read_chart, variation_of
from charter.domain.statistics.seasons import returns_every_year, usual_of_year
from charter.domain.vocabulary.terms import Direction, Kind

SIZES = [400.0] * 6 + [12.0] + [400.0] * 6
KEPT = [360.0, 352.0, 366.0, 358.0, 364.0, 355.0, 9.0, 361.0, 357.0, 365.0, 352.0, 368.0, 359.0]


def of_shares(kept: list[float], sizes: list[float]) -> Measured:
    return Measured(Kind.SHARE, 0, [Cases(x, n) for x, n in zip(kept, sizes, strict=True)])


VALUES = [x / n for x, n in zip(KEPT, SIZES, strict=True)]


def test_limits_follow_the_cases_as_laney_has_them() -> None:
    measured = of_shares(KEPT, SIZES)
    drawn = plot(VALUES, measured)
    mean = sum(KEPT) / sum(SIZES)
    z = [(value - mean) / sqrt(mean * (1 - mean) / n) for value, n in zip(VALUES, SIZES, strict=True)]
    moves = [abs(after - before) for before, after in pairwise(z)]
    sigma = max(1.0, sum(moves) / len(moves) / 1.128)
    assert drawn.kind is ChartKind.SHARES
    for at in (0, 6):
        wanted = mean + 3 * sigma * sqrt(mean * (1 - mean) / SIZES[at])
        assert drawn.at(at, drawn.limits.upper) == pytest.approx(wanted)
    reading = read_chart(
        [(f"2025-{at + 1:02}" if at < 12 else "2026-01", value) for at, value in enumerate(VALUES)],
        direction=Direction.HIGHER,
        bounds=(0, 1),
        measured=measured,
    )
    assert reading.drawable
    assert reading.mean is None, "the model of the published chart does not hold here"
    assert {point.type for point in reading.points} == {"common_cause"}, "9 of 12 in August is chance"


@pytest.mark.parametrize(
    ("sizes", "kind"),
    [([400.0] * 13, ChartKind.PLAIN), ([400.0, 320.0] * 6 + [400.0], ChartKind.PLAIN), (SIZES, ChartKind.SHARES)],
)
def test_equal_cases_keep_the_published_chart(sizes: list[float], kind: ChartKind) -> None:
    kept = [0.9 * n - at % 3 for at, n in enumerate(sizes)]
    values = [x / n for x, n in zip(kept, sizes, strict=True)]
    assert kind_of_chart(values, of_shares(kept, sizes)) is kind
    assert kind_of_chart(values, Measured(Kind.MEAN, 0, [None] * 13)) is ChartKind.PLAIN


def test_a_rate_per_so_many_is_drawn_on_its_own_scale() -> None:
    volumes = [10_000.0, 4_000.0] * 7
    events = [30.0, 12.0, 33.0, 10.0, 28.0, 14.0] * 2 + [30.0, 12.0]
    values = [x * 1000 / n for x, n in zip(events, volumes, strict=True)]
    cases = [cases_of(Kind.RATE, v, x, n) for v, x, n in zip(values, events, volumes, strict=True)]
    drawn = plot(values, Measured(Kind.RATE, 0, cases))
    assert drawn.kind is ChartKind.RATES
    assert drawn.centre[0] == pytest.approx(sum(events) / sum(volumes) * 1000)
    assert drawn.unit[1] == pytest.approx(sqrt(drawn.centre[1] * 1000 / 4000))


def test_rare_events_are_told_by_their_exact_chance_and_how_long_since() -> None:
    counts = [0.0] * 5 + [1.0] + [0.0] * 6 + [1.0, 0.0, 0.0, 4.0]
    measured = Measured(Kind.COUNT, 0, [cases_of(Kind.COUNT, x, x, x) for x in counts])
    rare = rare_events(counts, measured)
    assert rare is not None
    assert (rare.count, rare.of, rare.since, rare.is_missing) == (4, 6, 2, False)
    share = 1 / 16
    exact = sum(c * share**k * (1 - share) ** (6 - k) for k, c in ((4, 15), (5, 6), (6, 1)))
    assert rare.chance == pytest.approx(exact)
    assert variation_of(chart_end(counts, measured), Direction.LOWER) == "concern-high"
    quiet = chart_end([*counts[:-1], 0.0], Measured(Kind.COUNT, 0, [*measured.cases[:-1], Cases(0, None)]))
    assert variation_of(quiet, Direction.LOWER) == "common"


def test_of_a_share_the_rarer_side_is_looked_at() -> None:
    kept = [99.0, 100.0] * 6 + [90.0]
    measured = of_shares(kept, [100.0] * 13)
    rare = rare_events([x / 100 for x in kept], measured)
    assert rare is not None
    assert (rare.count, rare.is_missing) == (10, True)
    assert variation_of(chart_end([x / 100 for x in kept], measured), Direction.HIGHER) == "concern-low"


@pytest.mark.parametrize(
    ("values", "reason"),
    [([0.9], "too-short"), ([1.0] * 14, "constant"), ([0.0] * 14, "constant"), ([None] * 14, "too-short")],
)
def test_one_period_all_equal_all_missing_are_sentences(values: list[float | None], reason: str) -> None:
    cases = [None if value is None else Cases(value * 50, 50.0) for value in values]
    measured = Measured(Kind.SHARE, 12, cases)
    given = [(f"{2024 + at // 12}-{at % 12 + 1:02}", value) for at, value in enumerate(values)]
    reading = read_chart(given, direction=Direction.HIGHER, measured=measured)
    assert (reading.drawable, reading.reason) == (False, reason)
    assert chart_end(values, measured).says == "undrawn"


def test_a_thousand_million_cases_are_read() -> None:
    sizes = [1e9, 5e8] * 7
    values = [0.9 + 0.0001 * (at % 3) for at in range(14)]
    reading = read_chart(
        [(f"{2024 + at // 12}-{at % 12 + 1:02}", value) for at, value in enumerate(values)],
        direction=Direction.HIGHER,
        measured=of_shares([v * n for v, n in zip(values, sizes, strict=True)], sizes),
    )
    assert reading.drawable
    assert reading.kind is ChartKind.SHARES


def test_what_is_usual_for_a_month_is_taken_out_and_drawn_back() -> None:
    season = [0.04, 0.02, 0, -0.02, -0.04, -0.02, 0, 0.02, 0, 0, 0.02, -0.02]
    values = [0.9 + season[at % 12] + 0.002 * ((at * 7) % 5 - 2) for at in range(36)]
    assert returns_every_year(values, 12)
    usual = usual_of_year(values, 12)
    assert sum(usual[:12]) == pytest.approx(0)
    assert usual[0] == pytest.approx(0.04, abs=0.005)
    reading = read_chart(
        [(f"{2023 + at // 12}-{at % 12 + 1:02}", value) for at, value in enumerate(values)],
        direction=Direction.HIGHER,
        target=0.8,
        measured=Measured(Kind.MEAN, 12, [None] * 36),
    )
    assert reading.is_seasonal
    assert reading.points[0].mean == pytest.approx(0.94, abs=0.006)
    assert reading.assurance == "will-keep"
    assert not returns_every_year([*values[:20], None, *values[21:]], 12)
    assert not returns_every_year(values[:35], 12)
