"""Customer effort by touchpoint, and the words of customers who found it hard."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as NoSuchPage

from charter.domain.overview.model import words as both
from charter.domain.vocabulary.errors import Conflict
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import history
from charter.services.desk.effort import effort_page
from charter.services.frontline.effort_words import may_read_words, words_read
from charter.services.jobs import queue
from charter.services.records.access import Access, access_of
from charter.web.frame.access import asked_unit, current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.web.frame.pickers import choices
from charter.web.frame.responses import address
from charter.words.refusals import refusal_sentence

pages = Blueprint("effort", __name__, url_prefix="/effort")


@pages.get("")
@needs(Permission.READ_DESK)
def page() -> ResponseReturnValue:
    """One month and unit, touchpoint by touchpoint."""
    unit, period = asked_unit(Permission.READ_DESK), request.args.get("period") or None
    found = effort_page(current_actor(), now(), unit=unit, period=period)
    return render_template("effort/page.html", **found, **choices(current_actor(), now()))


@pages.get("/<indicator>/words")
@needs(Permission.MODERATE_OBSERVATION)
def words(indicator: str) -> ResponseReturnValue:
    """What it is to read them; once they are read, some of them."""
    asked = _asked(indicator, request.args)
    found = may_read_words(current_actor(), asked)
    number = request.args.get("job", type=int)
    job = queue.job(current_actor(), number) if number else None
    if job is not None and (job["kind"] != "read-words" or job["arguments"] != asked):
        raise NoSuchPage
    result = job["result"] if job is not None else None
    texts = words_read(current_actor(), asked, result["mark"], _access()) if result and result["mark"] else None
    tree = history().on(parse_period(asked["period"]).start).tree
    return render_template(
        "effort/words.html",
        job=job,
        texts=texts,
        question=both(found.question),
        title=both(found.title),
        unit_name=tree.by_key[asked["unit"]].name,
        **asked,
    )


@pages.post("/<indicator>/words")
@needs(Permission.MODERATE_OBSERVATION)
def ask(indicator: str) -> ResponseReturnValue:
    """Have them read from their source."""
    asked = _asked(indicator, request.form)
    try:
        number = queue.ask(current_actor(), now(), kind="read-words", arguments=asked)
    except Conflict as error:
        flash(refusal_sentence(error, current_language()), "refused")
        return redirect(address("effort.words", asked), 303)
    return redirect(address("effort.words", asked | {"job": str(number)}), 303)


def _asked(indicator: str, given: dict[str, str]) -> dict[str, str]:
    return {"indicator": indicator, "unit": given.get("unit", ""), "period": given.get("period", "")}


def _access() -> Access:
    return access_of(current_app.extensions["settings"])
