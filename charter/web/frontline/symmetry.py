"""What staff and customers live: the question to staff, and units as dots between both."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.frontline.symmetry import LEVELS
from charter.domain.vocabulary.errors import CharterError, NotAllowed
from charter.domain.vocabulary.terms import Permission
from charter.services.desk.symmetry import symmetry_page
from charter.services.frontline.estimates import AnsweredAlready, Sender
from charter.services.frontline.intranet import open_unit
from charter.services.frontline.symmetry import give_level, level_page
from charter.web.frame.access import asked_unit, current_actor, needs, now
from charter.web.frame.pickers import choices
from charter.web.frame.responses import address
from charter.web.frame.visitors import BROWSER, browser_mark, keyed, new_browser_mark, remember, remembered_site, sender
from charter.web.frontline.estimate import beside_its_field
from charter.web.frontline.observe import TRAP

pages = Blueprint("symmetry", __name__)


@pages.get("/symmetry")
@needs(Permission.READ_DESK)
def page() -> ResponseReturnValue:
    """Promises to staff, and the units beneath one as dots."""
    asked = {name: request.args.get(name) or None for name in ("period", "staff", "customers")}
    found = symmetry_page(current_actor(), now(), unit=asked_unit(Permission.READ_DESK), **asked)
    return render_template("symmetry/page.html", **found, **choices(current_actor(), now()))


@pages.route("/our-work", methods=["GET", "POST"])
@needs(Permission.SEND_OBSERVATION)
def question() -> ResponseReturnValue:
    """The question to staff; for who has answered, the result of the site."""
    given = {name: value for name, value in request.values.items() if name not in ("csrf_token", "lang")}
    browser = browser_mark() or new_browser_mark()
    by, errors, code = Sender(browser, sender(), keyed), dict[str, str](), 200
    if request.method == "POST":
        errors, code = _give(given, by)
        if not errors:
            where = {"unit": given.get("unit"), "answered": "now"}
            return remember(make_response(redirect(address("symmetry.question", where), 303)), BROWSER, browser)
    unit = open_unit(now(), given.get("unit")) or open_unit(now(), remembered_site())
    found = level_page(current_actor(), now(), unit=unit, by=by)
    shown = render_template("symmetry/question.html", given=given, errors=errors, levels=LEVELS, **found)
    return remember(make_response(shown, code), BROWSER, browser)


def _give(given: dict[str, str], by: Sender) -> tuple[dict[str, str], int]:
    """Keep the answer; what is wrong with it by field, and the status that says so."""
    if given.get(TRAP):
        return {"": gettext("This form was filled in by a program: nothing was saved.")}, 400
    try:
        give_level(current_actor(), now(), unit=given.get("unit", ""), answer=given.get("answer", ""), by=by)
    except NotAllowed:
        raise
    except AnsweredAlready:
        return {}, 200  # sent twice: the page says that it was answered
    except CharterError as error:
        return beside_its_field(error)
    return {}, 200
