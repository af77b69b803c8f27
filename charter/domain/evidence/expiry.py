"""How long evidence may be used: customers 24 months, sector 12, experts 12, unless the charter says otherwise."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from charter.domain.charter_file.choices import Choices
from charter.domain.charter_file.values import Delay
from charter.domain.evidence.votes import Level

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
