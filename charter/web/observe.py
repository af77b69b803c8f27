"""Telling what happened, and thanking a team: plain forms without an account, sent once, confirmed on a page."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.errors import CharterError, Invalid, NotAllowed, NotFound
from charter.domain.observations import ObservationKind
from charter.domain.permissions import require
from charter.domain.personal import find_personal, masked
from charter.domain.terms import Permission
from charter.services.intranet import open_unit
from charter.services.observations import Told, form_choices, send_observation
from charter.services.senders import TooMany
from charter.web.access import current_actor, needs
from charter.web.clock import now
from charter.web.language import current_language
from charter.web.visitors import form_token, keyed, remembered_site, sender
from charter.words.refusals import refusal_sentence

TRAP = "website"
"""A field that no person sees: whoever fills it is a program."""

pages = Blueprint("observe", __name__)


@dataclass
class Form:
    """What is written, what is wrong with it, and whether parts of it look personal."""

    given: dict[str, str]
    kinds: tuple[ObservationKind, ...]
    errors: dict[str, str] = field(default_factory=dict)
    preview: str = ""
    code: int = 200

    @property
    def kind(self) -> ObservationKind:
        return next((kind for kind in self.kinds if kind == self.given.get("kind")), self.kinds[0])


@pages.route("/observe", methods=["GET", "POST"])
@needs(Permission.SEND_OBSERVATION)
def observe() -> ResponseReturnValue:
    """Why a promise could not be kept, or what a customer said of it."""
    return _form("observe/observe.html", (ObservationKind.OBSTACLE, ObservationKind.CUSTOMER))


@pages.route("/thank", methods=["GET", "POST"])
@needs(Permission.SEND_OBSERVATION)
def thank() -> ResponseReturnValue:
    """Thanks to a team, for something that it did for customers."""
    return _form("observe/thank.html", (ObservationKind.THANKS,))


@pages.get("/sent")
@needs(Permission.SEND_OBSERVATION)
def sent() -> ResponseReturnValue:
    """What happened, and where to look for what becomes of it."""
    kind = next((kind for kind in ObservationKind if kind == request.args.get("kind")), ObservationKind.OBSTACLE)
    return render_template(
        "observe/sent.html",
        kind=kind.value,
        number=request.args.get("number", type=int),
        unit=open_unit(now(), request.args.get("unit")),
    )


def _form(template: str, kinds: tuple[ObservationKind, ...]) -> ResponseReturnValue:
    given = {name: value for name, value in request.values.items() if name not in ("csrf_token", "lang")}
    asked = given.get("unit", "")
    shown = open_unit(now(), asked) or open_unit(now(), remembered_site()) or ""
    form = Form(given | {"unit": shown}, kinds)
    if request.method == "POST":
        number = _send(form, asked)
        if number is not None:
            where = {"kind": form.kind.value, "number": number, "unit": asked or None}
            return redirect(url_for("observe.sent", **where), 303)
    return _show(template, form)


def _show(template: str, form: Form) -> ResponseReturnValue:
    choices = form_choices(current_actor(), now())
    token = form.given.get("form") or form_token()
    shown = render_template(template, form=form, given=form.given, errors=form.errors, token=token, **choices)
    return shown, form.code


def _send(form: Form, unit: str) -> int | None:
    """The number of what was kept; None where the form is shown again, with what is wrong."""
    require(current_actor(), Permission.SEND_OBSERVATION, unit or None)
    if form.given.get(TRAP):
        form.errors, form.code = {"": gettext("This form was filled in by a program: nothing was kept.")}, 400
        return None
    told = Told(
        kind=form.kind,
        unit=unit,
        commitment=form.given.get("commitment") or None,
        text=form.given.get("text", ""),
        language=current_language(),
    )
    try:
        return _kept(form, told)
    except NotAllowed:
        raise
    except CharterError as error:
        _note(form, error)
    return None


def _kept(form: Form, told: Told) -> int | None:
    """Send it; where it looks personal, first show it masked and ask which is to be sent."""
    choice = form.given.get("send", "")
    if find_personal(told.text) and choice != "as-written":
        if choice != "masked":
            form.preview = masked(told.text)
            return None
        told = Told(told.kind, told.unit, told.commitment, masked(told.text), told.language)
    form_mark = keyed(f"form|{form.given.get('form') or form_token()}")
    return send_observation(current_actor(), now(), told, sender=sender(), form=form_mark)


def _note(form: Form, error: CharterError) -> None:
    place = error.field if isinstance(error, Invalid) else "unit" if isinstance(error, NotFound) else ""
    form.errors = {place: refusal_sentence(error, current_language())}
    form.code = 429 if isinstance(error, TooMany) else 404 if isinstance(error, NotFound) else 400
