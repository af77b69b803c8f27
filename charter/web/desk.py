"""The director's desk: is the charter kept, what changed, who acts, what was not measured, then the table."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from charter.domain.terms import Permission
from charter.services import desk
from charter.services.alerts import count_open
from charter.services.health import alarm_for
from charter.web.access import asked_unit, current_actor, needs
from charter.web.clock import now

pages = Blueprint("desk", __name__)


@pages.get("/desk")
@needs(Permission.READ_DESK)
def page() -> ResponseReturnValue:
    """One month and one unit, the last ended month and the person's own unit by default."""
    unit, period = asked_unit(Permission.READ_DESK), request.args.get("period") or None
    actor, instant = current_actor(), now()
    found = desk.desk(actor, instant, unit=unit, period=period)
    return render_template("desk/desk.html", alarm=alarm_for(actor, instant), alerts_open=count_open(actor), **found)
