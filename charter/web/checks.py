"""The checks of a month: which are done, which are late or failed, and when the others are due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from charter.domain.monthly import CheckCounts
from charter.domain.terms import Permission
from charter.services import calendar
from charter.services.rechecks import changed_past
from charter.web.access import current_actor, needs
from charter.web.choices import choices
from charter.web.clock import now

pages = Blueprint("checks", __name__)


@pages.get("/checks")
@needs(Permission.READ_DESK)
def page() -> ResponseReturnValue:
    """The calendar of checks, late and failed first."""
    actor, instant = current_actor(), now()
    found = calendar.calendar(actor, instant, period=request.args.get("period") or None)
    told = {"counts": tally(found["rows"]), "changed": changed_past(actor, instant)}
    return render_template("checks/checks.html", **told, **found, **choices(actor, instant))


def tally(rows: Sequence[Mapping[str, Any]]) -> CheckCounts:
    """How many of these checks stand where."""
    states = Counter(str(row["state"]) for row in rows)
    return {
        "due": len(rows),
        "done": states["done"],
        "late": states["late"],
        "failed": states["failed"],
        "lapsed": states["lapsed"],
        "waived": states["waived"],
    }
