"""What somebody must know: alerts by where they stand, each with its buttons, which need no script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple, cast

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from charter.domain.alerts.alert_rules import AlertState
from charter.domain.vocabulary.errors import CharterError, Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor, may
from charter.domain.vocabulary.terms import Permission
from charter.post.links import read_signed
from charter.services.alerts import alerts
from charter.services.alerts.alerts import AlertRow, AlertsPage
from charter.services.alerts.misses import Unalerted, missed_without_alert
from charter.services.charters.versions import history
from charter.services.people import accounts
from charter.services.post.mail import ALERT
from charter.services.schedule.clock_health import alarm_for
from charter.web.frame.access import current_actor, needs, now, onward
from charter.web.frame.layout import current_language
from charter.web.frame.listing import found_in, listing, opened
from charter.web.frame.pickers import choices, promise_names, promise_numbers
from charter.web.frame.responses import address
from charter.words.alerts.sentences import alert_sentence

pages = Blueprint("alerts", __name__)


FILTERS = ("unit", "kind", "place", "acted_at")
"""What narrows the list; `acted_at`: those that were answered together, at that instant."""
GROUPED = "commitment"
"""An inbox is read promise by promise, unless another order is asked for."""


@pages.get("/alerts")
@needs(Permission.READ_DESK)
def page() -> ResponseReturnValue:
    """An inbox: those of one state, narrowed to a unit with all beneath, a kind or a place, grouped by promise."""
    return _page()


def _page(refusal: Invalid | None = None, at: str = "many") -> ResponseReturnValue:
    """The list; with what is refused of an answer to several, or to the alert `at` which the summary leads."""
    actor, instant = current_actor(), now()
    told = alerts.alerts_page(actor, instant)
    asked, state, shown = _asked_of(told)
    path = url_for("alerts.page")
    kept = asked | {"state": "" if state == AlertState.OPEN else state}
    inbox = listing(shown, _searched, _groups(), by=GROUPED, path=path, asked=kept)
    page_told = render_template(
        "alerts/alerts.html",
        state=state,
        asked=asked,
        kept={name: value for name, value in kept.items() if value},
        counts={name: sum(_is_asked(one, asked) for one in rows) for name, rows in told["alerts"].items()},
        open_in_all=len(told["alerts"][AlertState.OPEN.value]),
        kinds=sorted({one["kind"] for one in told["alerts"][state]}),
        places=sorted({one["place"] or "" for one in told["alerts"][state]}),
        list=inbox,
        opened=opened(inbox),
        answerable=sum(one["may_handle"] for one in found_in(shown, _searched)),
        numbers=promise_numbers(),
        refused={at: refusal} if refusal else {},
        alarm=alarm_for(actor, instant),
        tomorrow=told["tomorrow"],
        by_chance=told["by_chance"],
        untold=told["untold"],
        unalerted=_unalerted(actor, instant, asked["unit"]) if state == AlertState.OPEN else None,
        **choices(actor, instant),
    )
    return page_told, 400 if refusal else 200


class Asked(NamedTuple):
    """What the address asks: filters, a state, and the alerts of both, not searched yet."""

    filters: dict[str, str]
    state: str
    rows: list[AlertRow]


def _asked_of(told: AlertsPage) -> Asked:
    asked = {name: request.values.get(name, "") for name in FILTERS}
    state = request.values.get("state", "")
    state = state if state in told["alerts"] else AlertState.OPEN.value
    return Asked(asked, state, [one for one in told["alerts"][state] if _is_asked(one, asked)])


def _unalerted(actor: Actor, instant: datetime, asked: str) -> Unalerted | None:
    """What is missed without an alert on the unit asked for, or on the reader's own."""
    version = history().current
    unit = asked or actor.home or version.tree.root.key
    is_open = unit in version.tree and may(actor, Permission.READ_DESK, unit)
    return missed_without_alert(actor, version, instant, unit) if is_open else None


def _is_asked(one: AlertRow, asked: Mapping[str, str]) -> bool:
    tree, row = history().current.tree, cast("Mapping[str, object]", one)
    unit = asked["unit"]
    is_near = not unit or one["unit"] == unit or (unit in tree and one["unit"] in tree.under(unit))
    return is_near and all(not asked[name] or row[name] == asked[name] for name in FILTERS[1:])


def _searched(one: AlertRow) -> str:
    return f"{alert_sentence(one, current_language())} {one['unit_name']} {one['owner']}"


def _groups() -> dict[str, Callable[[AlertRow], str]]:
    titles = promise_names(current_language())
    return {
        GROUPED: lambda one: titles.get(one["commitment"] or "", one["commitment"] or gettext("Without a promise")),
        "unit": lambda one: one["unit_name"],
        "owner": lambda one: one["owner"],
        "none": lambda one: "",
    }


@pages.post("/alerts/answers")
@needs(Permission.HANDLE_ALERT)
def answer_many() -> ResponseReturnValue:
    """Take on, pause or open again all that are ticked, or all of the list; then the same list again."""
    actor, instant = current_actor(), now()
    try:
        numbers = _ticked(actor, instant)
        said = _answered(actor, instant, numbers)
    except Invalid as refusal:
        return _page(refusal)
    flash(said)
    state = {"pause": AlertState.SNOOZED, "rearm": AlertState.OPEN}.get(_do(), AlertState.ACKNOWLEDGED)
    if state is not AlertState.OPEN:
        flash(address("alerts.page", {"state": state.value, "acted_at": instant.isoformat()}), "together")
    kept = {name: request.form[name] for name in (*FILTERS, "state", "q", "by", "page") if request.form.get(name)}
    return redirect(address("alerts.page", kept), 303)


def _do() -> str:
    return request.form.get("do", "")


def _ticked(actor: Actor, instant: datetime) -> list[int]:
    """The alerts that are ticked; with `all`, those of the list on all its pages, as many as its reader was told.
    Raises Invalid where they have become more or fewer since."""
    if "all" not in request.form:
        return [int(one) for one in request.form.getlist("alert") if one.isascii() and one.isdigit()]
    shown = _asked_of(alerts.alerts_page(actor, instant)).rows
    numbers = [one["id"] for one in found_in(shown, _searched) if one["may_handle"]]
    if str(len(numbers)) != request.form["all"]:
        raise Invalid(
            "The list has changed since you opened it: nothing was answered. Look at it, and answer again.", "alert"
        )
    return numbers


def _answered(actor: Actor, instant: datetime, numbers: list[int]) -> str:
    """Answer them all, and say of how many it was done."""
    if _do() == "pause":
        until = _day(request.form.get("until", ""))
        count = alerts.snooze_all(actor, instant, numbers, until=until, note=request.form.get("note", ""))
        return ngettext("%(num)s alert is paused.", "%(num)s alerts are paused.", count)
    if _do() == "rearm":
        count = alerts.rearm_all(actor, instant, numbers, escalate_after=_patience())
        return ngettext("%(num)s alert is open again.", "%(num)s alerts are open again.", count)
    count = alerts.acknowledge_all(actor, instant, numbers)
    return ngettext("%(num)s alert is taken on: nobody else is notified.",
                    "%(num)s alerts are taken on: nobody else is notified.", count)  # fmt: skip


def _patience() -> timedelta:
    return timedelta(hours=current_app.extensions["settings"].escalate_after_hours)


@pages.post("/alerts/<int:number>/acknowledge")
@needs(Permission.HANDLE_ALERT)
def acknowledge(number: int) -> ResponseReturnValue:
    """Somebody is at it."""
    alerts.acknowledge(current_actor(), now(), number, note=request.form.get("note", ""))
    flash(gettext("The alert is taken on: nobody else is notified."))
    return redirect(onward(url_for("alerts.page")), 303)


@pages.route("/alerts/answer/<token>", methods=["GET", "POST"])
def answer(token: str) -> ResponseReturnValue:
    """Answer from a mail without signing in: a page that asks first, for one alert and one person.

    The person's rights are asked when they answer, as they are then.
    """
    facts = read_signed(current_app.extensions["settings"].secret_key, ALERT, token)
    actor = accounts.person(facts["person"]) if facts else None
    if facts is None or actor is None:
        raise NotFound("This link is not valid any more: sign in, and answer on the page of alerts.")
    number, errors = facts["alert"], dict[str, CharterError]()
    if request.method == "POST":
        try:
            if request.form.get("answer") == "pause":
                alerts.snooze(actor, now(), number, until=_day(request.form.get("until", "")))
            else:
                alerts.acknowledge(actor, now(), number)
        except Invalid as refusal:
            errors = refusal.by_field
    found = alerts.find_alert(actor, now(), number)
    shown = render_template("alerts/answer.html", **found, name=actor.name, errors=errors)
    return shown, 400 if errors else 200


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("Write the day on which the pause ends, as 2026-11-30.", "until") from error


@pages.post("/alerts/<int:number>/snooze")
@needs(Permission.HANDLE_ALERT)
def snooze(number: int) -> ResponseReturnValue:
    """Paused until a day."""
    try:
        until = _day(request.form.get("until", ""))
        alerts.snooze(current_actor(), now(), number, until=until, note=request.form.get("note", ""))
    except Invalid as refusal:
        return _page(refusal, f"alert-{number}")
    flash(gettext("The alert is paused."))
    return redirect(onward(url_for("alerts.page")), 303)


@pages.post("/alerts/<int:number>/rearm")
@needs(Permission.HANDLE_ALERT)
def rearm(number: int) -> ResponseReturnValue:
    """Open again."""
    alerts.rearm(current_actor(), now(), number, escalate_after=_patience())
    flash(gettext("The alert is open again."))
    return redirect(onward(url_for("alerts.page")), 303)
