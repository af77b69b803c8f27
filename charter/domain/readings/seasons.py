"""The part of the year in which a target holds."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from charter.domain.charter_file.indicators import Target


def in_season(target: Target, on: date) -> bool:
    """Whether the day lies in the target's season, both ends included; a season may pass over the new year.

    A season that ends on 28 February holds 29 February too: the end of the month is meant.
    """
    season, day = _season(target.season), (on.month, on.day)
    if season.first <= season.last:
        return season.first <= day <= season.last
    return day >= season.first or day <= season.last


class Season(NamedTuple):
    """Month and day on which a season begins and ends."""

    first: tuple[int, int]
    last: tuple[int, int]


@lru_cache(maxsize=1000)
def _season(text: str) -> Season:
    first, last = (tuple(map(int, end.split("-"))) for end in text.split(".."))
    return Season((first[0], first[1]), (2, 29) if last == (2, 28) else (last[0], last[1]))
