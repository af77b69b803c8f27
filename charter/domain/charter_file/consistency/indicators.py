"""What one indicator says about conditions, exclusions and its check.

Targets: levels in the range of their kind, each on its own side of the target, dates that are not said twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from charter.domain.charter_file.consistency.delays import check_delays, length
from charter.domain.charter_file.consistency.head import EARLIEST, EARLIEST_REMEDY, check_unique, too_early
from charter.domain.charter_file.findings import Notes, Path, Said
from charter.domain.charter_file.indicators import CheckPlan, Target
from charter.domain.charter_file.kinds.rate import VolumeRows
from charter.domain.charter_file.parts import PlacedIndicator
from charter.domain.charter_file.sources import Exclusion
from charter.domain.charter_file.values import Test, UnitsOfKind
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.terms import Direction, Kind, Nature, Proves


def check_indicators(indicator: PlacedIndicator, notes: Notes) -> None:
    """Delays, steps, conditions and the check of one indicator agree, as far as each is valid by itself."""
    path = indicator.path
    reasons = [((*path, "exclude", index, "reason"), one.reason) for index, one in enumerate(_exclusions(indicator))]
    remedy = Sentence("give each exclusion its own reason, or join their conditions")
    check_unique(reasons, Sentence("the reason"), notes, remedy)
    for where, condition in _conditions(indicator):
        for column, said in condition.items():
            if isinstance(said, Test):
                _check_test(said, (*where, column), notes)
    plan = indicator.field("check")
    if plan is not None:
        _check_plan(plan, (*path, "check"), notes)
    stop = indicator.field("stop")
    if isinstance(stop, str) and stop == indicator.field("start"):
        said = Sentence("start and stop are the same column '%(column)s'", column=stop)
        notes.error((*path, "stop"), said, Sentence("name the column of the instant it stops"))
    check_delays(indicator, notes)
    _check_context(indicator, notes)
    _check_effort(indicator, notes)


VOLUMES = (Kind.COUNT, Kind.SUM)
"""The kinds of which a figure may stand beside a promise as context."""


def _check_context(indicator: PlacedIndicator, notes: Notes) -> None:
    """What proves nothing has no level and decides nothing."""
    if indicator.written("proves") != Proves.CONTEXT:
        return
    path, kind = indicator.path, indicator.written("kind")
    if kind in list(Kind) and kind not in VOLUMES:
        said = Sentence("a volume stored as context is a count or a sum, and this is a %(kind)s", kind=Kind(kind))
        notes.error((*path, "proves"), said, Sentence("write result or means, or measure the volume"))
    if indicator.written("targets"):
        said = Sentence("a volume stored as context has no level")
        notes.error((*path, "targets"), said, Sentence("remove targets, or write proves: result or means"))
    if indicator.written("mandatory") is True:
        said = Sentence("a volume stored as context decides no status")
        notes.error((*path, "mandatory"), said, Sentence("remove mandatory, or write proves: result or means"))


def _check_effort(indicator: PlacedIndicator, notes: Notes) -> None:
    """Customers say it, and its figure is the share of easy answers: more is always better."""
    if indicator.written("kind") != Kind.EFFORT:
        return
    if indicator.written("direction") == Direction.LOWER:
        said = Sentence("an effort is told by its share of easy answers, and of these more is better")
        notes.error((*indicator.path, "direction"), said, Sentence("remove direction; scale says which end is hard"))
    if indicator.written("nature") == Nature.DELIVERED:
        said = Sentence("an effort is said by customers, not counted by the company")
        notes.error((*indicator.path, "nature"), said, Sentence("remove nature"))


def _exclusions(indicator: PlacedIndicator) -> list[Exclusion]:
    return indicator.field("exclude") or []


def _conditions(indicator: PlacedIndicator) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every condition of an indicator, with its path."""
    path, success = indicator.path, indicator.field("success")
    yield (*path, "where"), indicator.field("where") or {}
    for index, one in enumerate(_exclusions(indicator)):
        yield (*path, "exclude", index, "where"), one.where
    if isinstance(success, dict):
        yield (*path, "success"), success
    if isinstance(volume := indicator.field("volume"), VolumeRows):
        yield (*path, "volume", "rows", "where"), volume.rows.where


def _check_test(test: Test, path: Path, notes: Notes) -> None:
    tests = [name for name in ("not_", "at_least", "at_most", "missing") if getattr(test, name) is not None]
    if test.missing is not None and len(tests) > 1:
        notes.error(path, Sentence("missing stands beside another test"), Sentence("write missing alone"))
    low, high = test.at_least, test.at_most
    if low is None or high is None:
        return
    if isinstance(low, str) != isinstance(high, str):
        notes.error(path, Sentence("one limit is a number, the other a date"), Sentence("write both alike"))
    elif (isinstance(low, str) and isinstance(high, str) and low > high) or (
        isinstance(low, Decimal) and isinstance(high, Decimal) and low > high
    ):
        said = Sentence("no row is at least %(low)s and at most %(high)s", low=low, high=high)
        notes.error(path, said, Sentence("exchange the two limits"))


def _check_plan(plan: CheckPlan, path: Path, notes: Notes) -> None:
    for name in ("due", "late_after", "lapses_after"):
        if (delay := getattr(plan, name)).is_in_hours:
            said = Sentence("a check is not planned by %(delay)s", delay=delay.sentence)
            notes.error((*path, name), said, Sentence("write hours, days or working days"))
    if plan.at < EARLIEST:
        notes.error((*path, "at"), too_early(plan.at), EARLIEST_REMEDY)
    if length(plan.lapses_after) <= length(plan.late_after):
        said = Sentence(
            "the check lapses after %(lapse)s, and is late only after %(late)s",
            lapse=plan.lapses_after.sentence,
            late=plan.late_after.sentence,
        )
        notes.error((*path, "lapses_after"), said, Sentence("let it lapse later than it is late"))


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
    day, units = target.from_.isoformat(), target.units
    if units is not None:
        whose = units.kind if isinstance(units, UnitsOfKind) else units if isinstance(units, str) else ", ".join(units)
        season = target.season
        return Sentence("%(day)s, season %(season)s, units %(units)s", day=day, season=season, units=whose)
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
