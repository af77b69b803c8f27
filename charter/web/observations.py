"""What staff sent, for those who read it: accept, set aside, answer in public words, erase on request."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.errors import CharterError, NotAllowed, NotFound
from charter.domain.observations import SetAsideReason, Step
from charter.domain.terms import Permission
from charter.services import moderation
from charter.web.access import current_actor, needs
from charter.web.clock import now
from charter.web.intranet import forget_pages
from charter.web.language import current_language
from charter.words.refusals import refusal_sentence

ERASE = "erase"

pages = Blueprint("observations", __name__)


@pages.get("/observations")
@needs(Permission.MODERATE_OBSERVATION)
def page() -> ResponseReturnValue:
    """What waits to be read; `?state=all` shows everything."""
    return _show()


@pages.post("/observations/<int:number>")
@needs(Permission.MODERATE_OBSERVATION)
def decide(number: int) -> ResponseReturnValue:
    """One step with one observation; a refusal shows the page again, with what was written."""
    try:
        said = _verb(request.form.get("step", ""))(number)
    except (NotAllowed, NotFound):
        raise
    except CharterError as error:
        return _show(number, refusal_sentence(error, current_language())), 400
    forget_pages()
    flash(said)
    return redirect(url_for("observations.page", **_where()) + f"#observation-{number}", 303)


def _show(number: int | None = None, error: str = "") -> str:
    where = _where()
    found = moderation.observations(
        current_actor(), state=where.get("state") or "waiting", page=int(where.get("page", 1))
    )
    return render_template(
        "observations/list.html",
        reasons=[reason.value for reason in SetAsideReason],
        refused=number,
        error=error,
        given=request.form,
        **found,
    )


def _where() -> dict[str, str]:
    """The list that the person is looking at."""
    state, number = request.values.get("state", ""), request.values.get("page", "")
    kept = {"state": "all"} if state == "all" else {}
    return kept | ({"page": number} if number.isascii() and number.isdigit() and int(number[:6]) > 0 else {})


def _verb(step: str) -> Callable[[int], str]:
    """What a button does, and what is said once it is done."""
    verbs: dict[str, Callable[[int], str]] = {
        Step.ACCEPT: _accept,
        Step.SET_ASIDE: _set_aside,
        Step.ANSWER: _answer,
        ERASE: _erase,
    }
    return verbs.get(step, _unknown)


def _accept(number: int) -> str:
    moderation.accept(current_actor(), now(), number, is_printed="printed" in request.form)
    return gettext("Observation %(number)s is shown on the page of its site.", number=number)


def _set_aside(number: int) -> str:
    moderation.set_aside(current_actor(), now(), number, reason=request.form.get("reason", ""))
    return gettext("Observation %(number)s is set aside; the page of its site tells why.", number=number)


def _answer(number: int) -> str:
    moderation.answer(current_actor(), now(), number, text=request.form.get("answer", ""))
    return gettext("The answer to observation %(number)s is on the page of its site.", number=number)


def _erase(number: int) -> str:
    moderation.erase(current_actor(), now(), number, because=request.form.get("because", ""))
    return gettext("The words of observation %(number)s are erased; only their hash stays.", number=number)


def _unknown(number: int) -> str:
    raise NotFound("There is no such step with observation %(number)s.", number=number)
