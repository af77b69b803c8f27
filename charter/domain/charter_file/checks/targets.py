"""Targets: levels in the range of their kind, each on its own side of the target, dates that are not said twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from charter.domain.charter_file.checks.uniqueness import check_unique
from charter.domain.charter_file.findings import Notes, Path
from charter.domain.charter_file.indicators import Target
from charter.domain.charter_file.placed import PlacedIndicator
from charter.domain.terms import Direction, Kind

LEAP_YEAR = 2024
WHOLE_YEAR = "01-01..12-31"
LEVELS = ("target", "unacceptable", "exceeds")


def check_targets(indicator: PlacedIndicator, notes: Notes) -> None:
    """Each target is judged by the kind and direction that are written, even where the rest is invalid."""
    dates = [((*one.path, "from"), _begins(one.value)) for one in indicator.targets if one.value is not None]
    check_unique(dates, "a target from", notes, "one level holds from one date on: merge them, or change a date")
    kind, direction = indicator.written("kind"), indicator.written("direction", Direction.HIGHER)
    for placed in indicator.targets:
        if placed.value is None:
            continue
        _check_season(placed.value, placed.path, notes)
        in_range = kind not in list(Kind) or _check_range(Kind(kind), placed.value, placed.path, notes)
        if in_range and direction in list(Direction):
            _check_sides(placed.value, Direction(direction) is Direction.LOWER, placed.path, notes)


def _begins(target: Target) -> str:
    """From when a target holds; seasons of one year may begin on the same date with a level each."""
    return f"{target.from_.isoformat()}{'' if target.season == WHOLE_YEAR else f', season {target.season}'}"


def _check_range(kind: Kind, target: Target, path: Path, notes: Notes) -> bool:
    low, high = _range(kind)
    wrong = False
    for name in (*LEVELS, "tolerance"):
        level = getattr(target, name)
        if level is None or ((low is None or level >= low) and (high is None or level <= high)):
            continue
        wrong = True
        limits = f"{low} to {high}" if high is not None else f"{low} or more"
        per_cent = f": {level} % is written {(level / 100).normalize():f}" if kind.is_share and 1 < level <= 100 else ""
        notes.error(
            (*path, name), f"{level} is out of the range of the kind {kind}", f"write a number from {limits}{per_cent}"
        )
    return not wrong


def _range(kind: Kind) -> tuple[Decimal | None, Decimal | None]:
    if kind.is_share:
        return Decimal(0), Decimal(1)
    if kind is Kind.NPS:
        return Decimal(-100), Decimal(100)
    return (Decimal(0), None) if kind in (Kind.COUNT, Kind.RATE) else (None, None)


def _check_sides(target: Target, lower_is_better: bool, path: Path, notes: Notes) -> None:
    sign, good, bad = (-1, "lower", "above") if lower_is_better else (1, "higher", "below")
    near = target.target - sign * target.tolerance
    if target.unacceptable is not None and sign * target.unacceptable > sign * near:
        # Inside the tolerance band a value reads near; on the wrong side of the target nothing could be kept.
        is_wrong = sign * target.unacceptable > sign * target.target
        note = notes.error if is_wrong else notes.warning
        edge = "the target" if not target.tolerance else "the target with its tolerance"
        said = f"unacceptable {target.unacceptable} is not {bad} {edge} ({near}), and {good} is better"
        note(
            (*path, "unacceptable"),
            said,
            f"write {near} or {'more' if lower_is_better else 'less'}, or correct direction",
        )
    if target.exceeds is not None and sign * target.exceeds < sign * target.target:
        said = f"exceeds {target.exceeds} is {bad} the target {target.target}, and {good} is better"
        notes.error(
            (*path, "exceeds"),
            said,
            f"write {target.target} or {'less' if lower_is_better else 'more'}, or correct direction",
        )


def _check_season(target: Target, path: Path, notes: Notes) -> None:
    for day in target.season.split(".."):
        try:
            date.fromisoformat(f"{LEAP_YEAR}-{day}")
        except ValueError:
            notes.error(
                (*path, "season"), f"{day} is not a day of the year", 'write month-day..month-day, like "07-01..10-31"'
            )
