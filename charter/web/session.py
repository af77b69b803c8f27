"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import login_user, logout_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from charter.domain.permissions import Actor, may_somewhere
from charter.domain.terms import Permission
from charter.services import accounts
from charter.web.access import SignedIn, current_actor, is_local
from charter.web.clock import now

LONGEST = 254

pages = Blueprint("session", __name__)


class SignInForm(FlaskForm):
    """Who, and the proof of it."""

    email = StringField(_("E-mail address"), [InputRequired(_("Write your e-mail address.")), Length(max=LONGEST)])
    password = PasswordField(_("Password"), [InputRequired(_("Write your password.")), Length(max=LONGEST)])


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Sign in, then go on to the page that was asked for."""
    asked = request.values.get("next")
    if current_actor().role is not None and request.method == "GET":
        return redirect(_onward(current_actor(), asked))
    form = SignInForm()
    if form.validate_on_submit():
        person = accounts.authenticate(form.email.data or "", form.password.data or "", now())
        if person is not None:
            return _welcome(person, asked)
        form.form_errors.append(
            gettext("This address and this password do not go together. After five tries, wait ten minutes.")
        )
    code = 400 if form.is_submitted() else 200
    onward = asked if is_local(asked) else None
    is_public = current_app.extensions["settings"].public_pages
    return render_template("session/sign_in.html", form=form, next=onward, public_pages=is_public), code


def _welcome(person: Actor, asked: str | None) -> ResponseReturnValue:
    """A new session for a new person; only the language chosen before is kept."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    session.permanent = True
    login_user(SignedIn(person))
    return redirect(_onward(person, asked), 303)


def _onward(person: Actor, asked: str | None) -> str:
    if asked and is_local(asked):
        return asked
    return url_for("desk.page" if may_somewhere(person, Permission.READ_DESK) else "intranet.page")


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session; back to the page that everyone may read."""
    logout_user()
    session.clear()
    return redirect(url_for("session.sign_in"), 303)
