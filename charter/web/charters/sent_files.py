"""The files that people have sent for the charter in force, and the newer one to be sent."""

from __future__ import annotations

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from charter.domain.file_profile.chosen_columns import SOURCE
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import history
from charter.services.drafts import first_reading, sent_files
from charter.web.charters.first import Page
from charter.web.frame.access import needs
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
