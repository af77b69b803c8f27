"""Charts set anew: from a period on, mean and limits are computed afresh, because a person said so, with a reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import select

from charter.domain.actions.action_rules import LONGEST_REASON, written
from charter.domain.vocabulary.errors import Conflict, Invalid, Sentence
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.actions import Rebase
from charter.models.base import db
from charter.services.charters.versions import find_indicator, find_unit, history
from charter.services.records import audit_log
from charter.services.records.sealing import words_hash
from charter.services.records.transactions import Mark, latest, transaction

NEEDS_REASON = Sentence("Limits are recalculated with a reason: say what changed.")
LIFT_NEEDS_REASON = Sentence("Say why the recalculation is undone.")


@dataclass(frozen=True)
class _Asked:
    """What a person asks for, and what is said where no reason is given."""

    indicator: str
    period: str
    unit: str | None
    reason: str
    needed: Sentence


class _Place(NamedTuple):
    """The chart, and the period from which on it is set anew."""

    indicator: str
    period: Period
    unit: str


def rebase_chart(
    actor: Actor,
    now: datetime,
    *,
    indicator: str,
    period: str,
    reason: str,
    unit: str | None = None,
    action: int | None = None,
) -> None:
    """From this period of the indicator on, the unit's chart is computed anew: on pages, in reports, and in signals.

    Raises NotAllowed, NotFound, Invalid (not a period of the indicator's, one to come, no reason), Conflict (set
    already).
    """
    _write(actor, now, _Asked(indicator, period, unit, reason, NEEDS_REASON), lifted=False, action=action)


def lift_rebase(
    actor: Actor, now: datetime, *, indicator: str, period: str, reason: str, unit: str | None = None
) -> None:
    """The chart is read across this period again; who had set it and why stays in the history. Raises as above."""
    _write(actor, now, _Asked(indicator, period, unit, reason, LIFT_NEEDS_REASON), lifted=True)


def check_rebase(actor: Actor, now: datetime, *, indicator: str, period: str, reason: str, unit: str | None) -> None:
    """Raise what rebase_chart would raise, and write nothing."""
    place, _ = _checked(actor, now, _Asked(indicator, period, unit, reason, NEEDS_REASON))
    _require_other(place, now, lifted=False)


def _checked(actor: Actor, now: datetime, asked: _Asked) -> tuple[_Place, str]:
    """Where the chart is set anew, and the reason."""
    whole = parse_period(asked.period)
    version = history().on(whole.start)
    unit = find_unit(version, asked.unit)
    require(actor, Permission.REBASE_CHART, unit)
    _, indicator = find_indicator(version, asked.indicator)
    if whole.kind is not indicator.period:
        raise Invalid(
            "%(indicator)s is measured by %(unit)s: %(period)s is not one.",
            "rebase_period",
            indicator=indicator.key,
            unit=indicator.period,
            period=whole,
        )
    if whole.start > now.date():
        raise Invalid("%(period)s has not begun yet.", "rebase_period", period=whole)
    reason = written(asked.reason, "rebase_reason", LONGEST_REASON, needed=asked.needed)
    return _Place(indicator.key, whole, unit), reason


def _require_other(place: _Place, now: datetime, *, lifted: bool) -> None:
    indicator, period, unit = place
    is_set = period.key in rebases_of([indicator], unit, now).get(indicator, {})
    if is_set and not lifted:
        raise Conflict(
            "The limits of %(indicator)s are already recalculated from %(period)s.", indicator=indicator, period=period
        )
    if lifted and not is_set:
        raise Conflict(
            "The limits of %(indicator)s are not recalculated from %(period)s.", indicator=indicator, period=period
        )


def _write(actor: Actor, now: datetime, asked: _Asked, *, lifted: bool, action: int | None = None) -> None:
    place, words = _checked(actor, now, asked)
    with transaction():
        audit_log.hold()
        _require_other(place, now, lifted=lifted)
        row = Rebase(
            indicator_key=place.indicator,
            unit_key=place.unit,
            period_key=place.period.key,
            is_lifted=lifted,
            reason=words,
            action_id=action,
            at=now,
            by=actor.name,
        )
        db.session.add(row)
        db.session.flush()
        done = "chart:lift" if lifted else "chart:rebase"
        audit_log.record(actor, now, done, f"rebase {row.id}", after=rebase_record(row))


def rebase_record(row: Rebase) -> dict[str, object]:
    """What the audit log keeps of a chart set anew, or read as before again."""
    return {
        "indicator": row.indicator_key,
        "unit": row.unit_key,
        "period": row.period_key,
        "action": row.action_id,
        "sha256": words_hash(row.reason),
    }


class SetAnew(TypedDict):
    """From which period on a chart was set anew, why, by whom, when, and for which action."""

    period: str
    reason: str
    by: str
    at: str
    action: int | None


Rebases = Mapping[str, Mapping[str, SetAnew]]


def rebases_of(indicators: Collection[str], unit: str, now: datetime) -> Rebases:
    """By indicator and period: the rebases that hold on the unit's charts at that instant."""
    found = latest()
    held: dict[str, dict[str, SetAnew]] = {}
    for row in _all_of(found.database, found.marks["rebases"]).get(unit, ()):
        if row.indicator_key not in indicators or row.at > now:
            continue
        of_indicator = held.setdefault(row.indicator_key, {})
        if row.is_lifted:
            of_indicator.pop(row.period_key, None)
        else:
            of_indicator[row.period_key] = {
                "period": row.period_key,
                "reason": row.reason,
                "by": row.by,
                "at": row.at.isoformat(),
                "action": row.action_id,
            }
    return held


@lru_cache(maxsize=8)
def _all_of(database: str, mark: Mark) -> dict[str, list[Any]]:
    """By unit, in the order of writing; a person writes each, so they are few."""
    columns = [column for column in Rebase.__table__.columns if column.name != "id"]
    by_unit: dict[str, list[Any]] = {}
    for row in db.session.execute(select(*columns).order_by(Rebase.id)) if mark[0] is not None else ():
        by_unit.setdefault(row.unit_key, []).append(row)
    return by_unit
