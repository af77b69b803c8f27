"""An expert's own form: by account, or by an invitation without one; nothing of the other experts stands on it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from charter.domain.errors import CharterError, Conflict, Invalid
from charter.services.experts import answer, seat_form
from charter.web.access import current_actor
from charter.web.clock import now
from charter.web.given import text

pages = Blueprint("opinions", __name__)


@pages.route("/opinions/<int:seat>", methods=["GET", "POST"])
def form(seat: int) -> ResponseReturnValue:
    """For the account that was asked, and no other."""
    if current_actor().role is None:
        return redirect(url_for("session.sign_in", next=request.path))
    return _answer(url_for("opinions.form", seat=seat), seat=seat)


@pages.route("/opinion/<secret>", methods=["GET", "POST"])
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
