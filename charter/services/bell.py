"""What the head of the desk tells: whether the alarm clock is well, and how many alerts are open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import literal, select

from charter.domain.alerting import AlertState
from charter.domain.permissions import Actor
from charter.domain.terms import Permission
from charter.models.alerts import Alert
from charter.models.base import db
from charter.models.checks import Tick
from charter.services.alerts import is_concerned
from charter.services.health import alarm_from, is_told_of_alarm, waiting_long


def bell(actor: Actor, now: datetime) -> dict[str, Any]:
    """`alarm` as `alarm_for` tells it, and `alerts_open`, those of this actor: one statement."""
    here = select(literal(1).label("one")).subquery()
    query = select(Tick, waiting_long(now), Alert.unit_key, Alert.told_to).select_from(here)
    query = query.outerjoin(Tick, Tick.id == here.c.one).outerjoin(Alert, Alert.state == AlertState.OPEN)
    rows = db.session.execute(query, execution_options={"populate_existing": True}).all()
    tick, waiting = rows[0][:2]
    alarm = alarm_from(tick, waiting, now) if is_told_of_alarm(actor) else None
    open_ = [(unit, told_to) for *_, unit, told_to in rows if unit is not None]
    return {
        "alarm": alarm if alarm and any(alarm.values()) else None,
        "alerts_open": sum(is_concerned(actor, Permission.READ_DESK, unit, told_to) for unit, told_to in open_),
    }
