"""Long work: how far it is, how it ended; the page looks again by itself until it has."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import history
from charter.services.jobs import queue
from charter.web.frame.access import current_actor, needs

pages = Blueprint("jobs", __name__)


@pages.get("/jobs")
@needs(Permission.READ_DESK)
def index() -> ResponseReturnValue:
    """What was asked for lately, newest first."""
    return render_template("jobs/list.html", jobs=queue.jobs(current_actor()), timezone=_zone())


@pages.get("/jobs/<int:number>")
@needs(Permission.READ_DESK)
def page(number: int) -> ResponseReturnValue:
    """One piece of work, for who asked for it and those who might have."""
    found = queue.job(current_actor(), number)
    return render_template("jobs/job.html", job=found, onward=_onward(found), timezone=_zone())


def _onward(found: queue.JobLine) -> str | None:
    """Where its fruit is."""
    arguments = found["arguments"]
    if found["kind"] == "make-report":
        language = {"lang": arguments["language"]} if arguments.get("language") else {}
        return url_for("reports.pdf", period=arguments["period"], unit=arguments.get("unit"), **language)
    if found["kind"] in ("make-draft", "make-editions", "publish-erratum"):
        return url_for("reports.month", period=arguments["period"])
    if found["kind"] == "run-checks":
        return url_for("checks.page", period=request.args.get("period"))
    if found["kind"] == "verify":
        return url_for("audit.page")
    if found["kind"] == "analyse-survey":
        return url_for("surveys.wave", number=arguments["survey"])
    if found["kind"] == "import-survey":
        return url_for("surveys.page")
    return None


def _zone() -> str:
    return history().current.charter.charter.timezone
