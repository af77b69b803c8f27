"""When a change is worth an alert: a state machine that reports what holds, and is not shaken by what flaps.

Each observation is one period of one indicator on one unit. The first miss is told, and so is the return; what comes
back soon after it had gone must then hold longer before it is believed. Rules: docs/rules.md, "Alerts".

What one period says to whoever watches: bad, good or neither, and whether chance alone could explain it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from charter.domain.vocabulary.terms import PeriodKind


class Subject(StrEnum):
    """What an alert is about; `class` one that is to be looked at again, `move` one that has moved."""

    STATUS = "status"
    DATA = "data"
    DOUBT = "doubt"
    SIGNAL = "signal"
    CHECK = "check"
    CLASS = "class"
    MOVE = "move"
    PAST = "past"


class Happening(StrEnum):
    """What happened to an alert. `confirmed`: chance, which explained it so far, no longer does; `restated`: a
    correction changed a figure; `noted`: good news, nothing to do; `again`: a clear miss that is not told by itself, as
    the promise flaps; `handed`: somebody else is in charge; `unanswered`: nobody has answered, and nobody is left to
    ask; `left`: the charter no longer holds what it is about."""

    OPENED = "opened"
    WORSENED = "worsened"
    CONFIRMED = "confirmed"
    EASED = "eased"
    CLOSED = "closed"
    RESTATED = "restated"
    NOTED = "noted"
    ESCALATED = "escalated"
    REARMED = "rearmed"
    AGAIN = "again"
    HANDED = "handed"
    UNANSWERED = "unanswered"
    LEFT = "left"


OVER = frozenset({Happening.CLOSED, Happening.EASED, Happening.LEFT})
"""What closes an alert."""
PASSING = frozenset({Happening.RESTATED, Happening.NOTED, Happening.AGAIN})
"""What is told once and asks for no answer: it opens nothing."""


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
        missed = replace(watch, calm_for=calm_for, missed_ago=0, missed_before=ago[0])
        return missed, Happening.AGAIN if came_back and seen.is_clear else None
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
