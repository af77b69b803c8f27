"""The class of each commitment: the map, what one rests on, a person's decision, the sector's register, experts.

An expert's own form: by account, or by an invitation without one; nothing of the other experts stands on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.terms import CommitmentClass, Permission
from charter.services.classes.coverage import DriftRow
from charter.services.classes.deciding import decide_class
from charter.services.classes.experts import Invited, answer, ask_experts, people_to_ask, questions_to, seat_form
from charter.services.classes.register import record_promise
from charter.services.classes.view import ClassRow
from charter.services.desk import classes_page
from charter.services.desk.classes_page import ClassPage
from charter.web.frame.access import current_actor, needs, now, text
from charter.web.frame.layout import current_language
from charter.web.frame.listing import listing, piles
from charter.web.frame.pickers import choices
from charter.web.frame.proxies import this_address
from charter.web.frame.responses import public_link
from charter.words import class_terms
from charter.words.formats import text_in
from charter.words.statuses import STRENGTHS, class_name, word

INVITATIONS = 6
NEAR = timedelta(days=90)
"""What is to be looked at again within this time is listed; what comes later is folded."""

pages = Blueprint("classification", __name__)


@pages.get("/classification")
@needs(Permission.READ_DESK)
def page() -> ResponseReturnValue:
    """The map and the table; with `?commitment=`, what its class rests on."""
    actor, instant = current_actor(), now()
    found = classes_page.page(actor, instant, commitment=request.args.get("commitment") or None)
    asked = questions_to(actor, instant)
    language = current_language()
    groups: dict[str, Callable[[ClassRow], str]] = {
        "class": lambda row: class_name(row["class"], language),
        "strength": lambda row: word(STRENGTHS, row["strength"], language),
        "decided": lambda row: row["decision"]["by"] if row["decision"] else gettext("nobody yet"),
    }
    shown = listing(found["ordered"], lambda row: f"{row['number']} {text_in(row['title'], language)}", groups)
    return render_template(
        "classification/classification.html",
        questions=asked,
        list=shown,
        piles=piles(shown, found["ordered"], found["asking"], lambda row: row["key"]),
        compared=_compared(found["drifts"]),
        **_told(found),
        **choices(actor, instant),
    )


class Compared(NamedTuple):
    """Two waves, whom both asked, what is compared; and the promises of which it is."""

    before: str
    after: str
    segment: str
    question: str


def _compared(drifts: Sequence[DriftRow]) -> dict[Compared, list[DriftRow]]:
    """The comparisons by what they share, which is then said once."""
    found: dict[Compared, list[DriftRow]] = {}
    for one in drifts:
        shared = Compared(one["before"], one["after"], one["segment"], one["question"])
        found.setdefault(shared, []).append(one)
    return found


@pages.route("/classification/<key>/decision", methods=["GET", "POST"])
@needs(Permission.DECIDE_CLASS)
def decision(key: str) -> ResponseReturnValue:
    """Confirm what the evidence suggests, or override it, with a reason and the month from which it holds."""
    decide = partial(decide_class, commitment=key, decided=text("decided"), because=text("because"))
    return _form(
        key,
        "decision",
        lambda: decide(current_actor(), now(), month=text("month") or None),
        lambda: gettext("The decision is kept."),
    )


@pages.route("/classification/<key>/sector", methods=["GET", "POST"])
@needs(Permission.RECORD_EVIDENCE)
def sector(key: str) -> ResponseReturnValue:
    """Enter what a comparable company publicly promises, with its source and date."""
    given = {name: text(name) for name in ("company", "promised", "source", "seen_on")}
    return _form(
        key,
        "sector",
        lambda: record_promise(current_actor(), now(), commitment=key, **given),
        lambda: gettext("%(company)s is in the register.", company=given["company"].strip()),
    )


@pages.route("/classification/<key>/experts", methods=["GET", "POST"])
@needs(Permission.RECORD_EVIDENCE)
def experts(key: str) -> ResponseReturnValue:
    """Ask at least two experts; invitations are shown once."""
    actor, instant = current_actor(), now()
    found = _named(key)
    errors: dict[str, CharterError] = {}
    if request.method == "POST":
        try:
            people = [int(number) for number in request.form.getlist("people") if number.isdigit()]
            names, closes_on = request.form.getlist("names"), text("closes_on")
            invited = ask_experts(
                actor, instant, commitment=key, note=text("note"), people=people, names=names, closes_on=closes_on
            )
            return _invited(key, found, invited)
        except (NotAllowed, NotFound):
            raise
        except CharterError as error:
            errors = _placed(error)
    shown = render_template(
        "classification/experts.html",
        people=people_to_ask(actor),
        invitations=INVITATIONS,
        given=request.form,
        chosen_people=request.form.getlist("people"),
        given_names=request.form.getlist("names"),
        errors=errors,
        **_told(found),
        **choices(actor, instant),
    )
    return shown, 400 if errors else 200


def _invited(key: str, found: ClassPage, invited: list[Invited]) -> ResponseReturnValue:
    """The links of the invitations, shown once; without any, back to the ladder."""
    flash(gettext("The experts are asked. Answers are shown when all have answered."))
    if not invited:
        return redirect(_ladder(key), 303)
    links = [(one.name, public_link("opinions.invited", secret=one.secret)) for one in invited]
    return render_template(
        "classification/invited.html", links=links, **_told(found), **choices(current_actor(), now())
    )


def _form(key: str, name: str, write: Callable[[], None], said: Callable[[], str]) -> ResponseReturnValue:
    """A form on one commitment: written, it leads back to the ladder; refused, it stands with its errors."""
    actor, instant = current_actor(), now()
    found = _named(key)
    errors: dict[str, CharterError] = {}
    if request.method == "POST":
        try:
            write()
            flash(said())
            return redirect(_ladder(key), 303)
        except (NotAllowed, NotFound):
            raise
        except CharterError as error:
            errors = _placed(error)
    template = f"classification/{name}_form.html"
    shown = render_template(
        template,
        given=request.form,
        errors=errors,
        classes=list(CommitmentClass),
        **_told(found),
        **choices(actor, instant),
    )
    return shown, 400 if errors else 200


def _named(key: str) -> ClassPage:
    return classes_page.page(current_actor(), now(), commitment=key)


def _placed(error: CharterError) -> dict[str, CharterError]:
    return {getattr(error, "field", None) or "": error}


def _ladder(key: str) -> str:
    return url_for("classification.page", commitment=key, _anchor="ladder")


def _told(found: ClassPage) -> dict[str, object]:
    """The page's facts with the words that its templates print."""
    language = current_language()
    cuts = {one["name"]: one["value"] for one in found["choices"]}
    return dict(found) | {
        "numbers": {row["key"]: row["number"] for row in found["commitments"]},
        "choices_here": found["choices"],
        "cuts": cuts,
        "near_until": (date.fromisoformat(found["on"]) + NEAR).isoformat(),
        "undetermined_is_floor": cuts["undetermined"] == "floor",
        **class_terms.class_words(language),
        "choice_word": lambda name: class_terms.choice_word(name, language),
        "choice_value": lambda value: class_terms.choice_value(value, language),
        "map_link": lambda row: _ladder(row["key"]),
    }


opinion_pages = Blueprint("opinions", __name__)


@opinion_pages.route("/opinions/<int:seat>", methods=["GET", "POST"])
def form(seat: int) -> ResponseReturnValue:
    """For the account that was asked, and no other."""
    if current_actor().role is None:
        return redirect(url_for("session.sign_in", next=this_address()))
    return _answer(url_for("opinions.form", seat=seat), seat=seat)


@opinion_pages.route("/opinion/<secret>", methods=["GET", "POST"])
def invited(secret: str) -> ResponseReturnValue:
    """For whoever holds the invitation: no account, no name to give."""
    return _answer(url_for("opinions.invited", secret=secret), secret=secret)


def _answer(address: str, *, seat: int | None = None, secret: str | None = None) -> ResponseReturnValue:
    actor, instant = current_actor(), now()
    errors: dict[str, CharterError] = {}
    found = seat_form(actor, instant, seat=seat, secret=secret)
    if request.method == "POST":
        try:
            given = {name: text(name) for name in ("floor", "earns", "because")}
            answer(actor, instant, seat=seat, secret=secret, given=given)
            return redirect(address, 303)
        except (Invalid, Conflict) as error:
            errors = {getattr(error, "field", None) or "": error}
    shown = render_template(
        "classification/opinion.html",
        asked=found,
        address=address,
        given=request.form,
        errors=errors,
        is_example=found["is_example"],
    )
    return shown, 400 if errors else 200
