"""What one period says to whoever watches: bad, good or neither, and whether chance alone could explain it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

from charter.domain.alerts.alert_rules import Mark, Seen
from charter.domain.statistics.intervals import chance_of_at_least, gamma_share
from charter.domain.vocabulary.terms import Direction, Reason, Status

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
    """Whether there is a figure at all: a check that found none is as bad as a miss. Too few incidents to be shown, or
    none, are no fault: nothing follows from them."""
    if status is Status.NO_DATA and reason != Reason.FEW_WRITTEN:
        return Seen(Mark.BAD, reason or status)
    is_void = status in (Status.NOT_APPLICABLE, Status.NO_DATA)
    return Seen(Mark.VOID if is_void else Mark.GOOD, status)


def evidence_of_variation(variation: str) -> Seen:
    """What a control chart says of its last point: a special cause for the worse is bad, all else is good."""
    is_bad = variation.startswith(("concern", "neither"))
    return Seen(Mark.BAD if is_bad else Mark.GOOD, variation)
