"""What was sent and what could not be: each failure with its sentence, and a button to send once more."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.vocabulary.permissions import may
from charter.domain.vocabulary.terms import Permission
from charter.post.settings import targets_in
from charter.services.post import outbox
from charter.services.post.programs import programs, try_program
from charter.services.schedule.clock_health import alarm_for
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.pickers import choices, key_names

pages = Blueprint("posting", __name__)


@pages.get("/post")
@needs(Permission.READ_AUDIT)
def page() -> ResponseReturnValue:
    """What has not left, failures first; then what left last."""
    actor, instant = current_actor(), now()
    settings = current_app.extensions["settings"]
    return render_template(
        "posting/post.html",
        may_send_again=may(actor, Permission.SEND_AGAIN),
        alarm=alarm_for(actor, instant),
        has_mail=settings.smtp_host is not None,
        programs=programs(actor, targets_in(settings)),
        names=key_names(),
        **outbox.posts(actor, instant),
        **choices(actor, instant),
    )


@pages.post("/post/programs/<key>/try")
@needs(Permission.SEND_AGAIN)
def trial(key: str) -> ResponseReturnValue:
    """Have a program told that this is a trial."""
    try_program(current_actor(), now(), targets_in(current_app.extensions["settings"]), key)
    flash(gettext("A test message leaves at the next run of the scheduler; its state is shown below."))
    return redirect(url_for("posting.page"), 303)


@pages.post("/post/<int:number>/again")
@needs(Permission.SEND_AGAIN)
def again(number: int) -> ResponseReturnValue:
    """Let one that was given up leave once more."""
    outbox.send_again(current_actor(), now(), number)
    flash(gettext("It leaves at the next run of the scheduler."))
    return redirect(url_for("posting.page"), 303)
