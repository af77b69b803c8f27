"""The checks of a month: which are done, which are late or failed, and when the others are due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.errors import Invalid
from charter.domain.monthly import CheckCounts
from charter.domain.permissions import may
from charter.domain.terms import Permission
from charter.services import calendar, jobs
from charter.services.health import alarm_for
from charter.services.rechecks import changed_past
from charter.services.waiving import waive_check
from charter.web.access import current_actor, needs
from charter.web.choices import choices
from charter.web.clock import now

pages = Blueprint("checks", __name__)


@pages.get("/checks")
@needs(Permission.READ_DESK)
def page() -> ResponseReturnValue:
    """The calendar of checks, late and failed first; of one state, owner or indicator where one is chosen."""
    actor, instant = current_actor(), now()
    wanted = {name: request.args.get(name) or None for name in calendar.FILTERS}
    found = calendar.calendar(actor, instant, period=request.args.get("period") or None, **wanted)
    told: dict[str, Any] = {"counts": tally(found["all_rows"]), "changed": changed_past(actor, instant)}
    told |= {"wanted": wanted, "alarm": alarm_for(actor, instant)}
    told |= {"may_run": may(actor, Permission.RUN_CHECK), "may_waive": may(actor, Permission.WAIVE_CHECK)}
    return render_template("checks/checks.html", **told, **found, **choices(actor, instant))


@pages.get("/checks/<indicator>/<period>")
@needs(Permission.READ_DESK)
def log(indicator: str, period: str) -> ResponseReturnValue:
    """One check: where it stands, what can be done, and all its runs."""
    return _log(indicator, period)


def _log(indicator: str, period: str, refusal: Invalid | None = None) -> ResponseReturnValue:
    actor, instant = current_actor(), now()
    found = calendar.log_of(actor, instant, indicator=indicator, period=period)
    may_ = {"may_run": may(actor, Permission.RUN_CHECK), "may_waive": may(actor, Permission.WAIVE_CHECK)}
    shown = render_template("checks/log.html", refusal=refusal, **may_, **found, **choices(actor, instant))
    return shown, 400 if refusal else 200


@pages.post("/checks/<indicator>/<period>/waive")
@needs(Permission.WAIVE_CHECK)
def waive(indicator: str, period: str) -> ResponseReturnValue:
    """Nobody runs it any more: the reason stands in its place."""
    try:
        waive_check(current_actor(), now(), indicator=indicator, period=period, reason=request.form.get("reason", ""))
    except Invalid as error:
        return _log(indicator, period, error)
    flash(gettext("The check is waived; its period has no data, and says why."))
    return redirect(url_for("checks.log", indicator=indicator, period=period), 303)


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
