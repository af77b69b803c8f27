"""Explaining a miss: one comment for a commitment's month and unit, a new one in the place of the older."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.errors import Invalid
from charter.domain.remedies import LONGEST_COMMENT
from charter.domain.terms import Permission
from charter.services import commitments
from charter.services.comments import explain_miss
from charter.web.access import asked_unit, current_actor, needs
from charter.web.choices import choices
from charter.web.clock import now
from charter.web.given import text

pages = Blueprint("comments", __name__)


@pages.route("/commitments/<key>/comment", methods=["GET", "POST"])
@needs(Permission.EXPLAIN_MISS)
def form(key: str) -> ResponseReturnValue:
    """What happened, in the words of the person who answers for it."""
    actor, instant = current_actor(), now()
    unit, period = asked_unit(Permission.EXPLAIN_MISS), request.args.get("period") or None
    found = commitments.commitment_page(actor, instant, key, unit=unit, period=period)
    overview, errors = found["overview"], {}
    if request.method == "POST":
        try:
            place = {"commitment": key, "period": overview["period"], "unit": overview["unit"]}
            explain_miss(actor, instant, **place, text=text("text"))
            flash(gettext("The comment is kept. The month's report will print it."))
            back = url_for("commitments.page", key=key, unit=overview["unit"], period=overview["period"])
            return redirect(f"{back}#remedy", 303)
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
