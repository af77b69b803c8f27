"""What a control chart says at its last point alone: enough for a page that shows no chart, and cheap to keep.

It holds whatever level is required and whichever direction is better, so that neither makes it stale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charter.domain.spc.chart import ASSURED, why_not_drawable
from charter.domain.spc.limits import Limits, Value, limits_of
from charter.domain.spc.rules import assurance
from charter.domain.spc.signals import COMMON, RUN, labels
from charter.domain.terms import Direction

HIGH, LOW, USUAL, SILENT, UNDRAWN = "high", "low", "common", "silent", "undrawn"


@dataclass(frozen=True)
class ChartEnd:
    """`says`: high or low (a special cause), common, silent (the last period has no figure), undrawn (no chart).

    `lower` and `upper` are the natural limits, not clipped; None where no chart may be drawn.
    """

    says: str
    lower: Value = None
    upper: Value = None


def chart_end(values: Sequence[Value]) -> ChartEnd:
    """The end of the chart of one group of values, in the order of time; None where nothing was measured.

    The same as `read_chart` says of its last point: a signal there rests on the last seven points at most.
    """
    if why_not_drawable(values) is not None:
        return ChartEnd(UNDRAWN)
    limits = limits_of(values, collapse=False)
    if values[-1] is None:
        return ChartEnd(SILENT, limits.lower, limits.upper)
    label = labels(values[-RUN:], limits)[-1]
    says = USUAL if label == COMMON else HIGH if "Above" in label or "Increasing" in label else LOW
    return ChartEnd(says, limits.lower, limits.upper)


def variation_of(end: ChartEnd, direction: Direction) -> str | None:
    """The variation, as `read_chart` names it; None where no chart may be drawn."""
    if end.says == UNDRAWN:
        return None
    if end.says in (USUAL, SILENT):
        return "common" if end.says == USUAL else "none"
    is_better = (end.says == HIGH) == (direction is Direction.HIGHER)
    return f"{'improvement' if is_better else 'concern'}-{end.says}"


def assurance_of(end: ChartEnd, direction: Direction, target: float | None) -> str | None:
    """Whether the process, left as it is, will keep the level; None without a chart or a level."""
    if end.says == UNDRAWN:
        return None
    limits = Limits(None, None, end.lower, end.upper, None, None)
    found = assurance(limits, "increase" if direction is Direction.HIGHER else "decrease", target)
    return None if found is None else ASSURED[found]
