"""Choosing one's own password by a link; and giving that link: by mail, else shown once to who holds the accounts."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.vocabulary.errors import Invalid, NotFound
from charter.domain.vocabulary.terms import Permission
from charter.services.people.accounts import person as find_person
from charter.services.post import invitations
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.responses import public_link
from charter.web.people.sessions import welcome

pages = Blueprint("invitations", __name__)


@pages.route("/invitation/<token>", methods=["GET", "POST"])
def choose(token: str) -> ResponseReturnValue:
    """The page of the link: who is invited, and the password that they choose; then they are signed in."""
    secret, instant, error = current_app.extensions["settings"].secret_key, now(), None
    try:
        who = invitations.invited(secret, instant, token)
        if request.method == "POST":
            return welcome(invitations.accept(secret, instant, token, request.form.get("password", "")), None)
    except Invalid as refusal:
        error = refusal
    except NotFound as over:
        return render_template("accounts/over.html", error=over), 404, {"Cache-Control": "no-store"}
    answer = render_template("accounts/invitation.html", who=who, error=error)
    return answer, 400 if error else 200, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@pages.post("/accounts/<int:number>/invitation")
@needs(Permission.MANAGE_ACCOUNTS)
def invite(number: int) -> ResponseReturnValue:
    """A link to choose a password, for an account that is there."""
    return given(number)


def given(number: int) -> ResponseReturnValue:
    """Give an account its link: by mail where a mail server is set up, else on a page that shows it once."""
    settings, actor, instant = current_app.extensions["settings"], current_actor(), now()
    has_mail = bool(settings.smtp_host)
    invitations.invite(actor, instant, number, by_mail=has_mail)
    if has_mail:
        flash(gettext("A mail with a link to choose a password is to be sent. The link holds for seven days, once."))
        return redirect(url_for("accounts.reach", number=number), 303)
    token = invitations.link_of(actor, settings.secret_key, instant, number)
    link = public_link("invitations.choose", token=token)
    shown = render_template("accounts/link.html", who=find_person(number), number=number, link=link)
    return shown, 200, {"Cache-Control": "no-store"}
