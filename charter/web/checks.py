"""The checks of a month: which are done, which are late or failed, and when the others are due."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from charter.domain.permissions import Permission
from charter.services import checks
from charter.web.access import current_actor, needs
from charter.web.clock import now

pages = Blueprint("checks", __name__)


@pages.get("/checks")
@needs(Permission.READ_DESK)
def page() -> ResponseReturnValue:
    """The calendar of checks, late and failed first."""
    found = checks.calendar(current_actor(), now(), period=request.args.get("period") or None)
    return render_template("checks/checks.html", **found)
