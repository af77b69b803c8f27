"""The transactional reflex: a volume kept beside a promise rises while the promise falls.

Both series are held against their own past by the rule that judges actions (methods.md C1): the mean of the last six
periods against those before, the variance of those before with their memory, each period against the same one a year
earlier where two years show a season. It is said only where both 95 % intervals leave out zero, one upwards, the other
on the bad side of the promise; and what is said is that the two went apart, never that one made the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TypedDict

from charter.domain.actions.effect import MOST_AFTER, Around, Effect, EffectMethod, PeriodFigure, judge_effect
from charter.domain.overview.model import Point
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import Direction, EffectVerdict


class Went(TypedDict):
    """One of the two series: its mean before and in the last periods."""

    before: float
    after: float


class ReflexView(TypedDict):
    """A volume that rose while its promise fell. `first` and `last`: the periods held against the `periods` before;
    `by_season`: each was held against the same one a year earlier, else a season that returns is not excluded."""

    volume: str
    indicator: str
    first: str
    last: str
    periods: int
    of_volume: Went
    of_promise: Went
    by_season: bool


class Series(TypedDict):
    """An indicator as it is drawn, and which way is better for it."""

    key: str
    direction: Direction
    is_share: bool
    points: Sequence[Point]


def reflex_of(volume: Series, promise: Series) -> ReflexView | None:
    """The volume rose and the promise fell in the same periods; None where this is not borne out by both.

    Only periods that have a figure of both are compared, since the newest change of either definition.
    """
    points = _alike(volume["points"]), _alike(promise["points"])
    shared = [key for key in points[0] if key in points[1]]
    if len(shared) <= MOST_AFTER:
        return None
    first = parse_period(shared[-MOST_AFTER])
    around = Around(first.start, first.start - timedelta(days=1))
    rose = _effect([points[0][key] for key in shared], volume, around)
    fell = _effect([points[1][key] for key in shared], promise, around)
    if rose.verdict is not EffectVerdict.BETTER or fell.verdict is not EffectVerdict.WORSE:
        return None
    return {
        "volume": volume["key"],
        "indicator": promise["key"],
        "first": rose.after.periods[0],
        "last": rose.after.periods[-1],
        "periods": len(rose.before.periods),
        "of_volume": _went(rose),
        "of_promise": _went(fell),
        "by_season": rose.method is EffectMethod.SEASON and fell.method is EffectMethod.SEASON,
    }


def _alike(points: Sequence[Point]) -> dict[str, Point]:
    """The measured points since the definition last changed, by period."""
    breaks = [at for at, point in enumerate(points) if point.get("break")]
    return {point["period"]: point for point in points[breaks[-1] if breaks else 0 :] if point["value"] is not None}


def _effect(points: Sequence[Point], series: Series, around: Around) -> Effect:
    figures = [PeriodFigure(one["period"], float(one["value"] or 0), one["denominator"]) for one in points]
    return judge_effect(figures, series["direction"], around, is_share=series["is_share"])


def _went(effect: Effect) -> Went:
    return {"before": effect.before.value or 0.0, "after": effect.after.value or 0.0}
