"""When mails come, as each person chooses it: at once or in a digest, on which day, never in quiet hours."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.errors import Invalid
from charter.domain.terms import Permission
from charter.services import reach
from charter.web.access import current_actor, needs
from charter.web.clock import now
from charter.web.language import current_language
from charter.words.formats import weekdays

pages = Blueprint("reach", __name__)


@pages.route("/account/mail", methods=["GET", "POST"])
@needs(Permission.READ_PAGES)
def page() -> ResponseReturnValue:
    """What is chosen, and the form that changes it."""
    actor, error = current_actor(), None
    if actor.role is None:
        return redirect(url_for("session.sign_in", next=url_for("reach.page")))
    if request.method == "POST":
        try:
            reach.choose_reach(actor, now(), request.form)
            flash(gettext("Kept."))
            return redirect(url_for("reach.page"), 303)
        except Invalid as refusal:
            error = refusal
    found = reach.reach_of(actor)
    given = found | request.form.to_dict() if error else found
    page = render_template(
        "account/mail.html", reach=found, given=given, error=error, days=weekdays(current_language())
    )
    return page, 400 if error else 200
