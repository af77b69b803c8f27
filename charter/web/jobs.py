"""Long work: how far it is, how it ended; the page looks again by itself until it has.

What people send is read here: at once where that is short, else behind the page that tells how far it is.
"""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.permissions import may
from charter.domain.vocabulary.terms import JobState, Permission
from charter.services.charters.versions import history_or_none
from charter.services.drafts.drafts import draft_or_none
from charter.services.jobs import queue, sendings
from charter.services.records.access import access_of
from charter.web.frame.access import current_actor, needs, now

pages = Blueprint("jobs", __name__)


@pages.get("/jobs")
@needs(Permission.READ_DESK)
def index() -> ResponseReturnValue:
    """What was asked for lately, newest first."""
    return render_template("jobs/list.html", jobs=queue.jobs(current_actor()), timezone=_zone())


@pages.get("/jobs/<int:number>")
@needs(Permission.READ_CARDS)
def page(number: int) -> ResponseReturnValue:
    """One piece of work, for who asked for it and those who might have; what was read is looked at on its own page."""
    found = queue.job(current_actor(), number)
    if found["state"] == JobState.DONE and (where := _read(found["kind"], found["result"] or {}, number)):
        return redirect(where, 303)
    back = url_for(FORMS[found["kind"]]) if found["kind"] in FORMS else None
    upload = found["arguments"].get("upload")
    seen = url_for(PREVIEWS[found["kind"]], number=upload) if found["kind"] in PREVIEWS else None
    return render_template("jobs/job.html", job=found, onward=_onward(found), back=back, seen=seen, timezone=_zone())


FORMS = {
    "read-figures": "uploads.page", "read-answers": "survey_files.page", "read-charter": "charter.page",
    "read-first-file": "first_columns.file", "look-at-first-source": "first_columns.file",
    "read-newer-file": "sent_files.page", "count-first": "first_columns.columns",
}  # fmt: skip
"""Where what is read was sent from, by kind of work."""

PREVIEWS = {
    "apply-figures": "uploads.preview", "look-at-answers": "survey_files.preview",
    "import-survey": "survey_files.preview",
}  # fmt: skip
"""Where a file waits that could not be applied, by kind of work."""


def read_or_wait(kind: str, file: FileStorage | None, most: int, about: sendings.Plain) -> ResponseReturnValue:
    """Read a file that was sent: on to what it says, or to the page that tells how far the reading is.

    Raises Invalid (none chosen, empty, over `most` bytes), and what reading it raises.
    """
    if file is None or not file.filename:
        raise Invalid("Choose a file: CSV, Excel, Parquet or JSON.", "file")
    access, actor = access_of(current_app.extensions["settings"]), current_actor()
    sent = sendings.receive(actor, file.stream, file.filename, access, most=most, about=about)
    return onward_of(kind, sendings.read_sent(actor, now(), kind=kind, file=sent, access=access))


def onward_of(kind: str, reading: sendings.Reading) -> ResponseReturnValue:
    """On to what was read, or to the page of the work that reads it."""
    if reading.job is not None:
        return redirect(url_for("jobs.page", number=reading.job), 303)
    return redirect(_read(kind, reading.result or {}, None) or url_for("jobs.index"), 303)


def _read(kind: str, result: sendings.Plain, number: int | None) -> str | None:
    """Where what was read is looked at; None for other work."""
    if kind == "read-figures":
        return url_for("uploads.preview", number=result["upload"])
    if kind in ("read-answers", "look-at-answers"):
        return url_for("survey_files.preview", number=result["upload"])
    if kind == "read-charter" and not result["findings"]:
        return url_for("draft.page")
    if kind == "read-charter":
        return url_for("draft.file" if draft_or_none(current_actor()) else "charter.page", read=number)
    if kind == "read-newer-file" and result.get("waits"):
        return url_for("sent_files.newer", key=result["waits"])
    if kind == "read-newer-file":
        return url_for("jobs.page", number=result["job"])
    if kind in ("read-first-file", "look-at-first-source", "count-first"):
        return url_for("first_columns.columns", read=number if kind == "count-first" else None)
    return None


def _onward(found: queue.JobLine) -> str | None:
    """Where its fruit is."""
    arguments = found["arguments"]
    if found["kind"] == "make-report":
        language = {"lang": arguments["language"]} if arguments.get("language") else {}
        return url_for("reports.pdf", period=arguments["period"], unit=arguments.get("unit"), **language)
    if found["kind"] == "make-draft" and may(current_actor(), Permission.APPROVE_REPORT):
        return url_for("reports.check", period=arguments["period"])
    if found["kind"] in ("make-draft", "make-editions", "publish-erratum"):
        return url_for("reports.month", period=arguments["period"])
    if found["kind"] == "read-hard-words":
        return url_for("effort.words", job=found["number"], **arguments)
    if found["kind"] == "run-checks":
        is_changed = bool((found["result"] or {}).get("changed"))
        return url_for("checks.page", period=request.args.get("period"), _anchor="changed" if is_changed else None)
    if found["kind"] == "verify":
        return url_for("audit.page")
    if found["kind"] == "analyse-survey":
        return url_for("surveys.wave", number=arguments["survey"])
    if found["kind"] == "apply-figures":
        return url_for("figures.page")
    if found["kind"] == "import-survey":
        return url_for("surveys.page")
    return None


def _zone() -> str:
    found = history_or_none()
    return found.current.charter.charter.timezone if found else "UTC"
