"""Accounts for those who hold them: which owners of the charter each answers for, and who comes next."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.errors import Invalid, NotFound
from charter.domain.permissions import may_give
from charter.domain.terms import Permission, Role
from charter.services import owners
from charter.web.access import current_actor, needs
from charter.web.clock import now

pages = Blueprint("accounts", __name__)


@pages.get("/accounts")
@needs(Permission.MANAGE_ACCOUNTS)
def page() -> ResponseReturnValue:
    """Every account, and the owners that nobody answers for yet."""
    return render_template("accounts/accounts.html", **owners.reach_page(current_actor()))


@pages.route("/accounts/<int:number>", methods=["GET", "POST"])
@needs(Permission.MANAGE_ACCOUNTS)
def reach(number: int) -> ResponseReturnValue:
    """How one account is reached."""
    actor, error = current_actor(), None
    if request.method == "POST":
        try:
            _set(number)
            flash(gettext("Kept."))
            return redirect(url_for("accounts.page"), 303)
        except Invalid as refusal:
            error = refusal
    found = owners.reach_page(actor)
    person = next((one for one in found["people"] if one["id"] == number), None)
    if person is None:
        raise NotFound("There is no such account.")
    may_change = may_give(actor, Role(person["role"]))
    shown = render_template("accounts/reach.html", person=person, may_change=may_change, error=error, **found)
    return shown, 400 if error else 200


def _set(number: int) -> None:
    next_id = request.form.get("next", "")
    owners.set_reach(
        current_actor(),
        now(),
        number,
        answers_for=request.form.getlist("answers_for"),
        next_id=int(next_id) if next_id.isascii() and next_id.isdigit() else None,
        language=request.form.get("language") or None,
    )
