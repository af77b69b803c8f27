"""Surveys of customers: every wave with its counts, one wave promise by promise, a questionnaire to open."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.overview.model import words
from charter.domain.surveys.differences import people_for_drift, people_for_majority
from charter.domain.surveys.questionnaire import LANGUAGES, MONTHS_KEPT, PURPOSE, RIGHTS, SCALES, WavePlan
from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid, NotAllowed
from charter.domain.vocabulary.permissions import may
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import history
from charter.services.jobs.queue import ask
from charter.services.surveys import privacy, results_view, telling, waves
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.words.refusals import refusal_sentence

MOST_CARDS = 300
"""How many links are printed as cards at once."""

pages = Blueprint("surveys", __name__)


@pages.get("/surveys")
@needs(Permission.READ_SURVEYS)
def page() -> ResponseReturnValue:
    """Every wave, newest first."""
    return render_template("surveys/list.html", waves=results_view.waves(current_actor(), now()), **survey_rights())


def survey_rights() -> dict[str, object]:
    """What the pages of surveys ask of the reader and of the organisation."""
    head = history().current.charter.charter
    return {
        "may_run": may(current_actor(), Permission.RUN_SURVEY),
        "timezone": head.timezone,
        "is_example": head.is_example,
    }


@pages.get("/surveys/<int:number>")
@needs(Permission.READ_SURVEYS)
def wave(number: int) -> ResponseReturnValue:
    """One wave: counts while it is open, results once it is counted."""
    found = results_view.wave(current_actor(), now(), number)
    return render_template("surveys/wave.html", wave=found, most_cards=MOST_CARDS, **survey_rights())


@pages.route("/surveys/new", methods=["GET", "POST"])
@needs(Permission.RUN_SURVEY)
def new() -> ResponseReturnValue:
    """Open a questionnaire: which promises, whom, in which languages, until when, how many links."""
    error: CharterError | None = None
    if request.method == "POST":
        try:
            number = waves.open_wave(current_actor(), now(), _plan())
            return redirect(url_for("surveys.wave", number=number), 303)
        except NotAllowed:
            raise
        except CharterError as refusal:
            error = refusal
    promises = [
        {"key": one.key, "title": words(one.title), "has_questions": one.questions is not None}
        for one in history().current.charter.commitments
    ]
    shown = render_template(
        "surveys/new.html",
        promises=promises,
        languages=LANGUAGES,
        scales=SCALES,
        purposes=PURPOSE,
        majorities=[(share, people_for_majority(share / 100)) for share in (60, 65, 70)],
        changes=[(change, people_for_drift(change)) for change in (0.10, 0.15, 0.25)],
        rights=RIGHTS,
        given=request.form,
        error=error,
        error_field=getattr(error, "field", "") or "name",
        **survey_rights(),
    )
    return shown, 400 if error else 200


def _plan() -> WavePlan:
    form = request.form
    return WavePlan(
        name=form.get("name", ""),
        commitments=tuple(form.getlist("commitments")),
        languages=tuple(form.getlist("languages")),
        closes_on=day_of(form.get("closes_on", ""), "closes_on"),
        invitations=_count(form.get("invitations", "")),
        segment=form.get("segment", ""),
        table=form.get("table", "classic"),
        has_open_link=bool(form.get("has_open_link")),
        asks_why=bool(form.get("asks_why")),
        purpose={code: form.get(f"purpose_{code}", "") for code in LANGUAGES},
        asked_by=form.get("asked_by", ""),
        contact=form.get("contact", ""),
        rights={code: form.get(f"rights_{code}", "") for code in LANGUAGES},
        months_kept=months_of(form.get("months_kept", str(MONTHS_KEPT))),
    )


def day_of(text: str, field: str) -> date:
    """A day of a form. Raises Invalid."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid("Write the day like 2026-12-31.", field) from None


def _count(text: str) -> int:
    try:
        return int(text.replace("\u202f", "").replace(" ", ""))
    except ValueError:
        raise Invalid("Write how many customers you ask, as a whole number.", "invitations") from None


def months_of(text: str) -> int:
    """For how many months answers are kept. Raises Invalid."""
    try:
        return int(text)
    except ValueError:
        raise Invalid("Write for how many months the answers are stored, as a whole number.", "months_kept") from None


@pages.post("/surveys/<int:number>/close")
@needs(Permission.RUN_SURVEY)
def close(number: int) -> ResponseReturnValue:
    """End a questionnaire before its day: its answers are counted now."""
    waves.close_wave(current_actor(), now(), number)
    flash(gettext("The survey is closed: its answers are counted and frozen."))
    return redirect(url_for("surveys.wave", number=number), 303)


@pages.post("/surveys/<int:number>/withdraw")
@needs(Permission.RUN_SURVEY)
def withdraw(number: int) -> ResponseReturnValue:
    """Set a survey aside from today on, with a reason."""
    try:
        waves.withdraw_wave(current_actor(), now(), number, reason=request.form.get("reason", ""))
        flash(gettext("The survey is withdrawn: from today it speaks for no class."))
    except Invalid as error:
        flash(refusal_sentence(error, current_language()))
    return redirect(url_for("surveys.wave", number=number), 303)


@pages.post("/surveys/<int:number>/erase")
@needs(Permission.RUN_SURVEY)
def erase(number: int) -> ResponseReturnValue:
    """Delete the answers of a survey before their time, with a reason; what they came to stays."""
    try:
        privacy.erase_answers(current_actor(), now(), number, reason=request.form.get("reason", ""))
        flash(gettext("The answers are deleted. What they came to stays."))
    except (Invalid, Conflict) as error:
        flash(refusal_sentence(error, current_language()))
    return redirect(url_for("surveys.wave", number=number), 303)


@pages.post("/surveys/<int:number>/prefer")
@needs(Permission.RUN_SURVEY)
def prefer(number: int) -> ResponseReturnValue:
    """Let a survey of fewer people speak, with a reason."""
    try:
        waves.prefer_wave(current_actor(), now(), number, reason=request.form.get("reason", ""))
        flash(gettext("It is decided: from today this survey speaks before larger ones that are older."))
    except (Invalid, Conflict) as error:
        flash(refusal_sentence(error, current_language()))
    return redirect(url_for("surveys.wave", number=number), 303)


@pages.post("/surveys/<int:number>/told")
@needs(Permission.RUN_SURVEY)
def tell(number: int) -> ResponseReturnValue:
    """Open the page on which customers read what they told us and what is done, write it anew, or close it."""
    try:
        if request.form.get("close"):
            telling.untell_customers(current_actor(), now(), number)
            flash(gettext("The page is closed."))
        else:
            texts = {code: request.form.get(f"what_{code}", "") for code in LANGUAGES}
            telling.tell_customers(current_actor(), now(), number, texts=texts)
            flash(gettext("Customers can read it now."))
    except (Invalid, Conflict) as error:
        flash(refusal_sentence(error, current_language()))
    return redirect(url_for("surveys.wave", number=number), 303)


@pages.post("/surveys/<int:number>/clean")
@needs(Permission.RUN_SURVEY)
def clean(number: int) -> ResponseReturnValue:
    """Delete what is stored of a file's refused lines."""
    privacy.clean_lines(current_actor(), now(), number)
    flash(gettext("What was stored of refused lines is deleted; the audit log says so."))
    return redirect(url_for("surveys.wave", number=number), 303)


@pages.post("/surveys/<int:number>/analyse")
@needs(Permission.RUN_SURVEY)
def analyse(number: int) -> ResponseReturnValue:
    """Ask the alarm clock to analyse the marks of a survey, again or for the first time."""
    job = ask(current_actor(), now(), kind="analyse-survey", arguments={"survey": number})
    return redirect(url_for("jobs.page", number=job), 303)
