"""Files of figures: sent, looked at row by row with their effect, then confirmed or discarded."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid, NotAllowed
from charter.domain.vocabulary.terms import Permission
from charter.services.figures import uploads as figure_uploads
from charter.services.figures import worklist
from charter.services.jobs.queue import ask
from charter.web.figures.figures import labels, written
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.web.frame.pickers import choices
from charter.web.jobs import read_or_wait
from charter.words.refusals import refusal_sentence

pages = Blueprint("uploads", __name__)


@pages.route("/figures/upload", methods=["GET", "POST"])
@needs(Permission.ENTER_FIGURE)
def page() -> ResponseReturnValue:
    """The form, and its refusals."""
    actor, instant = current_actor(), now()
    error: CharterError | None = None
    if request.method == "POST":
        request.max_content_length = figure_uploads.LARGEST + 100_000
        try:
            return _send()
        except NotAllowed:
            raise
        except CharterError as refusal:
            error = refusal
    lines = [one for one in worklist.indicator_lines(actor) if one["takes_figures"]]
    shown = render_template(
        "figures/upload.html",
        indicators=lines,
        given=request.form,
        error=error,
        error_field=_field(error),
        most=figure_uploads.LARGEST // 1024**2,
        **labels(),
        **choices(actor, instant),
    )
    return shown, 400 if error else 200


def _send() -> ResponseReturnValue:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("Choose a file: CSV or XLSX.", "file")
    said = {"indicator": request.form.get("indicator") or None, "reason": request.form.get("reason")}
    figure_uploads.require_sending(current_actor(), **said)
    return read_or_wait("read-figures", file, figure_uploads.LARGEST, said)


def _field(error: CharterError | None) -> str:
    field = getattr(error, "field", "")
    return field if field in ("file", "reason") else "file"


@pages.get("/figures/uploads/<int:number>")
@needs(Permission.ENTER_FIGURE)
def preview(number: int) -> ResponseReturnValue:
    """What is read, what is refused, what it would change."""
    actor, instant = current_actor(), now()
    seen = figure_uploads.see_file(actor, instant, number)
    return render_template("figures/preview.html", seen=seen, numbers_written=written, **choices(actor, instant))


@pages.post("/figures/uploads/<int:number>/confirm")
@needs(Permission.ENTER_FIGURE)
def confirm(number: int) -> ResponseReturnValue:
    """Apply what was previewed; when something has changed meanwhile, back to the preview. Many rows are long work."""
    actor, instant, expected = current_actor(), now(), request.form.get("expected", "")
    try:
        if figure_uploads.is_long(actor, instant, number):
            arguments = {"upload": number, "expected": expected}
            job = ask(actor, instant, kind="apply-figures", arguments=arguments)
            return redirect(url_for("jobs.page", number=job), 303)
        found = figure_uploads.apply_file(actor, instant, number, expected=expected)
    except Conflict as error:
        flash(refusal_sentence(error, current_language()))
        return redirect(url_for("uploads.preview", number=number), 303)
    flash(
        gettext(
            "The file is applied. Figures entered: %(entered)s, corrected: %(corrected)s, already there: %(same)s.",
            **figure_uploads.counts_of(found),
        )
    )
    return redirect(url_for("figures.page"), 303)


@pages.post("/figures/uploads/<int:number>/discard")
@needs(Permission.ENTER_FIGURE)
def discard(number: int) -> ResponseReturnValue:
    """Forget the file."""
    figure_uploads.discard_file(current_actor(), now(), number)
    flash(gettext("The file is discarded: nothing of it was entered."))
    return redirect(url_for("figures.page"), 303)
