"""When a change is worth an alert: a state machine that reports what holds, and is not shaken by what flaps.

Each observation is one period of one indicator on one unit. The first miss is told, and so is the return; what comes
back soon after it had gone must then hold longer before it is believed. Rules: docs/rules.md, "Alerts".

What one period says to whoever watches: bad, good or neither, and whether chance alone could explain it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from math import ceil, floor
from typing import Any

from charter.domain.statistics.intervals import chance_of_at_least, gamma_share
from charter.domain.vocabulary.terms import Direction, PeriodKind, Status


class Subject(StrEnum):
    """What an alert is about."""

    STATUS = "status"
    DATA = "data"
    DOUBT = "doubt"
    SIGNAL = "signal"
    CHECK = "check"
    CLASS = "class"
    PAST = "past"


class Happening(StrEnum):
    """What happened to an alert. `confirmed`: chance, which explained it so far, no longer does. `restated`: a
    correction changed a past period; `noted`: good news, nothing to do."""

    OPENED = "opened"
    WORSENED = "worsened"
    CONFIRMED = "confirmed"
    EASED = "eased"
    CLOSED = "closed"
    RESTATED = "restated"
    NOTED = "noted"
    ESCALATED = "escalated"
    REARMED = "rearmed"


class AlertState(StrEnum):
    """Where an alert stands with people."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class Mark(StrEnum):
    """What one observation says. `fair`: better than bad, not yet good; `none`: it says nothing; `void`: not asked."""

    BAD = "bad"
    FAIR = "fair"
    GOOD = "good"
    NONE = "none"
    VOID = "void"


@dataclass(frozen=True)
class Confirmed:
    """So many misses, the first of them so many periods ago at most."""

    misses: int
    within: int

    def is_met(self, ago: Sequence[int | None]) -> bool:
        """Whether a miss now is confirmed by those before it, the newest first."""
        first = ago[self.misses - 2]
        return first is not None and first <= self.within


@dataclass(frozen=True)
class Hold:
    """How long a state must hold, in periods. `closing`: good ones in a row before it closes, by how often it has come
    back. A miss within `window` periods of the last one, or of the closing, comes back: it opens when confirmed as in
    `returning`. A miss that is not clear opens when confirmed as in `slight`. None: at once. `chance_waits`: what
    chance explains opens, and waits for the digest, until it is clear or the period before bears it out."""

    closing: tuple[int, ...]
    window: int
    returning: Confirmed | None = None
    slight: Confirmed | None = None
    chance_waits: bool = False


HOLDS: Mapping[PeriodKind, Hold] = {
    PeriodKind.DAY: Hold((3, 7, 28), 180, returning=Confirmed(3, 5), slight=Confirmed(2, 7)),
    PeriodKind.WEEK: Hold((2, 4, 8), 52, returning=Confirmed(2, 4)),
    PeriodKind.MONTH: Hold((1, 3, 6), 12, chance_waits=True),
    PeriodKind.QUARTER: Hold((1, 2, 2), 8, chance_waits=True),
    PeriodKind.YEAR: Hold((1, 1, 1), 3),
}
AT_ONCE = Hold((1,), 0)
"""For what is no figure: a check, a class, a source."""


@dataclass(frozen=True)
class Seen:
    """One observation: its mark, the code that words are found by, whether chance alone could not explain it, whether
    it is the worst there is; `is_by_chance`: its counts say that chance explains it, with those of the period before.
    """

    mark: Mark
    code: str
    is_clear: bool = True
    is_worst: bool = False
    is_by_chance: bool = False


@dataclass(frozen=True)
class Watch:
    """What is remembered between observations. While open, `good` and `fair`: those in a row that were good, and not
    bad; `waits`: chance explains it so far. `level`: how often it has come back. While calm, periods since it closed,
    since the last miss, and since the miss before that."""

    is_open: bool = False
    is_worst: bool = False
    waits: bool = False
    level: int = 0
    good: int = 0
    fair: int = 0
    calm_for: int | None = None
    missed_ago: int | None = None
    missed_before: int | None = None
    since: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return dict(vars(self))


def step(watch: Watch, seen: Seen, period: str, hold: Hold) -> tuple[Watch, Happening | None]:
    """The next state, and what is to be told: at most one thing for an observation."""
    if seen.mark is Mark.NONE:
        return watch, None
    return _while_open(watch, seen, hold) if watch.is_open else _while_calm(watch, seen, period, hold)


def _while_calm(watch: Watch, seen: Seen, period: str, hold: Hold) -> tuple[Watch, Happening | None]:
    calm_for = _one_more(watch.calm_for)
    ago = (_one_more(watch.missed_ago), _one_more(watch.missed_before))
    if seen.mark is not Mark.BAD:
        return replace(watch, calm_for=calm_for, missed_ago=ago[0], missed_before=ago[1]), None
    came_back = calm_for is not None and min(one for one in (calm_for, *ago) if one is not None) <= hold.window
    asked = hold.returning if came_back else None if seen.is_clear else hold.slight
    if asked and not (seen.is_worst or asked.is_met(ago)):
        return replace(watch, calm_for=calm_for, missed_ago=0, missed_before=ago[0]), None
    level = min(watch.level + 1, len(hold.closing) - 1) if came_back else 0
    waits = hold.chance_waits and seen.is_by_chance
    return Watch(is_open=True, is_worst=seen.is_worst, waits=waits, level=level, since=period), Happening.OPENED


def _one_more(periods: int | None) -> int | None:
    return None if periods is None else periods + 1


def _while_open(watch: Watch, seen: Seen, hold: Hold) -> tuple[Watch, Happening | None]:
    needed = hold.closing[min(watch.level, len(hold.closing) - 1)]
    closed = Watch(level=watch.level, calm_for=0)
    if seen.mark is Mark.VOID:
        return closed, Happening.EASED
    if seen.mark is Mark.BAD:
        worse = seen.is_worst and not watch.is_worst
        told = Happening.WORSENED if worse else Happening.CONFIRMED if watch.waits and not seen.is_by_chance else None
        waits, is_worst = watch.waits and seen.is_by_chance, watch.is_worst or seen.is_worst
        return replace(watch, good=0, fair=0, is_worst=is_worst, waits=waits), told
    watch = replace(watch, good=watch.good + (seen.mark is Mark.GOOD), fair=watch.fair + 1)
    if watch.good >= needed:
        return closed, Happening.CLOSED
    if watch.fair >= 2 * needed:
        return closed, Happening.EASED
    return watch, None


def replay(seen: Iterable[tuple[str, Seen]], hold: Hold) -> Watch:
    """The state after a whole series, oldest first: after a correction the past is read again."""
    watch = Watch()
    for period, one in seen:
        watch, _ = step(watch, one, period, hold)
    return watch


SINGLE, TOGETHER = 0.05, 0.10
"""Chance explains a miss above the first; a miss and the period before it, both short of the level, above the second.
"""


@dataclass(frozen=True)
class Counted:
    """Of one period: the events and the cases that they are of; of events counted by themselves, or per volume,
    `expected` so many at the level that is required."""

    events: float
    of: float
    expected: float | None = None

    def chance(self, direction: Direction, level: float) -> float:
        """The chance of a figure as bad, or worse, where the process is just at its level."""
        if self.expected is not None:
            if direction is Direction.LOWER:
                return gamma_share(self.expected, self.events) if self.events > 0 else 1.0
            return 1 - gamma_share(self.expected, self.events + 1)
        if direction is Direction.LOWER:
            return chance_of_at_least(self.events, self.of, level)
        return 1 - chance_of_at_least(self.events + 1, self.of, level)

    def is_short(self, direction: Direction, level: float) -> bool:
        """Whether it lies on the bad side of its level."""
        by = self.events - (level * self.of if self.expected is None else self.expected)
        return by < 0 if direction is Direction.HIGHER else by > 0

    def with_(self, other: Counted) -> Counted:
        """The counts of two periods together."""
        both = None if None in (self.expected, other.expected) else (self.expected or 0) + (other.expected or 0)
        return Counted(self.events + other.events, self.of + other.of, both)


@dataclass(frozen=True)
class Figure:
    """What a status is seen by: a reading, in plain numbers. `counted`: of a census of cases, its counts and those of
    the period before, where chance can be reckoned from them."""

    status: Status
    value: float | None = None
    interval: tuple[float, float] | None = None
    counted: Counted | None = None
    before: Counted | None = None


@dataclass(frozen=True)
class Level:
    """What a figure is held to."""

    direction: Direction
    target: Decimal
    tolerance: Decimal = Decimal(0)


def evidence_of_status(figure: Figure, level: Level | None) -> Seen:
    """The status of a promise: missed and unacceptable are bad, kept is good, near is between; the rest says nothing.

    A miss is clear, and told in its first period whatever its length, when chance does not explain it: it is
    unacceptable, or so bad a count comes in at most 1 of 20 periods of a process that is just at its level. Without
    counts: its interval lies wholly beyond the target, or it lies beyond it by twice the tolerance.
    """
    status = figure.status
    if status not in (Status.MISSED, Status.UNACCEPTABLE):
        marks = {Status.KEPT: Mark.GOOD, Status.NEAR: Mark.FAIR, Status.NOT_APPLICABLE: Mark.VOID}
        return Seen(marks.get(status, Mark.NONE), status)
    is_worst = status is Status.UNACCEPTABLE
    is_clear = is_worst or level is None or _is_clear(figure, level)
    is_by_chance = not is_clear and level is not None and figure.counted is not None
    return Seen(Mark.BAD, status, is_clear, is_worst, is_by_chance and not _is_borne_out(figure, level))


def _is_clear(figure: Figure, level: Level) -> bool:
    if figure.counted is not None:
        return figure.counted.chance(level.direction, float(level.target)) <= SINGLE
    sign = 1 if level.direction is Direction.HIGHER else -1
    target = sign * level.target
    if figure.interval is not None:
        return max(sign * Decimal(repr(end)) for end in figure.interval) < target
    if figure.value is None:
        return True
    return sign * Decimal(repr(figure.value)) < target - 2 * level.tolerance


def _is_borne_out(figure: Figure, level: Level | None) -> bool:
    """This period and the one before are both short of the level, and chance does not explain the two together."""
    now, before = figure.counted, figure.before
    target = 0.0 if level is None else float(level.target)
    if level is None or now is None or before is None or not before.is_short(level.direction, target):
        return False
    return now.with_(before).chance(level.direction, target) <= TOGETHER


def miss_by_chance(usual: Counted, cases: float, level: Level) -> float:
    """The chance that a share of so many cases falls beyond the tolerance of its level, where the process goes on as
    usual; 0 where it usually falls short of the level: that is no chance.

    The edge is exact: as many cases as just keep the tolerance are no miss.
    """
    if usual.of <= 0 or cases <= 0 or usual.is_short(level.direction, float(level.target)):
        return 0.0
    share, size = usual.events / usual.of, Decimal(repr(cases))
    if level.direction is Direction.LOWER:
        return chance_of_at_least(floor(size * (level.target + level.tolerance)) + 1, cases, share)
    return 1 - chance_of_at_least(ceil(size * (level.target - level.tolerance)), cases, share)


def evidence_of_figure(status: Status, reason: str | None) -> Seen:
    """Whether there is a figure at all: a check that found none is as bad as a miss."""
    if status is Status.NO_DATA:
        return Seen(Mark.BAD, reason or status)
    return Seen(Mark.VOID if status is Status.NOT_APPLICABLE else Mark.GOOD, status)


def evidence_of_variation(variation: str) -> Seen:
    """What a control chart says of its last point: a special cause for the worse is bad, all else is good."""
    is_bad = variation.startswith(("concern", "neither"))
    return Seen(Mark.BAD if is_bad else Mark.GOOD, variation)
