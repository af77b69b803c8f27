"""What was recorded, in pages for programs: measurements, editions of reports, alerts; in the order of their rows."""

from __future__ import annotations

from typing import TypedDict

from sqlalchemy import select

from charter.domain.overview.model import json_number
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.alerts import Alert
from charter.models.base import db
from charter.models.records import Measurement
from charter.models.reports import Edition
from charter.services.desk.listing import Page, Paging, page_of_rows


class MeasurementLine(TypedDict):
    """One row as it was recorded: nothing is overwritten, a correction is a further row (`corrects`, `reason`)."""

    number: int
    run: int
    indicator: str
    period: str
    unit: str
    channel: str
    segment: str
    numerator: float | int | None
    denominator: float | int | None
    total: float | int | None
    pending: int
    excluded: dict[str, float | int]
    corrects: int | None
    reason: str | None
    recorded_at: str


def measurements(
    actor: Actor, paging: Paging, *, indicator: str | None = None, unit: str | None = None, period: str | None = None
) -> Page[MeasurementLine]:
    """The measurements of the actor's units, in the order in which they were recorded.

    Raises NotAllowed, Invalid (period, mark).
    """
    require(actor, Permission.READ_DESK, unit or actor.home)
    query = select(Measurement).where(Measurement.id > paging.number).order_by(Measurement.id)
    if unit is not None:
        query = query.where(Measurement.unit_key == unit)
    elif actor.units is not None:
        query = query.where(Measurement.unit_key.in_(actor.units))
    if indicator is not None:
        query = query.where(Measurement.indicator_key == indicator)
    if period is not None:
        query = query.where(Measurement.period_key == parse_period(period).key)
    rows = db.session.execute(query.limit(paging.limit + 1)).scalars().all()
    return page_of_rows([_measurement(row) for row in rows], paging)


def _measurement(row: Measurement) -> MeasurementLine:
    return {
        "number": row.id,
        "run": row.run_id,
        "indicator": row.indicator_key,
        "period": row.period_key,
        "unit": row.unit_key,
        "channel": row.channel,
        "segment": row.segment,
        "numerator": json_number(row.numerator),
        "denominator": json_number(row.denominator),
        "total": json_number(row.total),
        "pending": row.pending,
        "excluded": row.excluded,
        "corrects": row.corrects_id,
        "reason": row.reason,
        "recorded_at": row.recorded_at.isoformat(),
    }


class EditionLine(TypedDict):
    """One edition of a month's report: the first as approved, each later one an erratum; chained by their hashes."""

    number: int
    period: str
    edition: int
    approved_at: str
    approved_by: str
    sha256: str
    previous_sha256: str


def editions(actor: Actor, paging: Paging, *, period: str | None = None) -> Page[EditionLine]:
    """What was published, oldest first. Raises NotAllowed, Invalid (period, mark)."""
    require(actor, Permission.READ_DESK, actor.home)
    query = select(Edition).where(Edition.id > paging.number).order_by(Edition.id)
    if period is not None:
        query = query.where(Edition.period_key == parse_period(period).key)
    rows = db.session.execute(query.limit(paging.limit + 1)).scalars().all()
    lines: list[EditionLine] = [
        {
            "number": row.id,
            "period": row.period_key,
            "edition": row.number,
            "approved_at": row.approved_at.isoformat(),
            "approved_by": row.approved_by,
            "sha256": row.sha256,
            "previous_sha256": row.previous_sha256,
        }
        for row in rows
    ]
    return page_of_rows(lines, paging)


class AlertOfUnit(TypedDict):
    """One alert: what it is about, where, whose, how it stands, since when."""

    number: int
    kind: str
    code: str
    commitment: str | None
    subject: str
    unit: str
    owner: str
    state: str
    opened_at: str
    changed_at: str
    closed_at: str | None


def alerts(
    actor: Actor, paging: Paging, *, state: str | None = None, unit: str | None = None, commitment: str | None = None
) -> Page[AlertOfUnit]:
    """The alerts of the actor's units, oldest first. Raises NotAllowed, Invalid (mark)."""
    require(actor, Permission.READ_DESK, unit or actor.home)
    query = select(Alert).where(Alert.id > paging.number).order_by(Alert.id)
    if unit is not None:
        query = query.where(Alert.unit_key == unit)
    elif actor.units is not None:
        query = query.where(Alert.unit_key.in_(actor.units))
    if state is not None:
        query = query.where(Alert.state == state)
    if commitment is not None:
        query = query.where(Alert.commitment_key == commitment)
    rows = db.session.execute(query.limit(paging.limit + 1)).scalars().all()
    return page_of_rows([_alert(row) for row in rows], paging)


def _alert(row: Alert) -> AlertOfUnit:
    return {
        "number": row.id,
        "kind": row.kind,
        "code": row.code,
        "commitment": row.commitment_key or None,
        "subject": row.subject,
        "unit": row.unit_key,
        "owner": row.owner,
        "state": row.state,
        "opened_at": row.opened_at.isoformat(),
        "changed_at": row.changed_at.isoformat(),
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
    }
