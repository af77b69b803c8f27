"""What a level of the draft would say of the months that are known: read again, nothing counted, nothing stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.indicators import Indicator, Target
from charter.domain.readings.status import LevelFacts, Reading, against, level_facts, levels_of
from charter.domain.vocabulary.periods import period_at, periods_back
from charter.domain.vocabulary.permissions import Actor, may, require
from charter.domain.vocabulary.terms import Permission, Reason, Status
from charter.services.charters.rules import told_definition
from charter.services.charters.versions import find_indicator, history_or_none
from charter.services.desk.series import Asked, SeriesRow, series
from charter.services.drafts.unapplied import as_version

BACK = 13
JUDGED = (Status.KEPT, Status.NEAR, Status.MISSED, Status.UNACCEPTABLE)
NOT_COUNTED = frozenset(
    [
        "title",
        "targets",
        "check",
        "nature",
        "proves",
        "basis",
        "mandatory",
        "minimum",
        "case",
        "direction",
        "judged_by",
        "key",
    ]
)
"""What says nothing of how cases are counted."""


@dataclass(frozen=True)
class PastPeriod:
    """A period as it stands, and as the level would read it."""

    period: str
    value: float
    status: str
    then: str


@dataclass(frozen=True)
class Preview:
    """How an indicator of the draft is counted, its newest level, and the known periods read by it, newest first.

    `is_counted_alike`: whether the draft counts what the version in force does; else these are still its figures.
    """

    definition: dict[str, Any]
    level: LevelFacts | None
    periods: list[PastPeriod]
    is_counted_alike: bool
    has_doubts: bool

    @property
    def kept_now(self) -> int:
        return sum(one.status == Status.KEPT for one in self.periods)

    @property
    def kept_then(self) -> int:
        return sum(one.then == Status.KEPT for one in self.periods)


def preview(actor: Actor, now: datetime, *, charter: Charter, key: str, folder: str) -> Preview:
    """What an indicator of a charter that is not in force says, and would have said with its newest level."""
    require(actor, Permission.APPLY_CHARTER)
    version = as_version(charter, folder)
    _, indicator = find_indicator(version, key)
    definition = told_definition(version, indicator)
    level = max(indicator.targets, key=lambda one: one.from_, default=None)
    facts = level_facts(indicator, level.from_) if level else None
    found = history_or_none()
    if found is None or key not in found.current.indicators or not may(actor, Permission.READ_DESK, actor.home):
        return Preview(definition, facts, [], True, False)
    held = found.current.indicators[key][1]
    newest = period_at(held.period, now.date())
    rows = series(actor, now, key, None, Asked(first=periods_back(newest, BACK + 1)[-1].key))[-BACK:]
    told = [one for row in reversed(rows) if (one := _read(indicator, level, row)) is not None]
    alike = _counted(definition) == _counted(told_definition(found.current, held))
    return Preview(definition, facts, told, alike, any(row["doubts"] for row in rows))


def _counted(definition: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in definition.items() if name not in NOT_COUNTED}


def _read(indicator: Indicator, level: Target | None, row: SeriesRow) -> PastPeriod | None:
    """None where the period has no figure. What is withheld for another reason than its level stays withheld."""
    if row["value"] is None:
        return None
    then = row["status"]
    if level is not None and (then in JUDGED or row["reason"] == Reason.INTERVAL_STRADDLES):
        ends = row["interval"]
        measured = Reading(Status(then), None, _exact(indicator, row), (ends[0], ends[1]) if ends else None)
        then = against(levels_of(level, indicator.direction), measured, indicator.basis).status.value
    return PastPeriod(row["period"], row["value"], row["status"], then)


def _exact(indicator: Indicator, row: SeriesRow) -> Decimal:
    """A share is what its counts say: 0.95 is kept at 0.95."""
    numerator, denominator = row["numerator"], row["denominator"]
    if indicator.kind.is_share and numerator is not None and denominator:
        return Decimal(str(numerator)) / Decimal(str(denominator))
    return Decimal(str(row["value"]))
