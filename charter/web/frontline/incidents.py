"""Writing down incivility: a form without an account and without a person, for charters that keep such a log."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.frontline.incidents import read_day
from charter.domain.frontline.observations import ObservationKind
from charter.domain.vocabulary.errors import CharterError, NotAllowed
from charter.domain.vocabulary.permissions import require
from charter.domain.vocabulary.privacy import find_personal, without_personal
from charter.domain.vocabulary.terms import Permission
from charter.services.frontline.incidents import Written, incident_form, write_incident
from charter.services.frontline.intranet import open_unit
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.web.frame.responses import address
from charter.web.frame.visitors import form_token, keyed, remembered_site, sender
from charter.web.frontline.observe import TRAP, Form, note_refusal

pages = Blueprint("incidents", __name__)

INCIDENT = (ObservationKind.INCIDENT,)


@pages.route("/incident", methods=["GET", "POST"])
@needs(Permission.SEND_OBSERVATION)
def write() -> ResponseReturnValue:
    """That a customer was uncivil to a colleague: day, place, touchpoint, kind; 404 where the charter keeps no log."""
    offered = incident_form(current_actor(), now())
    given = {name: value for name, value in request.values.items() if name not in ("csrf_token", "lang")}
    asked = given.get("unit", "")
    shown = open_unit(now(), asked) or open_unit(now(), remembered_site()) or ""
    form = Form({"day": offered["today"]} | given | {"unit": shown}, INCIDENT)
    if request.method == "POST":
        number = _send(form, asked)
        if number is not None:
            where = {"kind": form.kind.value, "number": number, "unit": asked or None}
            return redirect(address("observe.sent", where), 303)
    token = given.get("form") or form_token()
    page = render_template(
        "observe/incident.html", form=form, given=form.given, errors=form.errors, token=token, **offered
    )
    return page, form.code


def _send(form: Form, unit: str) -> int | None:
    """The number of what was kept; None where the form is shown again, with what is wrong."""
    require(current_actor(), Permission.SEND_OBSERVATION, unit or None)
    if form.given.get(TRAP):
        form.errors, form.code = {"": gettext("This form was filled in by a program: nothing was saved.")}, 400
        return None
    text, choice = form.given.get("text", ""), form.given.get("send", "")
    if find_personal(text) and choice != "as-written":
        if choice != "masked":
            form.preview = without_personal(text)
            return None
        text = without_personal(text)
    try:
        return _kept(form, unit, text)
    except NotAllowed:
        raise
    except CharterError as error:
        note_refusal(form, error)
    return None


def _kept(form: Form, unit: str, text: str) -> int:
    written = Written(
        unit=unit,
        day=read_day(form.given.get("day", "")),
        kind=form.given.get("what", ""),
        touchpoint=form.given.get("touchpoint") or None,
        text=text,
        language=current_language(),
    )
    mark = keyed(f"form|{form.given.get('form') or form_token()}")
    return write_incident(current_actor(), now(), written, sender=sender(), form=mark)
