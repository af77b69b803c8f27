"""The question of the month: out of 100 customers, how many would say that this promise was kept?"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.vocabulary.errors import CharterError, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import require
from charter.domain.vocabulary.terms import Permission
from charter.services.frontline.estimates import AnsweredAlready, estimate_page, give_estimate
from charter.services.frontline.intranet import open_unit
from charter.services.people.rate_limit import TooMany
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.web.frame.responses import address
from charter.web.frame.visitors import BROWSER, browser_mark, keyed, new_browser_mark, remember, remembered_site, sender
from charter.web.frontline.observe import TRAP
from charter.words.refusals import refusal_sentence

pages = Blueprint("estimate", __name__)


@pages.route("/estimate", methods=["GET", "POST"])
@needs(Permission.SEND_OBSERVATION)
def page() -> ResponseReturnValue:
    """The question; for who has answered, the site's result beside the measured one."""
    given = {name: value for name, value in request.values.items() if name not in ("csrf_token", "lang")}
    browser = browser_mark() or new_browser_mark()
    errors: dict[str, str] = {}
    code = 200
    if request.method == "POST":
        errors, code = _give(given, browser)
        if not errors:
            where = {"unit": given.get("unit"), "commitment": given.get("commitment"), "answered": "now"}
            return remember(_as_response(redirect(address("estimate.page", where), 303)), BROWSER, browser)
    unit = open_unit(now(), given.get("unit")) or open_unit(now(), remembered_site())
    found = estimate_page(
        current_actor(), now(), unit=unit, commitment=given.get("commitment") or None, browser=browser, keyed=keyed
    )
    shown = render_template("estimate/estimate.html", given=given, errors=errors, **found)
    return remember(make_response(shown, code), BROWSER, browser)


def _as_response(answer: object) -> Response:
    assert isinstance(answer, Response)
    return answer


def _give(given: dict[str, str], browser: str) -> tuple[dict[str, str], int]:
    """Keep the answer; what is wrong with it by field, and the status that says so."""
    require(current_actor(), Permission.SEND_OBSERVATION)
    if given.get(TRAP):
        return {"": gettext("This form was filled in by a program: nothing was saved.")}, 400
    try:
        give_estimate(
            current_actor(),
            now(),
            unit=given.get("unit", ""),
            commitment=given.get("commitment", ""),
            answer=given.get("answer", ""),
            browser=browser,
            sender=sender(),
            keyed=keyed,
        )
    except NotAllowed:
        raise
    except AnsweredAlready:
        return {}, 200  # sent twice: the page says that it was answered
    except CharterError as error:
        return beside_its_field(error)
    return {}, 200


def beside_its_field(error: CharterError) -> tuple[dict[str, str], int]:
    """What an answer of staff was refused for, by its field, and the status that says so."""
    place = error.field if isinstance(error, Invalid) else "unit" if isinstance(error, NotFound) else ""
    code = 429 if isinstance(error, TooMany) else 404 if isinstance(error, NotFound) else 400
    return {place: refusal_sentence(error, current_language())}, code
