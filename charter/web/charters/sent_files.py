"""The files that people have sent for the charter in force, and the newer one to be sent."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.file_profile.chosen_columns import SOURCE
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import history
from charter.services.drafts import first_reading, sent_files
from charter.services.records.access import access_of
from charter.web.charters.first import Page
from charter.web.frame.access import current_actor, needs, now
from charter.web.jobs import read_or_wait

pages = Blueprint("sent_files", __name__)


@pages.route("/charter/files", methods=["GET", "POST"])
@needs(Permission.RUN_CHECK)
def page() -> ResponseReturnValue:
    """The versions of the file that was sent, and the newer one to be sent: it is read from the next count on."""
    said, current, most = Page(request.form), history().current, current_app.config["MAX_CONTENT_LENGTH"]
    request.max_content_length = most + 100_000
    if request.method == "POST":
        try:
            first_reading.require_newer(current)
            return read_or_wait("read-newer-file", request.files.get("file"), most, {})
        except (Invalid, Conflict) as error:
            said.refuse(error)
    versions = sent_files.versions_of(SOURCE)
    months, zone = sent_files.months_read(versions), current.charter.charter.timezone
    return said.shown("newer", 0, versions=versions, months=months, most=most // 1024**2, timezone=zone)


@pages.route("/charter/files/<token>", methods=["GET", "POST"])
@needs(Permission.RUN_CHECK)
def newer(token: str) -> ResponseReturnValue:
    """A newer file that is worse than the one before: what is lost with it; counted all the same, or let go."""
    access, actor = access_of(current_app.extensions["settings"]), current_actor()
    if request.method == "POST" and request.form.get("do") == "count":
        try:
            number = first_reading.count_newer(actor, now(), token, access)
            return redirect(url_for("jobs.page", number=number), 303)
        except (Invalid, Conflict) as error:
            waiting = first_reading.newer_file(actor, token, access)
            return render_template("first/worse.html", waiting=waiting, error=error), 400
    if request.method == "POST":
        first_reading.drop_newer(actor, token, access)
        flash(gettext("The file is discarded: the one before stays."))
        return redirect(url_for("sent_files.page"), 303)
    return render_template("first/worse.html", waiting=first_reading.newer_file(actor, token, access), error=None)
