"""What somebody must know: alerts by where they stand, each with its buttons, which need no script."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.vocabulary.errors import Invalid, NotFound
from charter.domain.vocabulary.terms import Permission
from charter.post.links import read_signed
from charter.services.alerts import alerts
from charter.services.people import accounts
from charter.services.post.mail import ALERT
from charter.services.schedule.clock_health import alarm_for
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.pickers import choices

pages = Blueprint("alerts", __name__)


@pages.get("/alerts")
@needs(Permission.READ_DESK)
def page() -> ResponseReturnValue:
    """Open ones first, then acknowledged, paused and closed."""
    actor, instant = current_actor(), now()
    told = alerts.alerts_page(actor, instant) | {"alarm": alarm_for(actor, instant)}
    return render_template("alerts/alerts.html", **told, **choices(actor, instant))


@pages.post("/alerts/<int:number>/acknowledge")
@needs(Permission.HANDLE_ALERT)
def acknowledge(number: int) -> ResponseReturnValue:
    """Somebody is at it."""
    alerts.acknowledge(current_actor(), now(), number, note=request.form.get("note", ""))
    flash(gettext("The alert is taken on: nobody else is notified."))
    return redirect(url_for("alerts.page"), 303)


@pages.route("/alerts/answer/<token>", methods=["GET", "POST"])
def answer(token: str) -> ResponseReturnValue:
    """Answer from a mail without signing in: a page that asks first, for one alert and one person.

    The person's rights are asked when they answer, as they are then.
    """
    facts = read_signed(current_app.extensions["settings"].secret_key, ALERT, token)
    actor = accounts.person(facts["person"]) if facts else None
    if facts is None or actor is None:
        raise NotFound("This link is not valid any more: sign in, and answer on the page of alerts.")
    number, done = facts["alert"], None
    if request.method == "POST":
        done = request.form.get("answer", "")
        if done == "pause":
            alerts.snooze(actor, now(), number, until=_day(request.form.get("until", "")))
        else:
            alerts.acknowledge(actor, now(), number)
    found = alerts.find_alert(actor, now(), number)
    return render_template("alerts/answer.html", **found, name=actor.name, done=done)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("Write the day on which the pause ends, as 2026-11-30.", "until") from error


@pages.post("/alerts/<int:number>/snooze")
@needs(Permission.HANDLE_ALERT)
def snooze(number: int) -> ResponseReturnValue:
    """Paused until a day."""
    until = _day(request.form.get("until", ""))
    alerts.snooze(current_actor(), now(), number, until=until, note=request.form.get("note", ""))
    flash(gettext("The alert is paused."))
    return redirect(url_for("alerts.page"), 303)


@pages.post("/alerts/<int:number>/rearm")
@needs(Permission.HANDLE_ALERT)
def rearm(number: int) -> ResponseReturnValue:
    """Open again."""
    patience = timedelta(hours=current_app.extensions["settings"].escalate_after_hours)
    alerts.rearm(current_actor(), now(), number, escalate_after=patience)
    flash(gettext("The alert is open again."))
    return redirect(url_for("alerts.page"), 303)
