"""The charter and its versions: which holds since when, who changed what and why; and where a draft begins."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.charter_file.findings import CharterFileError, Finding
from charter.domain.charter_file.text.canonical import write_charter
from charter.domain.vocabulary.errors import Conflict, Invalid, Sentence
from charter.domain.vocabulary.periods import YEARS
from charter.domain.vocabulary.permissions import may
from charter.domain.vocabulary.terms import Permission
from charter.services.drafts import drafts, version_list
from charter.web.charters.differences import lines_of
from charter.web.charters.draft import FIRST, as_file, first_form, first_text
from charter.web.charters.text import read_text, refused_text, text_sent
from charter.web.frame.access import current_actor, needs, now, whole
from charter.web.frame.layout import current_language
from charter.words.calendars import weekdays
from charter.words.refusals import refusal_sentence

pages = Blueprint("charter", __name__)


@pages.get("/charter")
@needs(Permission.READ_DESK)
def page() -> ResponseReturnValue:
    """The versions, newest first, and the draft of the next one for those who write it."""
    actor = current_actor()
    writes = may(actor, Permission.APPLY_CHARTER)
    found = version_list.versions(actor)
    draft = drafts.draft_or_none(actor) if writes else None
    if not found and writes and draft is None:
        number = request.args.get("read", 0, type=whole)
        text, wrong = refused_text(number) if number else (FIRST, [])
        return render_template("charter/first.html", shown=first_form(), text=text, findings=wrong, refusal="")
    zone = version_list.timezone()
    return render_template("charter/charter.html", versions=found, draft=draft, writes=writes, timezone=zone)


@pages.get("/charter/calendars")
@needs(Permission.READ_DESK)
def calendars() -> ResponseReturnValue:
    """The calendars of the charter in force over a year, with their holidays, closed and opened days."""
    year = request.args.get("year", now().year, type=whole)
    if year not in YEARS:
        raise Invalid("“%(text)s” is out of range: periods lie in the years 1900 to 2200.", "year", text=str(year))
    found = version_list.calendar_years(current_actor(), year)
    return render_template("charter/calendars.html", found=found, year=year, weekdays=weekdays(current_language()))


@pages.get("/charter/versions/<int:number>")
@needs(Permission.READ_DESK)
def version(number: int) -> ResponseReturnValue:
    """One version: who put it in force, why, and what it changed."""
    found = version_list.version(current_actor(), number)
    lines = lines_of(found.plan, found.before, found.charter)
    return render_template("charter/version.html", found=found, lines=lines, timezone=version_list.timezone())


@pages.get("/charter/versions/<int:number>.yaml")
@needs(Permission.READ_DESK)
def download(number: int) -> Response:
    """One version as a charter file."""
    found = version_list.version(current_actor(), number)
    return as_file(write_charter(found.charter), f"{found.row.key}-{number}.yaml")


@pages.post("/charter/draft")
@needs(Permission.APPLY_CHARTER)
def start() -> ResponseReturnValue:
    """Begin a draft: from the version in force, or the first one from the text of a charter file.

    `edit`: a commitment, whose form is opened in the draft, be it new or open already.
    """
    if key := request.form.get("edit"):
        with suppress(Conflict):
            drafts.start_draft(current_actor(), now())
        return redirect(url_for("things.form", address="commitments", key=key), 303)
    findings: list[Finding] = []
    text, shown = None, first_form()
    refusal: Sentence | None = None
    try:
        if "key" in request.form:
            text = first_text(shown, request.form)
        elif "text" in request.form or request.files:
            text = text_sent()
        if text is not None and not shown.errors:
            return read_text(text, None)
        if not shown.errors:
            drafts.start_draft(current_actor(), now())
    except CharterFileError as error:
        findings = error.findings
    except Conflict as error:
        flash(refusal_sentence(error, current_language()), "refused")
        return redirect(url_for("charter.page"), 303)
    except Invalid as error:
        refusal = error.sentence
    if findings or refusal or shown.errors:
        said = {"text": text or FIRST, "findings": findings, "refusal": refusal}
        return render_template("charter/first.html", shown=shown, **said), 400
    flash(gettext("The draft is begun: nothing counts until it is published."))
    return redirect(url_for("draft.page"), 303)
