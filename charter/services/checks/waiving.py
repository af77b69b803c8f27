"""A check that will not be run: waived by a person, with a reason; its period has no data and says so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import CheckState, Permission
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.records import audit_log
from charter.services.records.transactions import rows_changed, transaction

OPEN = (CheckState.DUE, CheckState.FAILED)


def waive_check(actor: Actor, now: datetime, *, indicator: str, period: str, reason: str) -> None:
    """Nobody runs this check any more; late and lapsed end here, and the reason stands in its place.

    Raises NotAllowed, Invalid (no reason, no period), NotFound (no check is due), Conflict (done, running, waived).
    """
    require(actor, Permission.WAIVE_CHECK)
    if not reason.strip():
        raise Invalid("A check is skipped with a reason: say why it will not be run.", "reason")
    whole = parse_period(period)
    of_period = (DueCheck.indicator_key == indicator) & (DueCheck.period_key == whole.key)
    with transaction():
        before = db.session.execute(select(DueCheck.state).where(of_period)).scalar_one_or_none()
        if before is None:
            raise NotFound(
                "No check of %(indicator)s for %(period)s has become due.", indicator=indicator, period=whole
            )
        waived = update(DueCheck).where(of_period, DueCheck.state.in_(OPEN))
        if rows_changed(waived.values(state=CheckState.WAIVED, note=reason.strip(), said=None)) != 1:
            raise Conflict(
                "The check of %(indicator)s for %(period)s is %(state)s: only an open one can be skipped.",
                indicator=indicator,
                period=whole,
                state=CheckState(before),
            )
        facts = {"state": CheckState.WAIVED, "reason": reason.strip()}
        audit_log.record(actor, now, "check:waive", f"{indicator} {whole.key}", before={"state": before}, after=facts)
