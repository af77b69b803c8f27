"""Commitments: the list of promises, and for each one its figures, where they come from and how they are measured."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from charter.domain.terms import Permission
from charter.services import chronicle, commitments, overview
from charter.services.charters import history
from charter.web.access import asked_unit, current_actor, needs
from charter.web.breakdown import worst_first
from charter.web.choices import choices
from charter.web.clock import now
from charter.web.history import told
from charter.web.number_fields import written

pages = Blueprint("commitments", __name__)


@pages.get("/commitments")
@needs(Permission.READ_DESK)
def index() -> ResponseReturnValue:
    """Every promise in the charter's own order."""
    unit, period = asked_unit(Permission.READ_DESK), request.args.get("period") or None
    month = overview.overview(current_actor(), now(), unit=unit, period=period)
    return render_template("commitments/list.html", overview=month)


@pages.get("/commitments/<key>")
@needs(Permission.READ_DESK)
def page(key: str) -> ResponseReturnValue:
    """One promise, for one month and one unit."""
    unit, period = asked_unit(Permission.READ_DESK), request.args.get("period") or None
    actor, instant = current_actor(), now()
    found = commitments.commitment_page(actor, instant, key, unit=unit, period=period)
    for detail in found["details"].values():
        detail["breakdown"] = worst_first(detail["breakdown"])
    return render_template("commitments/page.html", numbers_written=written, **found, **choices(actor, instant))


@pages.get("/commitments/<key>/history")
@needs(Permission.READ_DESK)
def past(key: str) -> ResponseReturnValue:
    """Everything that happened to a promise: who, when, before, after, why."""
    found = chronicle.chronicle(current_actor(), now(), key, unit=asked_unit(Permission.READ_DESK))
    versions, timezone = history(), found["timezone"]
    found["lines"] = [told(line, versions, timezone) for line in found["lines"]]
    return render_template("commitments/history.html", **found)
