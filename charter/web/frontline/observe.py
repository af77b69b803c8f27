"""Telling what happened, and thanking a team: plain forms without an account, sent once, confirmed on a page.

What staff sent, for those who read it: accept, set aside, answer in public words, erase on request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.frontline.incidents import read_day
from charter.domain.frontline.observations import ObservationKind, SetAsideReason, Step
from charter.domain.overview.model import Words
from charter.domain.vocabulary.errors import CharterError, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import require
from charter.domain.vocabulary.privacy import find_personal, without_personal
from charter.domain.vocabulary.terms import Permission
from charter.services.frontline import moderation
from charter.services.frontline.incidents import Support, support
from charter.services.frontline.intranet import open_unit
from charter.services.frontline.observations import Told, form_choices, send_observation
from charter.services.people.rate_limit import TooMany
from charter.web.frame.access import current_actor, needs, now, whole
from charter.web.frame.layout import current_language
from charter.web.frame.listing import listing
from charter.web.frame.pickers import promise_names
from charter.web.frame.responses import address
from charter.web.frame.visitors import form_token, keyed, remembered_site, sender
from charter.web.frontline.intranet import forget_pages
from charter.words.formats import text_in
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
        number=request.args.get("number", type=whole),
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
            return redirect(address("observe.sent", where), 303)
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
        form.errors, form.code = {"": gettext("This form was filled in by a program: nothing was saved.")}, 400
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
        note_refusal(form, error)
    return None


def _kept(form: Form, told: Told) -> int | None:
    """Send it; where it looks personal, first show it masked and ask which is to be sent."""
    choice = form.given.get("send", "")
    if find_personal(told.text) and choice != "as-written":
        if choice != "masked":
            form.preview = without_personal(told.text)
            return None
        told = Told(told.kind, told.unit, told.commitment, without_personal(told.text), told.language)
    form_mark = keyed(f"form|{form.given.get('form') or form_token()}")
    return send_observation(current_actor(), now(), told, sender=sender(), form=form_mark)


def note_refusal(form: Form, error: CharterError) -> None:
    """What is wrong, beside its field, and the code of the answer."""
    place = error.field if isinstance(error, Invalid) else "unit" if isinstance(error, NotFound) else ""
    form.errors = {place: refusal_sentence(error, current_language())}
    form.code = 429 if isinstance(error, TooMany) else 404 if isinstance(error, NotFound) else 400


ERASE = "erase"

observation_pages = Blueprint("observations", __name__)


@observation_pages.get("/observations")
@needs(Permission.MODERATE_OBSERVATION)
def page() -> ResponseReturnValue:
    """What waits to be read; `?state=all` shows everything."""
    return _show_all()


@observation_pages.post("/observations/<int:number>")
@needs(Permission.MODERATE_OBSERVATION)
def decide(number: int) -> ResponseReturnValue:
    """One step with one observation; a refusal shows the page again, with what was written."""
    try:
        said = _verb(request.form.get("step", ""))(number)
    except (NotAllowed, NotFound):
        raise
    except CharterError as error:
        return _show_all(number, refusal_sentence(error, current_language())), 400
    forget_pages()
    flash(said)
    return redirect(address("observations.page", _where()) + f"#observation-{number}", 303)


def _show_all(number: int | None = None, error: str = "") -> str:
    where, language = _where(), current_language()
    found = moderation.observations(current_actor(), state=where.get("state", "waiting"))
    names = promise_names(language)
    kinds = sorted({row["kind"] for row in found["index"]})
    chosen = [row for row in found["index"] if row["kind"] == where.get("kind", row["kind"])]
    shown = listing(
        chosen,
        lambda row: " ".join((row["words"], row["unit_name"], title_of(row["title"], language))),
        {
            "unit": lambda row: row["unit_name"],
            "commitment": lambda row: names.get(row["commitment"] or "") or title_of(row["title"], language),
        },
        path=url_for("observations.page"),
        asked=where,
    )
    return render_template(
        "observations/list.html",
        list=shown,
        rows={row["number"]: row for row in moderation.to_read(current_actor(), [row["number"] for row in shown.rows])},
        kinds=kinds,
        kept=where,
        reasons=[reason.value for reason in SetAsideReason],
        refused=number,
        error=error,
        given=request.form,
        **found,
    )


def title_of(title: Words | str | None, language: str) -> str:
    return gettext("Without a promise") if title is None else text_in(title, language)


def _where() -> dict[str, str]:
    """The list that the person is looking at."""
    kept = {name: request.values.get(name, "") for name in ("q", "by", "page", "kind")}
    kept["state"] = "all" if request.values.get("state") == "all" else ""
    return {name: value for name, value in kept.items() if value}


def _verb(step: str) -> Callable[[int], str]:
    """What a button does, and what is said once it is done."""
    verbs: dict[str, Callable[[int], str]] = {
        Step.ACCEPT: _accept,
        Step.SET_ASIDE: _set_aside,
        Step.ANSWER: _answer,
        ERASE: _erase,
        Step.SUPPORT: _support,
    }
    return verbs.get(step, _unknown)


def _accept(number: int) -> str:
    moderation.accept(current_actor(), now(), number, is_printed="printed" in request.form)
    return gettext("Observation %(number)s is shown on the page of its site.", number=number)


def _set_aside(number: int) -> str:
    kind = moderation.set_aside(current_actor(), now(), number, reason=request.form.get("reason", ""))
    if kind is ObservationKind.INCIDENT:
        return gettext("Incident %(number)s is set aside: it is not counted.", number=number)
    return gettext("Observation %(number)s is set aside; the page of its site tells why.", number=number)


def _answer(number: int) -> str:
    moderation.answer(current_actor(), now(), number, text=request.form.get("answer", ""))
    return gettext("The answer to observation %(number)s is on the page of its site.", number=number)


def _support(number: int) -> str:
    day = read_day(request.form.get("day", ""))
    given = Support(day, request.form.get("support", ""), request.form.get("words", ""))
    support(current_actor(), now(), number, given)
    return gettext("Incident %(number)s: what was done for the colleague is written down.", number=number)


def _erase(number: int) -> str:
    moderation.erase(current_actor(), now(), number, because=request.form.get("because", ""))
    return gettext("The words of observation %(number)s are erased; only their hash stays.", number=number)


def _unknown(number: int) -> str:
    raise NotFound("There is no such step with observation %(number)s.", number=number)
