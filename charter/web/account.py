"""The person's own account: role, units, and the language of the pages."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.validators import InputRequired

from charter.domain.terms import Permission
from charter.services import accounts
from charter.services.experts import questions_to
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
    shown = render_template("account/account.html", form=form, questions=questions_to(actor, now()))
    return shown, 400 if form.is_submitted() else 200
