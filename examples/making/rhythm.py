"""How work comes in: seasons, weekdays, hours; and how a level is met to the case."""

from __future__ import annotations

import numpy as np

from making.months import Month

Rng = np.random.Generator

_SEASON = (1.14, 1.07, 1.02, 0.97, 0.93, 0.92, 0.90, 0.86, 1.00, 1.03, 1.06, 1.10)
DESK = (1.25, 1.06, 1.0, 0.98, 0.94, 0.45, 0.0)
OFFICE = (1.15, 1.05, 1.0, 1.0, 0.95, 0.0, 0.0)
ALWAYS = (1.2, 1.05, 1.0, 0.98, 0.92, 0.6, 0.5)
_HOURS = np.array([0.5, 0.9, 1.3, 1.2, 0.7, 0.7, 1.1, 1.2, 1.1, 0.9, 0.6, 0.4])
"""From 8 h to 20 h: a peak at ten, another in the afternoon."""


def volume(month: Month, yearly: int) -> int:
    """Rows of a month, of so many in a year: more in winter."""
    return round(yearly / 12 * _SEASON[month.first.month - 1])


def days(rng: Rng, month: Month, n: int, week: tuple[float, ...], off: np.ndarray) -> np.ndarray:
    """n days of a month by weekday; none on the days off, unless the channel never closes."""
    all_days = month.days
    weights = np.array(week)[(all_days.astype(int) + 3) % 7]
    if week is not ALWAYS:
        weights = weights * ~np.isin(all_days, off)
    drawn: np.ndarray = rng.choice(all_days, size=n, p=weights / weights.sum())
    return np.sort(drawn)


def instants(rng: Rng, on: np.ndarray) -> np.ndarray:
    """An instant of the opening hours of each day, to the second, in local time."""
    hours = 8 + rng.choice(12, size=len(on), p=_HOURS / _HOURS.sum())
    opened: np.ndarray = on.astype("datetime64[s]") + (hours * 3600 + rng.integers(0, 3600, len(on))).astype(
        "timedelta64[s]"
    )
    return opened


def reached(
    rng: Rng, level: float, among: np.ndarray, units: np.ndarray, never: np.ndarray | None = None
) -> np.ndarray:
    """Which rows succeed: exactly this level of those that count (`among`), unevenly over the units.

    Levels are met to the case rather than drawn one by one: the stories hold whatever month the generator ends with.
    """
    wanted = round(level * int(among.sum()))
    can = among if never is None else among & ~never
    names, place = np.unique(units.astype(str), return_inverse=True)
    rank = rng.random(len(units)) + rng.normal(0, 0.06, len(names))[place]
    order = np.argsort(np.where(can, rank, np.inf), kind="stable")
    met = np.zeros(len(units), dtype=bool)
    met[order[: min(wanted, int(can.sum()))]] = True
    # Rows that do not count are as good as the others.
    return met | (~among & (rng.random(len(units)) < level))


def spread(rng: Rng, n: int, shares: tuple[float, ...]) -> np.ndarray:
    """n answers 0, 1, 2… in exactly these shares, in any order."""
    edges = np.cumsum(shares) / sum(shares)
    return np.searchsorted(edges, (rng.permutation(n) + 0.5) / n)
