"""What one period says to whoever watches: bad, good or neither, and whether chance alone could explain it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from charter.domain.alerting import Mark, Seen
from charter.domain.charter_file.indicators import Target
from charter.domain.terms import Direction, Status


@dataclass(frozen=True)
class Figure:
    """What a status is seen by: a reading, in plain numbers."""

    status: Status
    value: float | None = None
    interval: tuple[float, float] | None = None


def seen_status(figure: Figure, direction: Direction, target: Target | None) -> Seen:
    """The status of a promise: missed and unacceptable are bad, kept is good, near is between; the rest says nothing.

    A miss is clear, and told in its first period whatever its length, when chance does not explain it: it is
    unacceptable, or its interval lies wholly beyond the target; without an interval, when it lies beyond the target
    by twice the tolerance.
    """
    status = figure.status
    if status in (Status.MISSED, Status.UNACCEPTABLE):
        is_worst = status is Status.UNACCEPTABLE
        is_clear = is_worst or target is None or _is_clear(figure, direction, target)
        return Seen(Mark.BAD, status, is_clear, is_worst)
    marks = {Status.KEPT: Mark.GOOD, Status.NEAR: Mark.FAIR, Status.NOT_APPLICABLE: Mark.VOID}
    return Seen(marks.get(status, Mark.NONE), status)


def _is_clear(figure: Figure, direction: Direction, target: Target) -> bool:
    sign = 1 if direction is Direction.HIGHER else -1
    level = sign * target.target
    if figure.interval is not None:
        return max(sign * Decimal(repr(end)) for end in figure.interval) < level
    if figure.value is None:
        return True
    return sign * Decimal(repr(figure.value)) < level - 2 * (target.tolerance or 0)


def seen_figure(status: Status, reason: str | None) -> Seen:
    """Whether there is a figure at all: a check that found none is as bad as a miss."""
    if status is Status.NO_DATA:
        return Seen(Mark.BAD, reason or status)
    return Seen(Mark.VOID if status is Status.NOT_APPLICABLE else Mark.GOOD, status)


def seen_variation(variation: str) -> Seen:
    """What a control chart says of its last point: a special cause for the worse is bad, all else is good."""
    is_bad = variation.startswith(("concern", "neither"))
    return Seen(Mark.BAD if is_bad else Mark.GOOD, variation)
