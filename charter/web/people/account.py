"""The person's own account: role, units, and the language of the pages.

When mails come, as each person chooses it: at once or in a digest, on which day, never in quiet hours.

Signing in and out, and where one is signed in.
"""

from __future__ import annotations

import hmac

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_login import logout_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from charter.domain.vocabulary.errors import Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import Actor, may_somewhere
from charter.domain.vocabulary.terms import Permission
from charter.post.links import read_signed
from charter.services.charters.versions import history_or_none
from charter.services.checks.calendar import owners_of
from charter.services.checks.feed import feed_made_at
from charter.services.classes.experts import questions_to
from charter.services.people import accounts, following, mail_hours, sessions
from charter.services.people.rate_limit import TooMany, Tries
from charter.services.people.sign_on import admit
from charter.services.post.mail import STOP
from charter.web.frame.access import begin_session, current_actor, is_here, needs, now, session_secret, whole
from charter.web.frame.layout import KEY, current_language
from charter.web.frame.visitors import keyed, remember, sender
from charter.web.people.sign_on import MARK, door, mark_of, named, rules_in_force
from charter.words.calendars import weekdays
from charter.words.refusals import refusal_sentence

account_pages = Blueprint("account", __name__)


class LanguageForm(FlaskForm):
    """French or English."""

    language = RadioField(_("Language of the pages"), [InputRequired()], choices={"fr": "Français", "en": "English"})


@account_pages.route("/account", methods=["GET", "POST"], endpoint="page")
@needs(Permission.READ_PAGES)
def account_page() -> ResponseReturnValue:
    """What the account may do, and the one thing its owner chooses here."""
    actor = current_actor()
    if actor.role is None:
        return redirect(url_for("session.sign_in", next=url_for("account.page")))
    form = LanguageForm(language=current_language())
    if form.validate_on_submit():
        session[KEY] = form.language.data
        accounts.set_language(actor, now(), form.language.data)
        return redirect(url_for("account.page"), 303)
    has_calendar = may_somewhere(actor, Permission.READ_DESK)
    known = history_or_none() if has_calendar else None
    shown = render_template(
        "account/account.html",
        form=form,
        has_calendar=has_calendar,
        feed_made_at=feed_made_at(actor) if has_calendar else None,
        owners=owners_of(known) if known else [],
        timezone=known.current.charter.charter.timezone if known else "UTC",
        questions=questions_to(actor, now()),
    )
    return shown, 400 if form.is_submitted() else 200


mail_pages = Blueprint("reach", __name__)


@mail_pages.route("/account/mail", methods=["GET", "POST"], endpoint="page")
@needs(Permission.READ_PAGES)
def mail_page() -> ResponseReturnValue:
    """What is chosen, and the form that changes it."""
    actor, error = current_actor(), None
    if actor.role is None:
        return redirect(url_for("session.sign_in", next=url_for("reach.page")))
    if request.method == "POST":
        try:
            lists = {name: request.form.getlist(name) for name in ("follows", "tells")}
            mail_hours.choose_mail_hours(actor, now(), request.form, **lists)
            flash(gettext("Kept."))
            return redirect(url_for("reach.page"), 303)
        except Invalid as refusal:
            error = refusal
    found = mail_hours.mail_hours_of(actor)
    given = found | request.form.to_dict() if error else found
    page = render_template(
        "account/mail.html", reach=found, given=given, error=error, days=weekdays(current_language())
    )
    return page, 400 if error else 200


@mail_pages.post("/account/follow", endpoint="follow")
@needs(Permission.READ_DESK)
def follow() -> ResponseReturnValue:
    """Follow a unit or a promise, or follow it no more; back to its page."""
    unit, commitment = request.form.get("unit") or None, request.form.get("commitment") or None
    if (unit is None) == (commitment is None):
        raise NotFound("There is no such unit or commitment.")
    is_on = request.form.get("follow") == "on"
    following.follow(current_actor(), now(), unit=unit, commitment=commitment, is_on=is_on)
    flash(gettext("You follow this: it is in your mail of the week.") if is_on else gettext("You follow this no more."))
    back = url_for("desk.page", unit=unit) if unit else url_for("commitments.page", key=commitment)
    return redirect(back, 303)


stop_pages = Blueprint("stop", __name__)


@stop_pages.route("/mail/stop/<token>", methods=["GET", "POST"], endpoint="page")
def stop_page(token: str) -> ResponseReturnValue:
    """Turn the mail off whose link this is: a page that asks, and one click from a mailbox (RFC 8058).

    The signed link stands for the person; it can do nothing else, so no form's token is asked.
    """
    facts = read_signed(current_app.extensions["settings"].secret_key, STOP, token)
    actor = accounts.person(facts["person"]) if facts else None
    kind = facts.get("mail", "week") if facts else "week"
    if actor is None:
        raise NotFound("This link is not valid any more: sign in, and choose when mails come.")
    if request.method == "POST":
        mail_hours.stop_mail(actor, now(), kind)
    return render_template("account/stop.html", name=actor.name, kind=kind, is_done=request.method == "POST")


place_pages = Blueprint("places", __name__)


@place_pages.route("/account/places", methods=["GET", "POST"], endpoint="page")
@needs(Permission.READ_PAGES)
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
        logout_user()
        session.clear()
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
    settings = current_app.extensions["settings"]
    form = SignInForm()
    code = 400 if form.is_submitted() else 200
    if request.method == "GET" and "out" not in request.args and (who := named()) is not None:
        if (let_in := admit(now(), who, rules_in_force())) is not None:
            return _welcome(let_in, asked, None, mark_of(who))
        code = 403
        form.form_errors.append(gettext("%(name)s has no right here: ask whoever keeps the accounts.", name=who.email))
    elif form.is_submitted() and not settings.password_sign_in:
        raise NotAllowed("Nobody signs in by a password here: come in by your organisation's own sign-in.")
    elif form.validate_on_submit():
        email = form.email.data or ""
        try:
            person = accounts.authenticate(email, form.password.data or "", now(), _tries(email))
            if person is not None:
                return _welcome(person, asked, email, None)
            form.form_errors.append(gettext("This address and this password do not go together."))
        except TooMany as error:
            code = 429
            form.form_errors.append(refusal_sentence(error, current_language()))
    onward = asked if is_here(asked) else None
    shown = {"form": form, "next": onward, "public_pages": settings.public_pages}
    shown |= {"has_sign_on": door() is not None, "has_password": settings.password_sign_in}
    return render_template("session/sign_in.html", **shown), code


def _tries(email: str) -> Tries:
    """Where the try comes from; a browser in which this account signed in before is known by its mark."""
    return Tries(sender(), hmac.compare_digest(request.cookies.get(KNOWN, ""), _known(email)))


def _known(email: str) -> str:
    return keyed(f"known|{email.strip().lower()}")


def _welcome(person: Actor, asked: str | None, email: str | None, mark: str | None) -> ResponseReturnValue:
    """A new session for a new person; only the language chosen before is kept. What failed meanwhile is told.

    `email`: what was signed in with by a password; `mark`: of whom the house's own sign-on names.
    """
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    session.permanent = True
    begin_session(person)
    if mark is not None:
        session[MARK] = mark
    if failed := accounts.take_failures(person):
        said = ngettext(
            "Somebody tried to sign in as you and failed, %(num)s time. If that was not you, change your password.",
            "Somebody tried to sign in as you and failed, %(num)s times. If that was not you, change your password.",
            failed,
        )
        flash(said)
    answer = current_app.make_response(redirect(_onward(person, asked), 303))
    return answer if email is None else remember(answer, KNOWN, _known(email))


def _onward(person: Actor, asked: str | None) -> str:
    if asked and is_here(asked):
        return asked
    return url_for("desk.page" if may_somewhere(person, Permission.READ_DESK) else "intranet.page")


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session, here and in the database; back to the page that everyone may read."""
    own = door()
    was_named = MARK in session
    sessions.end(session_secret(), now())
    logout_user()
    session.clear()
    if was_named and own is not None and own.settings.sign_out:
        return redirect(own.settings.sign_out, 303)  # the sign-on of the house, of this host: it ends there, too
    return redirect(url_for("session.sign_in", out=1 if was_named else None), 303)
