"""Files of customers' answers: sent, looked at row by row, names mapped to promises, then imported or discarded."""

from __future__ import annotations

from typing import TypedDict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.analyses.answer_columns import OF_PEOPLE, Part
from charter.domain.overview.model import Words, words
from charter.domain.surveys.marks import Coding, marks_written, not_a_mark, number_written, scale_written
from charter.domain.surveys.privacy import masked
from charter.domain.surveys.questionnaire import MONTHS_KEPT, SCALES
from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid, NotAllowed
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import history
from charter.services.jobs.queue import Arguments, ask
from charter.services.surveys import imports
from charter.services.surveys import look as survey_look
from charter.services.surveys import uploads as survey_uploads
from charter.services.surveys.columns import Asked, packed_choices
from charter.services.surveys.names import AS_CONTROL, LEFT_OUT
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.web.jobs import read_or_wait
from charter.web.surveys.surveys import day_of, months_of

MOST_NAMES = 1000
"""Columns of a file, each with its name."""
MOST_LETTERS = 200

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
    seen = survey_look.see_answers(current_actor(), now(), number, _stand_for())
    found = seen.look
    shown = render_template(
        "surveys/preview.html",
        seen=seen,
        look=found,
        masked=masked,
        error=seen.refusal or error,
        promises=_may_stand_for(),
        left_out=LEFT_OUT,
        as_control=AS_CONTROL,
        parts=[Part.LEFT_OUT, *OF_PEOPLE],
        scale=SCALES[current_language()],
        weights=[one.label for one in found.columns if one.part is Part.WEIGHT] if found else [],
        is_example=history().current.charter.charter.is_example,
    )
    return shown, 400 if seen.refusal or error else 200


@pages.post("/surveys/uploads/<int:number>/columns")
@needs(Permission.RUN_SURVEY)
def tell(number: int) -> ResponseReturnValue:
    """Say what columns are and what words of answers are; the file is read again like this.

    The form names neither: `part-3` is what the third column is, `level-2` the level of the second words.
    """
    parts, levels, dates = _said("part-"), _said("level-"), request.form.get("dates", "")[:MOST_LETTERS]
    seen = survey_look.see_answers(current_actor(), now(), number)
    if seen.is_long:
        arguments = {"upload": number, "look": seen.digest, "parts": parts, "levels": levels, "dates": dates}
        return _asked_of("look-at-answers", arguments)
    try:
        survey_look.tell(current_actor(), now(), seen, parts, levels, dates)
    except Invalid as error:
        return _preview(number, error)
    return redirect(url_for("survey_files.preview", number=number), 303)


def _said(name: str) -> dict[str, str]:
    """What the form says, by the place on the page; what was left as it is says nothing."""
    places = {one.removeprefix(name): text for one, text in request.form.items() if one.startswith(name)}
    return {at: text[:MOST_LETTERS] for at, text in places.items() if text != "."}


def _stand_for() -> list[str]:
    """What each name of the file stands for, as the form's rows say: `to-3` is what the third name stands for.

    The names themselves travel nowhere: they may be somebody's.
    """
    places = [int(one[3:]) for one in request.form if one.startswith("to-") and one[3:].isdecimal()]
    most = min(max(places, default=0), MOST_NAMES)
    return [request.form.get(f"to-{at}", "") for at in range(1, 1 + most)]


def _asked_of(kind: str, arguments: Arguments) -> ResponseReturnValue:
    """On to the page of the long work."""
    return redirect(url_for("jobs.page", number=ask(current_actor(), now(), kind=kind, arguments=arguments)), 303)


@pages.post("/surveys/uploads/<int:number>/confirm")
@needs(Permission.RUN_SURVEY)
def confirm(number: int) -> ResponseReturnValue:
    """Save the answers, of a large file in long work; marks are then analysed by the alarm clock."""
    actor, instant, stand_for = current_actor(), now(), _stand_for()
    seen = survey_look.see_answers(actor, instant, number)
    of_file = {"upload": number, "look": seen.digest, "stand_for": stand_for}
    if seen.is_long and request.form.get("again"):
        return _asked_of("look-at-answers", of_file)
    if request.form.get("again"):
        return _preview(number, None)
    leave_refused = bool(request.form.get("leave_refused"))
    if seen.is_long:
        return _asked_of("import-survey", of_file | {"leave_refused": leave_refused})
    mapping = survey_look.mapping_of(seen.look.attributes if seen.look else {}, stand_for)
    try:
        made = imports.import_answers(actor, instant, number, mapping=mapping, leave_refused=leave_refused)
    except (Invalid, Conflict) as error:
        return _preview(number, error)
    if imports.is_of_marks(made[0]):
        job, *_ = [ask(actor, instant, kind="analyse-survey", arguments={"survey": wave}) for wave in made]
        flash(gettext("The answers are saved. Their analysis has begun."))
        return redirect(url_for("jobs.page", number=job), 303)
    flash(gettext("The answers are saved and counted."))
    return redirect(url_for("surveys.wave", number=made[0]) if len(made) == 1 else url_for("surveys.page"), 303)


@pages.post("/surveys/uploads/<int:number>/discard")
@needs(Permission.RUN_SURVEY)
def discard(number: int) -> ResponseReturnValue:
    """Forget the file."""
    survey_uploads.discard_answers(current_actor(), now(), number)
    flash(gettext("The file is discarded: nothing of it was saved."))
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
