"""Who works where: the agencies of units.csv, their size, their calendar, and the provider."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays
import numpy as np

from making.months import Month
from making.stories import NOT_RECORDING, PROVIDER, UNKNOWN_UNIT

_REGIONS = {"nord": 0.26, "est": 0.22, "ouest": 0.27, "sud": 0.25}
"""The share of the customers of each region."""


@dataclass(frozen=True)
class Organisation:
    """The forty agencies: key, region, calendar, opening day (or None), share of the customers."""

    agencies: np.ndarray
    regions: np.ndarray
    calendars: dict[str, str]
    opened: dict[str, date]
    sizes: np.ndarray
    closed: tuple[date, ...]

    def region_of(self, units: np.ndarray) -> np.ndarray:
        """The region of each unit; empty for the provider and for units that nobody knows."""
        place = dict(zip(self.agencies, self.regions, strict=True))
        return np.array([place.get(unit, "") for unit in units])

    def choose(self, rng: np.random.Generator, month: Month, n: int, provider: float = 0.0) -> np.ndarray:
        """Units of n rows: agencies by size, this share to the provider, two in a thousand to a unit nobody knows."""
        open_yet = np.array([self.opened.get(key, month.first) <= month.first for key in self.agencies])
        sizes = self.sizes * open_yet
        units = rng.choice(self.agencies, size=n, p=sizes / sizes.sum()).astype(object)
        draw = rng.random(n)
        units[draw < provider] = PROVIDER
        units[draw > 0.998] = UNKNOWN_UNIT
        return units

    def days_off(self, calendar: str, years: range) -> np.ndarray:
        """The public holidays of a calendar (FR, FR-57, FR-6AE) and the supplier's own closed days."""
        return np.array(sorted({*_public_holidays(calendar, years), *self.closed}), dtype="datetime64[D]")

    def working_days_after(self, start: np.ndarray, n: np.ndarray, units: np.ndarray) -> np.ndarray:
        """The nth working day after each start, in the calendar of its unit."""
        calendars = np.array([self.calendars.get(unit, "FR") for unit in units])
        ends = np.empty(len(start), dtype="datetime64[D]")
        years = range(int(str(start.min())[:4]), int(str(start.max())[:4]) + 2)
        for calendar in np.unique(calendars):
            here = calendars == calendar
            ends[here] = np.busday_offset(
                start[here], n[here], roll="backward", holidays=self.days_off(calendar, years)
            )
        return ends


@cache
def _public_holidays(calendar: str, years: range) -> tuple[date, ...]:
    country, _, part = calendar.partition("-")
    return tuple(holidays.country_holidays(country, subdiv=part or None, years=years))


def read_organisation(units: str, rng: np.random.Generator, closed: list[date]) -> Organisation:
    """The organisation of the text of units.csv; sizes are drawn, each region keeps its share."""
    rows = [row for row in csv.DictReader(io.StringIO(units)) if row["kind"] == "agency"]
    keys = np.array([row["key"] for row in rows])
    regions = np.array([row["parent"] for row in rows])
    sizes = rng.lognormal(0, 0.4, len(rows))
    # The agency that does not record must have enough complaints every month to be told apart from one with few cases.
    sizes[keys == NOT_RECORDING] = np.median(sizes) * 1.5
    for region, share in _REGIONS.items():
        sizes[regions == region] *= share / sizes[regions == region].sum()
    return Organisation(
        agencies=keys,
        regions=regions,
        calendars={row["key"]: row["calendar"] for row in rows if row["calendar"]},
        opened={row["key"]: date.fromisoformat(row["valid_from"]) for row in rows if row["valid_from"]},
        sizes=sizes,
        closed=tuple(closed),
    )
