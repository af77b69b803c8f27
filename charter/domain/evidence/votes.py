"""A vote: one source's two answers on a commitment, with how firmly it speaks and why.

How long evidence may be used: customers 24 months, sector 12, experts 12, unless the charter says otherwise.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from charter.domain.charter_file.charter import Choices
from charter.domain.charter_file.values import Delay
from charter.domain.statistics.intervals import Interval
from charter.domain.vocabulary.terms import Strength

Answer = Literal["yes", "no"]
Level = Literal["law", "customers", "sector", "experts"]
Note = Mapping[str, Any]
"""{"code": …} and its figures; charter/words/classes.py gives each code its sentence."""

LEVELS: tuple[Level, ...] = ("law", "customers", "sector", "experts")
"""Order, not weights: the first that speaks decides."""


@dataclass(frozen=True)
class Vote:
    """`floor` and `earns` are yes, no or None (this source does not settle it). `leans`: the questions on which it says
    nothing, but leans to no: enough to leave them open where it contradicts another source on the other question."""

    source: str
    level: Level
    floor: Answer | None
    earns: Answer | None
    strength: Strength
    because: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()
    leans: tuple[str, ...] = ()

    @property
    def speaks(self) -> bool:
        """It settles at least one of the two questions."""
        return self.floor is not None or self.earns is not None


def silent(source: str, level: Level, *warnings: Note) -> Vote:
    """A source that is set aside, and why."""
    return Vote(source, level, None, None, Strength.NONE, warnings=warnings)


def majority(interval: Interval, cut: float = 0.5) -> Answer | None:
    """Yes when the whole interval of a share lies above the cut, no when it lies below."""
    low, high = interval
    return "yes" if low > cut else "no" if high < cut else None


def outcome(floor: Answer | None, earns: Answer | None) -> str:
    """What two answers say together, as the last word of a code."""
    named = {
        ("yes", "yes"): "both",
        ("yes", "no"): "floor",
        ("yes", None): "floor-open",
        ("no", "yes"): "earns",
        ("no", "no"): "neither",
        ("no", None): "not-floor",
        (None, "yes"): "leaning",
        (None, "no"): "not-earning",
    }
    return named.get((floor, earns), "open")


def note(code: str, **figures: Any) -> Note:
    """A code with its figures; those that are None are left out."""
    return {"code": code, **{name: figure for name, figure in figures.items() if figure is not None}}


DEFAULTS: dict[Level, Delay] = {
    "customers": Delay(count=24, unit="months"),
    "sector": Delay(count=12, unit="months"),
    "experts": Delay(count=12, unit="months"),
}


def validity(level: Level, choices: Choices | None) -> Delay:
    """How long evidence of that level holds: the charter's choice, else ours."""
    chosen = choices or Choices()
    given = {
        "customers": chosen.customer_expiry,
        "sector": chosen.sector_expiry,
        "experts": chosen.expert_expiry,
    }.get(level)
    return given or DEFAULTS[level]


def expires_on(day: date, delay: Delay) -> date:
    """The last day on which evidence of that day may be used."""
    if delay.unit == "months":
        past = day.month - 1 + delay.count
        year, month = day.year + past // 12, past % 12 + 1
        return date(year, month, min(day.day, monthrange(year, month)[1]))
    units = "days" if delay.unit == "working days" else delay.unit
    return day + timedelta(**{units: delay.count})


def is_expired(dated: date | None, on: date | None, delay: Delay) -> bool:
    """Whether evidence of `dated` may no longer be used on that day; without either date it may."""
    return dated is not None and on is not None and on > expires_on(dated, delay)


@dataclass(frozen=True)
class Aged:
    """How old a source is, and the last day on which it may be used."""

    dated: date
    expires_on: date


def ages_of(evidence: Mapping[str, Any], choices: Choices | None) -> dict[str, Aged]:
    """Every dated source of the evidence; experts last as long as two of them do. Dates are `date` values or ISO."""
    found: dict[str, Aged] = {}
    levels: dict[str, tuple[str, Level]] = {
        "kano": ("kano", "customers"), "penalty_reward": ("penalty-reward", "customers"), "sector": ("sector", "sector")
    }  # fmt: skip
    for kind, (source, level) in levels.items():
        dated = first_day((evidence.get(kind) or {}).get("date"))
        if dated is not None:
            found[source] = Aged(dated, expires_on(dated, validity(level, choices)))
    told = [first_day(one.get("date")) for one in evidence.get("experts") or ()]
    opinions = sorted((day for day in told if day is not None), reverse=True)
    if len(opinions) > 1:
        found["experts"] = Aged(opinions[1], expires_on(opinions[1], validity("experts", choices)))
    return found


def first_day(given: Any) -> date | None:
    """The first day of a day, month or year. Raises ValueError for what is none."""
    if given is None or isinstance(given, date):
        return given
    text = str(given)
    return date.fromisoformat((text + "-01-01")[:10] if len(text) < 10 else text)


def last_day(given: str) -> date:
    """The last day of a day, month or year. Raises ValueError for what is none."""
    year, month, day = ([int(part) for part in given.split("-")] + [0, 0])[:3]
    month = month or 12
    return date(year, month, day or monthrange(year, month)[1])
