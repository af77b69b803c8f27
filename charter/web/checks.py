"""The checks of a month: which are done, which are late or failed, and when the others are due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from charter.domain.monthly import CheckCounts
from charter.domain.permissions import may
from charter.domain.terms import Permission
from charter.services import calendar, jobs
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
    told: dict[str, Any] = {"counts": tally(found["rows"]), "changed": changed_past(actor, instant)}
    told["may_run"] = may(actor, Permission.RUN_CHECK)
    return render_template("checks/checks.html", **told, **found, **choices(actor, instant))


@pages.post("/checks/run")
@needs(Permission.RUN_CHECK)
def run() -> ResponseReturnValue:
    """Ask the alarm clock to run one check, or all that wait, now; then look how it goes."""
    given = {name: request.form[name] for name in ("indicator", "period") if request.form.get(name)}
    number = jobs.ask(current_actor(), now(), kind="run-checks", arguments=given if len(given) == 2 else {})
    return redirect(url_for("jobs.page", number=number), 303)


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
