"""The questionnaire as a customer sees it: one link, on a phone, without an account and without JavaScript."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from charter.domain.frontline.observations import LONGEST_WHY
from charter.domain.surveys.questionnaire import Filled, read_form
from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid, NotFound
from charter.domain.vocabulary.terms import Permission
from charter.services.people.rate_limit import TooMany
from charter.services.surveys import answers, telling
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.extensions import csrf
from charter.web.frame.layout import current_language, speaking
from charter.web.frame.visitors import sender_hash
from charter.words.surveys import kept_words

pages = Blueprint("answering", __name__)
# Whoever can forge this form holds the link's secret already; and it works in a browser that keeps no cookies.
csrf.exempt(pages)


@pages.route("/answer/<token>", methods=["GET", "POST"])
def page(token: str) -> ResponseReturnValue:
    """The questions; after sending, thanks. Answers that are half given are said before they are kept."""
    try:
        asked = answers.questionnaire(token, now(), sender=sender_hash())
    except NotFound:
        return render_template("answering/unknown.html", error=None), 404
    except TooMany as error:
        return render_template("answering/unknown.html", error=error), 429
    g.may_be_framed = asked.is_open_link
    language = current_language() if current_language() in asked.languages else asked.languages[0]
    with speaking(language):
        # Another language, with what is ticked so far.
        if request.method == "POST" and asked.state == "open" and "look" not in request.form:
            return _sent(token, asked, language)
        code = 200 if asked.state == "open" else 410
        return _form(token, asked, language, state=asked.state), code


@pages.get("/surveys/<int:number>/questionnaire", endpoint="preview")
@needs(Permission.RUN_SURVEY)
def look(number: int) -> ResponseReturnValue:
    """What customers will read, without spending a link."""
    asked = answers.preview(current_actor(), number)
    language = current_language() if current_language() in asked.languages else asked.languages[0]
    with speaking(language):
        return _form("", asked, language, state="preview")


@pages.get("/told/<int:number>", endpoint="told")
@needs(Permission.READ_PAGES)
def told(number: int) -> ResponseReturnValue:
    """What customers told us in a survey, and what we do about it: where a person has opened that page."""
    found = telling.told_page(current_actor(), number)
    return render_template("answering/told.html", told=found)


def _sent(token: str, asked: answers.Questionnaire, language: str) -> ResponseReturnValue:
    try:
        filled = read_form(request.form, asked.commitments)
    except Invalid as error:
        return _form(token, asked, language, error=error), 400
    if filled.half and not request.form.get("anyway"):
        return _form(token, asked, language, filled=filled), 200
    try:
        answers.answer(token, now(), filled, language=language, sender=sender_hash())
    except Conflict as error:
        return _form(token, asked, language, error=error, state="used"), 409
    except CharterError as error:
        return _form(token, asked, language, error=error), 400
    return _form(token, asked, language, state="thanks", filled=filled)


def _form(
    token: str,
    asked: answers.Questionnaire,
    language: str,
    *,
    state: str = "open",
    filled: Filled | None = None,
    error: CharterError | None = None,
) -> str:
    return render_template(
        "answering/page.html",
        asked=asked,
        words=asked.words.get(language, {}),
        token=token,
        state=state,
        filled=filled,
        error=error,
        given=request.form,
        shown_language=language,
        kept=kept_words(language, asks_why=asked.asks_why),
        longest=LONGEST_WHY,
    )
