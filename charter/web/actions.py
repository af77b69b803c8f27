"""Actions: the list of them, each with its history and effect; planned against a miss, changed, closed, reopened.

Explaining a miss: one comment for a commitment's month and unit, a new one in the place of the older.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.actions.action_rules import LONGEST_COMMENT, ActionLine
from charter.domain.overview.model import IndicatorView
from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import may
from charter.domain.vocabulary.terms import Permission
from charter.services.actions import view as actions_view
from charter.services.actions.actions import Planned, change_action, close_and_rebase, plan_action, reopen_action
from charter.services.actions.comments import explain_miss
from charter.services.actions.replies import Said, people_near, replies_of, reply
from charter.services.desk import commitment_page
from charter.services.desk.commitment_page import CommitmentPage, Detail
from charter.services.people.owners import names_of_able
from charter.services.readings.chart_resets import lift_rebase, rebase_chart
from charter.web.frame.access import asked_unit, current_actor, day, needed_day, needs, now, onward, text
from charter.web.frame.layout import current_language
from charter.web.frame.listing import listing
from charter.web.frame.pickers import choices, promise_names
from charter.web.frame.responses import address
from charter.words.actions import ACTION_STATES
from charter.words.formats import listed, text_in
from charter.words.statuses import word

pages = Blueprint("actions", __name__)


@pages.get("/actions")
@needs(Permission.READ_DESK)
def index() -> ResponseReturnValue:
    """The actions of the person's units: mine, open, late, done; by owner and unit."""
    actor, instant = current_actor(), now()
    unit = asked_unit(Permission.READ_DESK)
    show, owner = request.args.get("show") or "open", request.args.get("owner") or None
    found = actions_view.actions(actor, instant, show=show, owner=owner, unit=unit)
    told = {"show": show, "owner": owner, "unit": unit, "list": listing(found["rows"], _searched, _groups())}
    return render_template("remedies/actions.html", **told, **found, **choices(actor, instant))


def _searched(row: ActionLine) -> str:
    title = text_in(row["title"], current_language())
    return " ".join((row["what"], row["expected"], row["owner"], row["unit_name"], title))


def _groups() -> dict[str, Callable[[ActionLine], str]]:
    language = current_language()
    titles = promise_names(language)
    return {
        "commitment": lambda row: titles.get(row["commitment"]) or text_in(row["title"], language),
        "unit": lambda row: row["unit_name"],
        "owner": lambda row: row["owner"],
        "state": lambda row: word(ACTION_STATES, row["state"], language),
    }


@pages.route("/actions/<int:number>", methods=["GET", "POST"])
@needs(Permission.READ_DESK)
def page(number: int) -> ResponseReturnValue:
    """One action; those who may close it, reopen it, or give it another owner or date."""
    actor, instant = current_actor(), now()
    action = actions_view.action_page(actor, instant, number)
    errors: dict[str, CharterError] = {}
    if request.method == "POST":
        try:
            flash(_do(number))
            return redirect(onward(url_for("actions.page", number=number)), 303)
        except Invalid as error:
            errors = error.by_field
        except Conflict as error:
            errors = {"": error}
    shown = render_template(
        "remedies/action.html",
        action=action,
        measured=_measured(action),
        errors=errors,
        given=request.form if errors else {},
        today=instant.date().isoformat(),
        may_change=may(actor, Permission.PLAN_ACTION, action["unit"]),
        people=names_of_able(action["unit"]),
        may_rebase=may(actor, Permission.REBASE_CHART, action["unit"]) and action["indicator"] is not None,
        **choices(actor, instant),
    )
    return shown, 400 if errors else 200


class Measured(NamedTuple):
    """What an action was to change: the newest figure of its indicator, and the figures before."""

    view: IndicatorView
    detail: Detail


def _measured(action: ActionLine) -> Measured | None:
    """For the chart of an action that is done; None where nothing measures it, or it is promised no more."""
    if not action["effect"]:
        return None
    try:
        found = commitment_page.commitment_page(current_actor(), now(), action["commitment"], unit=action["unit"])
    except (NotFound, NotAllowed):
        return None
    views = [one for one in found["commitment"]["indicators"] if one["key"] == action["indicator"]]
    return Measured(views[0], found["details"][views[0]["key"]]) if views else None


def _do(number: int) -> str:
    """What the button says, done; and what happened."""
    actor, instant, what = current_actor(), now(), text("do")
    if what == "close":
        rebase = (text("rebase_period"), text("rebase_reason")) if text("rebase") else None
        close_and_rebase(actor, instant, number=number, done_on=day("done_on"), text=text("text"), rebase=rebase)
        return gettext("The action is closed. Its effect is shown as soon as a period after it is measured.")
    if what == "reopen":
        reopen_action(actor, instant, number=number, reason=text("reason"))
        return gettext("The action is open again.")
    if what == "change":
        due_on = needed_day("due_on")
        change_action(actor, instant, number=number, owner=text("owner"), due_on=due_on, reason=text("reason"))
        return gettext("The action is changed; what was said before stays in its history.")
    raise Invalid("There is nothing called %(what)s to do.", what=what[:40])


@pages.route("/commitments/<key>/action", methods=["GET", "POST"])
@needs(Permission.PLAN_ACTION)
def plan(key: str) -> ResponseReturnValue:
    """A new action against a miss: what, who by, until when, with what effect."""
    actor, instant = current_actor(), now()
    unit, period = asked_unit(Permission.PLAN_ACTION), request.args.get("period") or None
    found = commitment_page.commitment_page(actor, instant, key, unit=unit, period=period)
    errors: dict[str, CharterError] = {}
    if request.method == "POST":
        try:
            number = plan_action(actor, instant, _planned(found))
            flash(gettext("The action is planned. Its owner is reminded before and after the due date."))
            return redirect(url_for("actions.page", number=number), 303)
        except Invalid as error:
            errors = error.by_field
    shown = render_template(
        "remedies/plan.html",
        errors=errors,
        people=names_of_able(found["overview"]["unit"]),
        given=request.form if errors else {"owner": found["commitment"]["owner"]},
        **found,
        **choices(actor, instant),
    )
    return shown, 400 if errors else 200


def _planned(found: CommitmentPage) -> Planned:
    overview = found["overview"]
    return Planned(
        commitment=found["commitment"]["key"],
        period=overview["period"],
        unit=overview["unit"],
        indicator=text("indicator") or None,
        what=text("what"),
        expected=text("expected"),
        owner=text("owner"),
        due_on=day("due_on"),
    )


@pages.route("/commitments/<key>/limits", methods=["GET", "POST"])
@needs(Permission.REBASE_CHART)
def limits(key: str) -> ResponseReturnValue:
    """Have the limits of a chart computed anew from a period on, or across it again; with a reason, either way."""
    actor, instant = current_actor(), now()
    unit, period = asked_unit(Permission.REBASE_CHART), request.args.get("period") or None
    found = commitment_page.commitment_page(actor, instant, key, unit=unit, period=period)
    errors: dict[str, CharterError] = {}
    if request.method == "POST":
        place = {"indicator": text("indicator"), "period": text("rebase_period"), "unit": found["overview"]["unit"]}
        try:
            change = lift_rebase if text("do") == "lift" else rebase_chart
            change(actor, instant, **place, reason=text("rebase_reason"))
            flash(gettext("The limits are recalculated. The reason is shown below the chart."))
            back = {"key": key, "unit": found["overview"]["unit"], "period": found["overview"]["period"]}
            return redirect(address("commitments.page", back), 303)
        except (Invalid, Conflict) as error:
            errors = {getattr(error, "field", ""): error}
    shown = render_template(
        "remedies/limits.html",
        errors=errors,
        given=request.form if errors else {},
        **found,
        **choices(actor, instant),
    )
    return shown, 400 if errors else 200


comment_pages = Blueprint("comments", __name__)


@comment_pages.route("/commitments/<key>/comment", methods=["GET", "POST"])
@needs(Permission.EXPLAIN_MISS)
def form(key: str) -> ResponseReturnValue:
    """What happened, in the words of the person who answers for it."""
    actor, instant = current_actor(), now()
    unit, period = asked_unit(Permission.EXPLAIN_MISS), request.args.get("period") or None
    found = commitment_page.commitment_page(actor, instant, key, unit=unit, period=period)
    overview, errors = found["overview"], {}
    if request.method == "POST":
        try:
            place = {"commitment": key, "period": overview["period"], "unit": overview["unit"]}
            explain_miss(actor, instant, **place, text=text("text"))
            flash(gettext("The comment is saved. The month's report will print it."))
            back = url_for("commitments.page", key=key, unit=overview["unit"], period=overview["period"])
            return redirect(onward(f"{back}#remedy"), 303)
        except Invalid as error:
            errors = {"text": error}
    shown = render_template(
        "remedies/comment.html",
        errors=errors,
        given=request.form if errors else {},
        longest=LONGEST_COMMENT,
        **found,
        **choices(actor, instant),
    )
    return shown, 400 if errors else 200


@comment_pages.route("/commitments/<key>/replies", methods=["GET", "POST"])
@needs(Permission.READ_DESK)
def replies(key: str) -> ResponseReturnValue:
    """What is asked and answered under the explanation of a month; who is named is told by mail."""
    actor, instant = current_actor(), now()
    unit, period = asked_unit(Permission.READ_DESK), request.args.get("period") or None
    found = commitment_page.commitment_page(actor, instant, key, unit=unit, period=period)
    overview = found["overview"]
    errors: dict[str, CharterError] = {}
    place = {"commitment": key, "period": overview["period"], "unit": overview["unit"]}
    if request.method == "POST":
        try:
            _tell_of(reply(actor, instant, **place, text=text("text")))
            back = url_for("comments.replies", key=key, unit=overview["unit"], period=overview["period"])
            return redirect(onward(back), 303)
        except Invalid as error:
            errors = {"text": error}
    shown = render_template(
        "remedies/replies.html",
        errors=errors,
        given=request.form if errors else {},
        replies=replies_of(actor, **place),
        near=[person.name for person in people_near(overview["unit"])],
        **found,
        **choices(actor, instant),
    )
    return shown, 400 if errors else 200


def _tell_of(said: Said) -> None:
    """Who is to be told of a reply, and which names were nobody's."""
    language = current_language()
    if said.told:
        flash(gettext("Saved. To be told by mail: %(names)s.", names=listed(said.told, language)))
    else:
        flash(gettext("Saved. Nobody is told: name a person by @name."))
    if said.unknown:
        names = listed([f"@{one}" for one in said.unknown], language)
        flash(gettext("Nobody who may read this unit is called %(names)s.", names=names))
    if said.several:
        names = listed([f"@{one}" for one in said.several], language)
        flash(
            gettext("Several people are called %(names)s: write the whole name of the one that you mean.", names=names)
        )
