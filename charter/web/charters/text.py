"""The text of a charter file as people send it: a file or what is written in the page, read at once or as long work."""

from __future__ import annotations

from io import BytesIO

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from charter.domain.charter_file.findings import Finding, finding_of
from charter.domain.vocabulary.errors import Invalid
from charter.services.drafts import drafts
from charter.services.jobs import queue, sendings
from charter.services.records.access import access_of
from charter.sources.readers.uploaded_files import LARGEST_CHARTER_AT_HAND
from charter.web.frame.access import current_actor, now
from charter.web.jobs import read_or_wait

LONGEST_FILE = 2_000_000


def read_text(text: str, revision: int | None) -> ResponseReturnValue:
    """The text of a charter file as the draft, or as a new one (`revision` None): at once, or behind the page of long
    work. Raises CharterFileError, Conflict, Invalid.
    """
    if len(text) <= LARGEST_CHARTER_AT_HAND:
        if revision is None:
            drafts.start_draft(current_actor(), now(), text=text)
        else:
            drafts.rewrite_draft(current_actor(), now(), revision, text)
        flash(gettext("Saved in the draft."))
        return redirect(url_for("draft.page"), 303)
    file = FileStorage(BytesIO(text.encode(errors="replace")), "charter.yaml")
    return read_or_wait("read-charter", file, LONGEST_FILE, {"revision": revision})


def refused_text(number: int) -> tuple[str, list[Finding]]:
    """A text that long work has refused, with what is to be mended. Raises Conflict: it is not kept any more."""
    found = queue.job(current_actor(), number)
    findings = [finding_of(one) for one in (found["result"] or {}).get("findings", ())]
    return sendings.sent(
        current_actor(), found["arguments"]["sending"], access_of(current_app.extensions["settings"])
    ).content.decode(), findings


def text_sent() -> str:
    """The text of a charter file: sent as a file, or written in the page."""
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        try:
            return sent.stream.read(LONGEST_FILE + 1).decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise Invalid("%(file)s is not UTF-8 text: save it as UTF-8.", "file", file=sent.filename) from error
    return request.form.get("text", "").replace("\r\n", "\n")
