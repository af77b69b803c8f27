"""Free texts: what is written more often than before, texts drawn to be read, expressions pinned to promises."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.vocabulary.errors import CharterError, NotAllowed
from charter.domain.vocabulary.terms import Permission
from charter.services.frontline import word_pins, words
from charter.services.frontline.word_reading import JOB
from charter.services.frontline.word_shown import erase_kept
from charter.services.jobs.queue import ask
from charter.web.frame.access import current_actor, needs, now, text, whole
from charter.web.frame.layout import current_language
from charter.web.frame.pickers import choices, picked_unit
from charter.web.frame.responses import address
from charter.words.refusals import refusal_sentence

pages = Blueprint("words", __name__)


@pages.get("/words")
@needs(Permission.READ_SURVEYS)
def page() -> ResponseReturnValue:
    """What rises in the free texts of a month and unit."""
    return _page()


def _page(error: str = "", code: int = 200) -> ResponseReturnValue:
    actor, instant = current_actor(), now()
    asked = request.values
    unit = asked.get("unit") or picked_unit(actor, Permission.READ_SURVEYS)
    found = words.words_page(actor, instant, unit=unit, period=asked.get("period") or None)
    return render_template("words/words.html", found=found, error=error, **choices(actor, instant)), code


@pages.get("/words/<key>")
@needs(Permission.READ_SURVEYS)
def expression(key: str) -> ResponseReturnValue:
    """The texts in which an expression stands."""
    return _expression(key)


def _expression(key: str, error: str = "", code: int = 200) -> ResponseReturnValue:
    actor, instant, asked = current_actor(), now(), request.values
    found = words.expression_page(
        actor,
        instant,
        key=key,
        expression=asked.get("expression", ""),
        unit=asked.get("unit") or None,
        period=asked.get("period") or None,
    )
    return render_template("words/expression.html", found=found, error=error, **choices(actor, instant)), code


@pages.post("/words/read")
@needs(Permission.RUN_CHECK)
def read() -> ResponseReturnValue:
    """Have the texts of a month read again: as a background task."""
    arguments = {"words": text("words"), "period": text("period")}
    number = ask(current_actor(), now(), kind=JOB, arguments=arguments)
    return redirect(url_for("jobs.page", number=number), 303)


@pages.post("/words/pin")
@needs(Permission.PLAN_ACTION)
def pin() -> ResponseReturnValue:
    """Pin an expression to a promise, or take it off."""
    said = {name: text(name) for name in ("expression", "commitment", "unit")} | {"of": text("words")}
    try:
        if text("step") == "unpin":
            word_pins.unpin(current_actor(), now(), **said)
            flash(gettext("The expression is taken off the commitment; the log keeps that it was pinned."))
        else:
            word_pins.pin(current_actor(), now(), period=text("period"), **said)
            flash(gettext("The expression is pinned: the commitment’s page shows each month how many texts have it."))
    except NotAllowed:
        raise
    except CharterError as error:
        return _page(refusal_sentence(error, current_language()), 400)
    if text("back") == "commitment":
        where = {"key": said["commitment"], "unit": said["unit"], "period": text("period")}
        return redirect(address("commitments.page", where) + "#words", 303)
    return redirect(address("words.page", {"unit": said["unit"], "period": text("period")}), 303)


@pages.post("/words/<key>/erase")
@needs(Permission.ERASE_TEXT)
def erase(key: str) -> ResponseReturnValue:
    """Erase one kept text, on request."""
    unit, period = text("unit"), text("period")
    try:
        erase_kept(
            current_actor(),
            now(),
            key=key,
            period=period,
            unit=unit,
            nth=request.form.get("nth", -1, type=whole),
            because=text("because"),
        )
    except NotAllowed:
        raise
    except CharterError as error:
        said = refusal_sentence(error, current_language())
        return _expression(key, said, 400) if text("expression") else _page(said, 400)
    flash(gettext("The text is erased; only its hash stays. The counts stay, too."))
    return redirect(address("words.page", {"unit": unit, "period": period}), 303)
