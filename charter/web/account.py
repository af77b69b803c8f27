"""The person's own account: role, units, and the language of the pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.validators import InputRequired

from charter.domain.permissions import may_somewhere
from charter.domain.terms import Permission
from charter.services import accounts
from charter.services.charters import history_or_none
from charter.services.experts import questions_to
from charter.services.feeds import feed_made_at, owners_of
from charter.web.access import current_actor, needs
from charter.web.clock import now
from charter.web.language import KEY, current_language

pages = Blueprint("account", __name__)


class LanguageForm(FlaskForm):
    """French or English."""

    language = RadioField(_("Language of the pages"), [InputRequired()], choices={"fr": "Français", "en": "English"})


@pages.route("/account", methods=["GET", "POST"])
@needs(Permission.READ_PAGES)
def page() -> ResponseReturnValue:
    """What the account may do, and the one thing its owner chooses here."""
    actor = current_actor()
    if actor.role is None:
        return redirect(url_for("session.sign_in", next=url_for("account.page")))
    form = LanguageForm(language=current_language())
    if form.validate_on_submit():
        session[KEY] = form.language.data
        accounts.set_language(actor, now(), form.language.data)
        return redirect(url_for("account.page"), 303)
    told: dict[str, Any] = {"form": form, "has_calendar": may_somewhere(actor, Permission.READ_DESK)}
    if told["has_calendar"]:
        told |= {"feed_made_at": feed_made_at(actor), "timezone": "UTC"}
        known = history_or_none()
        if known is not None:
            told |= {"owners": owners_of(known), "timezone": known.current.charter.charter.timezone}
    told["questions"] = questions_to(actor, now())
    shown = render_template("account/account.html", **told)
    return shown, 400 if form.is_submitted() else 200
