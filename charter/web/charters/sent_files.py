"""The files that people have sent for the charter in force, and the newer one to be sent."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from charter.domain.charter_file.columns_read import columns_read
from charter.domain.file_profile.chosen_columns import SOURCE
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import Version, history
from charter.services.drafts import sent_files
from charter.services.drafts.first_look import look_apart
from charter.services.jobs import queue
from charter.services.records.access import access_of
from charter.web.charters.first import Page
from charter.web.frame.access import current_actor, needs, now

pages = Blueprint("sent_files", __name__)


@pages.route("/charter/files", methods=["GET", "POST"])
@needs(Permission.RUN_CHECK)
def page() -> ResponseReturnValue:
    """The versions of the file that was sent, and the newer one to be sent: it is read from the next count on."""
    said, current = Page(request.form), history().current
    request.max_content_length = current_app.config["MAX_CONTENT_LENGTH"] + 100_000
    if request.method == "POST":
        try:
            _receive_newer(current)
            number = queue.ask(current_actor(), now(), kind="run-checks", arguments={})
            return redirect(url_for("jobs.page", number=number), 303)
        except (Invalid, Conflict) as error:
            said.error = error
    versions = sent_files.versions_of(SOURCE)
    most, zone = current_app.config["MAX_CONTENT_LENGTH"] // 1024**2, current.charter.charter.timezone
    months = sent_files.months_read(versions)
    return said.shown("newer", 0, versions=versions, months=months, most=most, timezone=zone)


def _receive_newer(current: Version) -> None:
    """Keep the newer file once it is known to have every column that the charter reads of it."""
    sent, access, source = (
        request.files.get("file"),
        access_of(current_app.extensions["settings"]),
        current.charter.sources.get(SOURCE),
    )
    if source is None or not sent_files.is_sent(source):
        raise Conflict("The charter in force reads no file that people send.")
    if sent is None or not sent.filename:
        raise Invalid("Choose a file: CSV, Excel, Parquet or JSON.", "file")
    most = current_app.config["MAX_CONTENT_LENGTH"]
    with sent_files.received(current_actor(), sent.stream, sent.filename, access, most=most) as found:
        told = look_apart(found.path, now(), zone=current.charter.charter.timezone, access=access)
        if told["source"]["kind"] != source.kind:
            raise Invalid("The file before was of kind %(kind)s: send the newer one as such.", "file", kind=source.kind)
        known = {one["name"] for one in told["columns"]}
        read = {one.column for one in columns_read(current.charter) if one.source == SOURCE}
        if missing := sorted(one for one in read - known if not one.startswith("$")):
            raise Invalid("The file lacks columns that the charter reads: %(columns)s.", "file", columns=missing)
        sent_files.keep_version(current_actor(), now(), SOURCE, found, access)
