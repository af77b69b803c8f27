"""Closing an action and, where the person says so, setting its chart anew from then on: both or neither."""

from __future__ import annotations

from datetime import date, datetime

from charter.domain.errors import Invalid
from charter.domain.permissions import Actor
from charter.services.actions import Standing, close_action, find_action
from charter.services.rebases import check_rebase, rebase_chart


def close_and_rebase(
    actor: Actor,
    now: datetime,
    *,
    number: int,
    done_on: date | None = None,
    text: str = "",
    rebase: tuple[str, str] | None = None,
) -> Standing:
    """Close an action; `rebase` is the period from which its chart is computed anew, and the reason.

    What cannot be set anew is found before anything is written. Raises as close_action and rebase_chart.
    """
    place = None
    if rebase is not None:
        row = find_action(number).row
        if row.indicator_key is None:
            raise Invalid("This action has no indicator: there is no chart to set anew.", "rebase_period")
        place = {"indicator": row.indicator_key, "unit": row.unit_key, "period": rebase[0], "reason": rebase[1]}
        check_rebase(actor, now, **place)
    closed = close_action(actor, now, number=number, done_on=done_on, text=text)
    if place is not None:
        rebase_chart(actor, now, **place, action=number)
    return closed
