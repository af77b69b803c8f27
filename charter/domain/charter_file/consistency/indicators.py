"""What one indicator says about delays, conditions, exclusions and its check.

Composites: parts that exist, are named once and never lead back; a composite reads no rows of its own.

Targets: levels in the range of their kind, each on its own side of the target, dates that are not said twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from charter.domain.charter_file.consistency.head import EARLIEST, EARLIEST_REMEDY, KEEP_ONE, check_unique, too_early
from charter.domain.charter_file.findings import Notes, Path, Said
from charter.domain.charter_file.indicators import CheckPlan, Exclusion, Target, Tier, VolumeRows
from charter.domain.charter_file.messages import did_you_mean
from charter.domain.charter_file.parts import Parts, PlacedIndicator, first_by_key
from charter.domain.charter_file.values import Delay, Test, UnitsOfKind
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.terms import Direction, Kind, PeriodKind

HOUR, DAY = 3600, 86_400
SECONDS = {"seconds": 1, "minutes": 60, "hours": HOUR, "days": DAY, "weeks": 7 * DAY, "months": 30 * DAY}
SECONDS |= {"working minutes": 60, "working hours": HOUR, "working days": DAY}


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
    _check_delays(indicator, path, notes)


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
    if _length(plan.lapses_after) <= _length(plan.late_after):
        said = Sentence(
            "the check lapses after %(lapse)s, and is late only after %(late)s",
            lapse=plan.lapses_after.sentence,
            late=plan.late_after.sentence,
        )
        notes.error((*path, "lapses_after"), said, Sentence("let it lapse later than it is late"))


def _check_delays(indicator: PlacedIndicator, path: Path, notes: Notes) -> None:
    within, ceiling = indicator.field("within"), indicator.field("ceiling")
    tiers: list[Tier] = indicator.field("tiers") or []
    promised: list[tuple[Path, Delay]] = [((*path, "within"), within)] if within is not None else []
    promised += [((*path, "tiers", index, "within"), tier.within) for index, tier in enumerate(tiers)]
    beyond = [((*path, "ceiling", "beyond"), ceiling.beyond)] if ceiling is not None else []
    _check_paused(indicator, [delay for _, delay in promised + beyond], notes)
    for where, delay in promised + beyond:
        if delay.count == 0 and delay.unit not in ("days", "working days"):
            said = Sentence("nothing is done within %(delay)s", delay=delay.sentence)
            notes.error(where, said, Sentence("write a longer delay, or 0 days for the same day"))
    _check_steps(tiers, path, notes)
    longest = max((delay for _, delay in promised), key=_length, default=None)
    if longest is not None and ceiling is not None and _length(ceiling.beyond) <= _length(longest):
        said = Sentence(
            "the ceiling of %(ceiling)s is not beyond %(delay)s",
            ceiling=ceiling.beyond.sentence,
            delay=longest.sentence,
        )
        notes.error((*path, "ceiling", "beyond"), said, Sentence("write a longer delay"))


def _check_paused(indicator: PlacedIndicator, delays: list[Delay], notes: Notes) -> None:
    if indicator.field("paused") is None:
        return
    counted = next((delay for delay in delays if delay.is_by_day), None)
    if counted is not None:
        said = Sentence("paused time cannot be taken off a delay of %(delay)s", delay=counted.sentence)
        remedy = Sentence("write pauses: with the days from and until, or promise hours or working hours")
        notes.error((*indicator.path, "paused"), said, remedy)
    if indicator.written("pauses") is not None:
        said = Sentence("paused and pauses both say when the clock stands")
        notes.error((*indicator.path, "paused"), said, KEEP_ONE)


def _check_steps(tiers: list[Tier], path: Path, notes: Notes) -> None:
    for index, (before, tier) in enumerate(pairwise(tiers), 1):
        if _length(tier.within) <= _length(before.within):
            said = Sentence(
                "%(delay)s is not longer than %(before)s",
                delay=tier.within.sentence,
                before=before.within.sentence,
            )
            notes.error((*path, "tiers", index, "within"), said, Sentence("write the steps from short to long"))
        elif tier.target < before.target:
            said = _asks_less(tier, before)
            remedy = Sentence("a longer delay must ask for at least as much")
            notes.error((*path, "tiers", index, "target"), said, remedy)


def _asks_less(tier: Tier, before: Tier) -> Sentence:
    return Sentence(
        "%(share)s within %(delay)s asks less than %(share_before)s within %(delay_before)s",
        share=tier.target,
        delay=tier.within.sentence,
        share_before=before.target,
        delay_before=before.within.sentence,
    )


def _length(delay: Delay) -> int:
    """About how long a delay is, in seconds: enough to compare the steps of one promise."""
    return delay.count * SECONDS[delay.unit]


ROW_KEYS = ("source", "where", "distinct", "exclude", "unit", "channel", "segment")


def check_composites(parts: Parts, notes: Notes) -> None:
    """Every part is another indicator of the charter, of the same period; no composite is a part of itself."""
    by_key = first_by_key(parts.indicators)
    composites = [one for one in parts.indicators if one.written("kind") == Kind.COMPOSITE]
    for composite in composites:
        for name in ROW_KEYS:
            if composite.written(name):
                said = Sentence("a composite has no '%(name)s': it is computed from its parts", name=name)
                notes.error((*composite.path, name), said, Sentence("remove it"))
        _check_parts(composite, by_key, notes)
    _check_circles(composites, by_key, notes)


def _part_keys(composite: PlacedIndicator) -> list[tuple[int, str]]:
    parts = composite.written("of")
    listed = enumerate(parts) if isinstance(parts, list) else ()
    return [
        (index, part["indicator"])
        for index, part in listed
        if isinstance(part, dict) and isinstance(part.get("indicator"), str)
    ]


def _check_parts(composite: PlacedIndicator, by_key: dict[str, PlacedIndicator], notes: Notes) -> None:
    keys = _part_keys(composite)
    path = (*composite.path, "of")
    listed = [((*path, index, "indicator"), key) for index, key in keys]
    check_unique(listed, Sentence("the part"), notes, Sentence("name each part once, with its weight"))
    for where, key in listed:
        if key not in by_key:
            others = [other for other in by_key if other != composite.key]
            remedy = did_you_mean(key, others, Sentence("indicators: %(words)s", words=others))
            notes.error(where, Sentence("the indicator '%(key)s' does not exist", key=key), remedy)
            continue
        period, own = _period(by_key[key]), _period(composite)
        if period != own:
            said = Sentence(
                "'%(key)s' is judged by %(period)s, this composite by %(own)s", key=key, period=period, own=own
            )
            notes.error(where, said, Sentence("give both the same period"))


def _period(indicator: PlacedIndicator) -> str:
    """By what an indicator is judged; what is no period stays as it is written."""
    written: Any = indicator.written("period", PeriodKind.MONTH)
    return PeriodKind(written) if written in list(PeriodKind) else str(written)


def _check_circles(composites: list[PlacedIndicator], by_key: dict[str, PlacedIndicator], notes: Notes) -> None:
    done: set[str] = set()
    for composite in composites:
        walk = _circle_from(composite.key, by_key, [], done) if composite.key is not None else None
        if walk:
            said = Sentence("the parts lead back: %(circle)s", circle=" → ".join(walk))
            notes.error((*by_key[walk[0]].path, "of"), said, Sentence("remove one of these parts"))


def _circle_from(key: str, by_key: dict[str, PlacedIndicator], walk: list[str], done: set[str]) -> list[str] | None:
    """The first circle reached from an indicator; each indicator is walked through once."""
    if key in walk:
        return [*walk[walk.index(key) :], key]
    if key in done or key not in by_key or by_key[key].written("kind") != Kind.COMPOSITE:
        return None
    circle = None
    for _, part in _part_keys(by_key[key]):
        circle = circle or _circle_from(part, by_key, [*walk, key], done)
    done.add(key)
    return circle


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
