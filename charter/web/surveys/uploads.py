"""Files of customers' answers: sent, looked at row by row, names mapped to promises, then imported or discarded."""

from __future__ import annotations

from typing import TypedDict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.analyses.answer_columns import OF_PEOPLE, Part
from charter.domain.overview.model import Words, words
from charter.domain.surveys.answer_files import plain
from charter.domain.surveys.columns import words_in
from charter.domain.surveys.marks import Coding, marks_written, not_a_mark, number_written, scale_written
from charter.domain.surveys.privacy import masked
from charter.domain.surveys.questionnaire import MONTHS_KEPT, SCALES
from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid, NotAllowed
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import history
from charter.services.jobs.queue import ask
from charter.services.surveys import imports
from charter.services.surveys import uploads as survey_uploads
from charter.services.surveys.columns import Asked, packed_choices
from charter.services.surveys.uploads import AS_CONTROL, LEFT_OUT
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.web.jobs import read_or_wait
from charter.web.surveys.surveys import day_of, months_of

SHOWN = 200
"""Refused rows of a preview that are listed; all are counted."""

AT_ONCE = 20_000
"""Rows of a file that are kept while its sender waits; more are long work."""

pages = Blueprint("survey_files", __name__)


@pages.route("/surveys/import", methods=["GET", "POST"])
@needs(Permission.RUN_SURVEY)
def page() -> ResponseReturnValue:
    """The form, and its refusals."""
    error: CharterError | None = None
    if request.method == "POST":
        request.max_content_length = survey_uploads.LARGEST + 100_000
        try:
            return _send()
        except NotAllowed:
            raise
        except CharterError as refusal:
            error = refusal
    field = getattr(error, "field", "")
    known = ("name", "asked_on", "segment", "overall", "low", "high", "not_applicable", "scale", "months_kept")
    shown = render_template(
        "surveys/import.html",
        given=request.form,
        error=error,
        error_field=field if field in known else "file",
        most=survey_uploads.LARGEST // 1024**2,
        is_example=history().current.charter.charter.is_example,
    )
    return shown, 400 if error else 200


def _send() -> ResponseReturnValue:
    form, file = request.form, request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("Choose a file: CSV or XLSX.", "file")
    left_out = [one for one in form.get("left_out", "").splitlines() if one.strip()]
    asked = _asked()
    survey_uploads.require_sending(current_actor(), now(), asked)
    said = {"asked": packed_choices(asked), "left_out": left_out}
    return read_or_wait("read-answers", file, survey_uploads.LARGEST, said)


def _asked() -> Asked:
    form = request.form
    kind = "marks" if form.get("kind") == "marks" else "kano"
    dates = form.get("dates", "")
    return Asked(
        kind=kind,
        dates=dates if dates in ("day-first", "month-first") else "",
        name=form.get("name", ""),
        asked_on=day_of(form.get("asked_on", ""), "asked_on"),
        segment=form.get("segment", ""),
        wording=" ".join(form.get("wording", "").split()),
        table="pouliot" if form.get("table") == "pouliot" else "classic",
        overall=form.get("overall") or "overall",
        coding=_coding() if kind == "marks" else Coding(),
        missing=tuple(form.get("missing", "").replace(",", " ").replace(";", " ").split()),
        months_kept=months_of(form.get("months_kept", str(MONTHS_KEPT))),
    )


def _coding() -> Coding:
    form = request.form
    aside = form.get("not_applicable", "").strip()
    try:
        not_applicable = number_written(aside) if aside else None
    except ValueError:
        raise not_a_mark(aside) from None
    low, high = marks_written(form.get("low") or "1,2", "low"), marks_written(form.get("high") or "4,5", "high")
    return Coding(low, high, not_applicable, scale_written(form.get("scale", "")))


@pages.route("/surveys/uploads/<int:number>", methods=["GET", "POST"])
@needs(Permission.RUN_SURVEY)
def preview(number: int) -> ResponseReturnValue:
    """What is read, what is refused, what each name of the file stands for."""
    return _preview(number, None)


def _preview(number: int, error: CharterError | None) -> ResponseReturnValue:
    mapping, seen = _mapping(number), None
    try:
        seen = survey_uploads.preview_answers(current_actor(), now(), number, mapping)
    except Invalid as refusal:
        error = refusal
        seen = survey_uploads.preview_answers(current_actor(), now(), number, dict.fromkeys(mapping, LEFT_OUT))
    shown = render_template(
        "surveys/preview.html",
        seen=seen,
        masked=masked,
        refused=seen.refused[:SHOWN],
        most=SHOWN,
        error=error,
        promises=_may_stand_for(),
        left_out=LEFT_OUT,
        as_control=AS_CONTROL,
        parts=[Part.LEFT_OUT, *OF_PEOPLE],
        scale=SCALES[current_language()],
        weights=[one.label for one in seen.read.columns if one.part is Part.WEIGHT],
        is_example=history().current.charter.charter.is_example,
    )
    return shown, 400 if error else 200


@pages.post("/surveys/uploads/<int:number>/columns")
@needs(Permission.RUN_SURVEY)
def tell(number: int) -> ResponseReturnValue:
    """Say what columns are and what words of answers are; the file is read again like this.

    The form names neither: `part-3` is what the third column is, `level-2` the level of the second words.
    """
    read = survey_uploads.preview_answers(current_actor(), now(), number).read
    parts = {plain(one.name): request.form.get(f"part-{at}", ".") for at, one in enumerate(read.columns, 1)}
    levels = {words_in(one.text): request.form.get(f"level-{at}", ".") for at, one in enumerate(read.words, 1)}
    try:
        survey_uploads.tell_columns(
            current_actor(),
            now(),
            number,
            parts={name: part for name, part in parts.items() if part != "."},
            answers={words: level for words, level in levels.items() if level != "."},
            dates=request.form.get("dates", ""),
        )
    except Invalid as error:
        return _preview(number, error)
    return redirect(url_for("survey_files.preview", number=number), 303)


def _mapping(number: int) -> dict[str, str]:
    """What each name of the file stands for, as the form's rows say: `to-3` is what the third name stands for.

    The names themselves travel nowhere: they may be somebody's.
    """
    if not any(name.startswith("to-") for name in request.form):
        return {}
    names = survey_uploads.preview_answers(current_actor(), now(), number).attributes
    return {name: request.form.get(f"to-{at}", "") for at, name in enumerate(names, 1) if f"to-{at}" in request.form}


@pages.post("/surveys/uploads/<int:number>/confirm")
@needs(Permission.RUN_SURVEY)
def confirm(number: int) -> ResponseReturnValue:
    """Keep the answers; marks are then analysed by the alarm clock."""
    if request.form.get("again"):
        return _preview(number, None)
    actor, instant = current_actor(), now()
    if (seen := survey_uploads.preview_answers(actor, instant, number)).rows > AT_ONCE:
        stand_for = [request.form.get(f"to-{at}", "") for at in range(1, 1 + len(seen.attributes))]
        arguments = {"upload": number, "stand_for": stand_for, "leave_refused": bool(request.form.get("leave_refused"))}
        return redirect(
            url_for("jobs.page", number=ask(actor, instant, kind="import-survey", arguments=arguments)), 303
        )
    try:
        made = imports.import_answers(
            actor, instant, number, mapping=_mapping(number), leave_refused=bool(request.form.get("leave_refused"))
        )
    except (Invalid, Conflict) as error:
        return _preview(number, error)
    if imports.is_of_marks(made[0]):
        job, *_ = [ask(actor, instant, kind="analyse-survey", arguments={"survey": wave}) for wave in made]
        flash(gettext("The answers are kept. Their analysis has begun."))
        return redirect(url_for("jobs.page", number=job), 303)
    flash(gettext("The answers are kept and counted."))
    return redirect(url_for("surveys.wave", number=made[0]) if len(made) == 1 else url_for("surveys.page"), 303)


@pages.post("/surveys/uploads/<int:number>/discard")
@needs(Permission.RUN_SURVEY)
def discard(number: int) -> ResponseReturnValue:
    """Forget the file."""
    survey_uploads.discard_answers(current_actor(), now(), number)
    flash(gettext("The file is discarded: nothing of it was kept."))
    return redirect(url_for("surveys.page"), 303)


class Named(TypedDict):
    """What a name of a file may stand for."""

    key: str
    title: Words


def _may_stand_for() -> list[Named]:
    """The promises, and the expectations of customers that a survey may ask about too."""
    charter = history().current.charter
    promises: list[Named] = [{"key": one.key, "title": words(one.title)} for one in charter.commitments]
    return promises + [{"key": one.key, "title": words(one.text)} for one in charter.charter.origin.expectations]
