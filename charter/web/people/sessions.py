"""Signing in and out: by a password, by a proxy's word, by an OpenID provider; and where one is signed in."""

from __future__ import annotations

import hmac

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_login import logout_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from charter.domain.vocabulary.errors import NotAllowed
from charter.domain.vocabulary.permissions import Actor, may_somewhere
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import history_or_none
from charter.services.people import accounts, sessions
from charter.services.people.rate_limit import TooMany, Tries
from charter.services.people.sign_on import admit
from charter.web.frame.access import begin_session, current_actor, is_here, needs, now, session_secret, whole
from charter.web.frame.layout import current_language
from charter.web.frame.responses import public_link
from charter.web.frame.visitors import SITE, keyed, remember, remembered_site, sender
from charter.web.people.sign_on import MARK, client_of, door, mark_of, named
from charter.words.refusals import refusal_sentence

place_pages = Blueprint("places", __name__)


@place_pages.route("/account/places", methods=["GET", "POST"], endpoint="page")
@needs(Permission.KEEP_ACCOUNT)
def places_page() -> ResponseReturnValue:
    """Where one is signed in; the way out of one place, or of all."""
    actor, instant = current_actor(), now()
    if actor.role is None:
        return redirect(url_for("session.sign_in", next=url_for("places.page")))
    if request.method == "POST" and request.form.get("number"):
        sessions.end_other(actor, instant, request.form.get("number", 0, type=whole))
        flash(gettext("You are signed out there."))
        return redirect(url_for("places.page"), 303)
    if request.method == "POST":
        sessions.end_everywhere(actor, instant)
        leave()
        return redirect(url_for("session.sign_in"), 303)
    known = history_or_none()
    timezone = "UTC" if known is None else known.current.charter.charter.timezone
    places = sessions.places_of(actor, instant, session_secret())
    return render_template("account/places.html", places=places, timezone=timezone)


LONGEST = 254
KNOWN = "known"

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
    code = 400 if form.is_submitted() else 200
    if request.method == "GET" and "out" not in request.args and (who := named()) is not None:
        if (let_in := admit(now(), who, door().rules)) is not None:
            return welcome(let_in, asked, mark={MARK: mark_of(who)})
        return refused(gettext("%(name)s has no right here: ask your Promesse administrator.", name=who.email), 403)
    if form.is_submitted() and not current_app.extensions["settings"].password_sign_in:
        raise NotAllowed("Nobody signs in by a password here: come in by your organisation's own sign-in.")
    if form.validate_on_submit():
        email = form.email.data or ""
        try:
            person = accounts.authenticate(email, form.password.data or "", now(), _tries(email))
            if person is not None:
                return welcome(person, asked, email=email)
            form.form_errors.append(gettext("Wrong e-mail address or password. After 5 tries, wait 10 minutes."))
        except TooMany as error:
            return refused(refusal_sentence(error, current_language()), 429)
    return _sign_in_page(form, asked), code


def refused(why: str, code: int, asked: str | None = None) -> ResponseReturnValue:
    """The page that asks who it is, with the reason why nobody was let in."""
    form = SignInForm()
    form.form_errors.append(why)
    return _sign_in_page(form, asked or request.values.get("next")), code


def _sign_in_page(form: SignInForm, asked: str | None) -> str:
    settings, own = current_app.extensions["settings"], door()
    return render_template(
        "session/sign_in.html",
        form=form,
        next=asked if is_here(asked) else None,
        public_pages=settings.public_pages,
        has_sign_on=own.proxy is not None,
        providers=[{"key": one.key, "name": one.called(current_language())} for one in own.rules.providers],
        has_password=settings.password_sign_in,
    )


def _tries(email: str) -> Tries:
    """Where the try comes from; a browser in which this account signed in before is known by its mark."""
    return Tries(sender(), hmac.compare_digest(request.cookies.get(KNOWN, ""), _known(email)))


def _known(email: str) -> str:
    return keyed(f"known|{email.strip().lower()}")


def welcome(
    person: Actor,
    asked: str | None,
    *,
    email: str | None = None,
    mark: dict[str, object] | None = None,
    came: sessions.From | None = None,
) -> ResponseReturnValue:
    """A new session for a new person; only the language chosen before is kept. What failed meanwhile is told.

    `email`: what was signed in with by a password; `mark`: what the session keeps of whom a sign-on names; `came`: the
    OpenID provider that they came by.
    """
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    session.permanent = True
    begin_session(person, came)
    session.update(mark or {})
    if failed := accounts.take_failures(person):
        said = ngettext(
            "Somebody tried to sign in as you and failed, %(num)s time. If that was not you, change your password.",
            "Somebody tried to sign in as you and failed, %(num)s times. If that was not you, change your password.",
            failed,
        )
        flash(said)
    answer = current_app.make_response(redirect(_onward(person, asked), 303))
    if person.home is not None and remembered_site() is None:
        remember(answer, SITE, person.home)  # their own, until they choose another
    return answer if email is None else remember(answer, KNOWN, _known(email))


def _onward(person: Actor, asked: str | None) -> str:
    if asked and is_here(asked):
        return asked
    if person.is_provider:
        return url_for("parties.page")
    return url_for("desk.page" if may_somewhere(person, Permission.READ_DESK) else "intranet.page")


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session, here and in the database, and where the person came by; back to the page for everyone."""
    own, was_named = door(), MARK in session
    came = sessions.came_from(session_secret())
    leave()
    if came is not None and (onward := _way_out(came)) is not None:
        return render_template("session/onward.html", onward=onward)
    if was_named and own.proxy is not None and own.proxy.sign_out:
        return redirect(own.proxy.sign_out, 303)  # the sign-on of the house, of this host: it ends there, too
    return redirect(url_for("session.sign_in", out=1 if was_named else None), 303)


def leave() -> None:
    """End the session under way."""
    sessions.end(session_secret(), now())
    logout_user()
    session.clear()


def _way_out(came: sessions.From) -> str | None:
    provider = next((one for one in door().rules.providers if one.issuer == came.issuer), None)
    if provider is None:
        return None
    from charter.web.people.openid import way_out  # noqa: PLC0415 heavy

    return way_out(client_of(provider.key), came.id_token, public_link("session.sign_in"))
