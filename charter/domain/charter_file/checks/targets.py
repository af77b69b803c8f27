"""Targets: levels in the range of their kind, each on its own side of the target, dates that are not said twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from charter.domain.charter_file.checks.uniqueness import check_unique
from charter.domain.charter_file.findings import Notes, Path, Said
from charter.domain.charter_file.indicators import Target
from charter.domain.charter_file.placed import PlacedIndicator
from charter.domain.errors import Sentence
from charter.domain.terms import Direction, Kind

LEAP_YEAR = 2024
WHOLE_YEAR = "01-01..12-31"
LEVELS = ("target", "unacceptable", "exceeds")


def check_targets(indicator: PlacedIndicator, notes: Notes) -> None:
    """Each target is judged by the kind and direction that are written, even where the rest is invalid."""
    dates = [((*one.path, "from"), _begins(one.value)) for one in indicator.targets if one.value is not None]
    remedy = Sentence("one level holds from one date on: merge them, or change a date")
    check_unique(dates, Sentence("a target from"), notes, remedy)
    kind, direction = indicator.written("kind"), indicator.written("direction", Direction.HIGHER)
    for placed in indicator.targets:
        if placed.value is None:
            continue
        _check_season(placed.value, placed.path, notes)
        in_range = kind not in list(Kind) or _check_range(Kind(kind), placed.value, placed.path, notes)
        if in_range and direction in list(Direction):
            _check_sides(placed.value, Direction(direction) is Direction.LOWER, placed.path, notes)


def _begins(target: Target) -> str | Sentence:
    """From when a target holds; seasons of one year may begin on the same date with a level each."""
    day = target.from_.isoformat()
    return day if target.season == WHOLE_YEAR else Sentence("%(day)s, season %(season)s", day=day, season=target.season)


def _check_range(kind: Kind, target: Target, path: Path, notes: Notes) -> bool:
    low, high = _range(kind)
    wrong = False
    for name in (*LEVELS, "tolerance"):
        level = getattr(target, name)
        if level is None or ((low is None or level >= low) and (high is None or level <= high)):
            continue
        wrong = True
        said = Sentence("%(level)s is out of the range of the kind %(kind)s", level=level, kind=kind)
        notes.error((*path, name), said, _in_range(kind, level))
    return not wrong


def _in_range(kind: Kind, level: Decimal) -> Sentence:
    """How a level of the kind is written."""
    low, high = _range(kind)
    if high is None:
        return Sentence("write a number from %(low)s or more", low=low)
    if kind.is_share and 1 < level <= 100:
        return Sentence(
            "write a number from %(low)s to %(high)s: %(level)s %% is written %(share)s",
            low=low,
            high=high,
            level=level,
            share=f"{(level / 100).normalize():f}",
        )
    return Sentence("write a number from %(low)s to %(high)s", low=low, high=high)


def _range(kind: Kind) -> tuple[Decimal | None, Decimal | None]:
    if kind.is_share:
        return Decimal(0), Decimal(1)
    if kind is Kind.NPS:
        return Decimal(-100), Decimal(100)
    return (Decimal(0), None) if kind in (Kind.COUNT, Kind.RATE) else (None, None)


def _check_sides(target: Target, lower_is_better: bool, path: Path, notes: Notes) -> None:
    sign = -1 if lower_is_better else 1
    near = target.target - sign * target.tolerance
    if target.unacceptable is not None and sign * target.unacceptable > sign * near:
        # Inside the tolerance band a value reads near; on the wrong side of the target nothing could be kept.
        is_wrong = sign * target.unacceptable > sign * target.target
        note = notes.error if is_wrong else notes.warning
        note((*path, "unacceptable"), *_unacceptable(target, near, lower_is_better))
    if target.exceeds is not None and sign * target.exceeds < sign * target.target:
        notes.error((*path, "exceeds"), *_exceeds(target, lower_is_better))


def _unacceptable(target: Target, near: Decimal, lower_is_better: bool) -> Said:
    level = target.unacceptable
    edge = Sentence("the target with its tolerance") if target.tolerance else Sentence("the target")
    above = Sentence(
        "unacceptable %(level)s is not above %(edge)s (%(near)s), and lower is better",
        level=level,
        edge=edge,
        near=near,
    )
    below = Sentence(
        "unacceptable %(level)s is not below %(edge)s (%(near)s), and higher is better",
        level=level,
        edge=edge,
        near=near,
    )
    return Said(above, _or_more(near)) if lower_is_better else Said(below, _or_less(near))


def _exceeds(target: Target, lower_is_better: bool) -> Said:
    level, required = target.exceeds, target.target
    above = Sentence(
        "exceeds %(level)s is above the target %(target)s, and lower is better", level=level, target=required
    )
    below = Sentence(
        "exceeds %(level)s is below the target %(target)s, and higher is better", level=level, target=required
    )
    return Said(above, _or_less(required)) if lower_is_better else Said(below, _or_more(required))


def _or_more(level: Decimal) -> Sentence:
    return Sentence("write %(level)s or more, or correct direction", level=level)


def _or_less(level: Decimal) -> Sentence:
    return Sentence("write %(level)s or less, or correct direction", level=level)


def _check_season(target: Target, path: Path, notes: Notes) -> None:
    for day in target.season.split(".."):
        try:
            date.fromisoformat(f"{LEAP_YEAR}-{day}")
        except ValueError:
            said = Sentence("%(day)s is not a day of the year", day=day)
            notes.error((*path, "season"), said, Sentence('write month-day..month-day, like "07-01..10-31"'))
