"""What is missed without an alert: an empty list of alerts is no month that was kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict

from sqlalchemy import select

from charter.domain.alerts.alert_rules import AlertState, Subject
from charter.domain.charter_file.charter import Commitment
from charter.domain.readings.status import commitment_status
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.alerts import Alert, WatchRow
from charter.models.base import db
from charter.services.alerts.figures import BAD
from charter.services.charters.versions import Version, history
from charter.services.readings.current_figures import month_asked
from charter.services.readings.indicator_view import indicator_status_of
from charter.services.readings.recent_queries import load_recent


class Unalerted(TypedDict):
    """How many promises miss their level on a unit without an alert of it there that is not closed; `unwatched`: of how
    many nobody watched the unit when they were measured."""

    unit: str
    unit_name: str | None
    period: str
    missed: int
    unwatched: int


def missed_without_alert(actor: Actor, version: Version, now: datetime, unit: str) -> Unalerted | None:
    """Of the month that the desk shows of a unit: what the list of alerts does not say of it.

    A unit is watched from when somebody answers for it, sees it by their role or follows it: what was missed before
    opens nothing, and a miss that comes back is confirmed first. None where each has its alert."""
    require(actor, Permission.READ_PAGES, unit)
    month, of_unit = month_asked(history(), None, now), (Alert.unit_key == unit) & (Alert.kind == Subject.STATUS)
    told = select(Alert.commitment_key).where(of_unit, Alert.state != AlertState.CLOSED)
    alerted = set(db.session.execute(told).scalars())
    missed = [one for one in _missed(month, unit, now) if one.key not in alerted]
    if not missed:
        return None
    watches = select(WatchRow.subject).where(WatchRow.unit_key == unit, WatchRow.kind == Subject.STATUS)
    watched = set(db.session.execute(watches).scalars())
    unwatched = sum(watched.isdisjoint(indicator.key for indicator in one.indicators) for one in missed)
    name = version.tree.by_key[unit].name if unit != version.tree.root.key else None
    return Unalerted(unit=unit, unit_name=name, period=month.key, missed=len(missed), unwatched=unwatched)


def _missed(month: Period, unit: str, now: datetime) -> list[Commitment]:
    """The promises that miss their level in a month, by the charter of its time."""
    found = history()
    if unit not in found.on(month.start).tree:
        return []
    indicators = [one for _, one in found.on(month.start).indicators.values()]
    asked = [(one, month) for one in indicators]
    figures = load_recent(asked, unit, month, history=found, now=now, length=1)
    standings = {one.key: indicator_status_of(one, figures, month) for one in indicators}
    return [
        commitment
        for commitment in found.on(month.start).charter.commitments
        if commitment_status((one.mandatory, standings[one.key].status) for one in commitment.indicators) in BAD
    ]


def missed_unwatched(actor: Actor, version: Version, now: datetime, units: Iterable[str]) -> list[Unalerted]:
    """Of these units, those that missed something before anybody watched them. What is watched and has no alert yet is
    left out: it has to hold first."""
    found = (missed_without_alert(actor, version, now, unit) for unit in units if unit in version.tree)
    return [one for one in found if one is not None and one["unwatched"]]
