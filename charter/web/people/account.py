"""The person's own account: role, units, and the language of the pages.

When mails come, as each person chooses it: at once or in a digest, on which day, never in quiet hours.
"""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.validators import InputRequired

from charter.domain.vocabulary.errors import Invalid, NotFound
from charter.domain.vocabulary.permissions import may_somewhere
from charter.domain.vocabulary.terms import Permission
from charter.post.links import read_signed
from charter.services.charters.versions import history_or_none
from charter.services.checks.calendar import owners_of
from charter.services.checks.feed import feed_made_at
from charter.services.classes.experts import questions_to
from charter.services.people import accounts, following, mail_hours
from charter.services.post.mail import STOP
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.layout import KEY, current_language
from charter.words.calendars import weekdays

account_pages = Blueprint("account", __name__)


class LanguageForm(FlaskForm):
    """French or English."""

    language = RadioField(_("Language of the pages"), [InputRequired()], choices={"fr": "Français", "en": "English"})


@account_pages.route("/account", methods=["GET", "POST"], endpoint="page")
@needs(Permission.KEEP_ACCOUNT)
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
    found = history_or_none()
    known = found if has_calendar else None
    units = found.current.tree.by_key if found else {}
    shown = render_template(
        "account/account.html",
        form=form,
        has_calendar=has_calendar,
        feed_made_at=feed_made_at(actor) if has_calendar else None,
        units=[units[key].name for key in sorted(actor.units or ()) if key in units],
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
