"""The calendar of due checks at a private address, for calendar programs that cannot sign in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.errors import NotFound
from charter.domain.terms import Permission
from charter.reports.icalendar import Entry, write_calendar
from charter.services import feeds
from charter.web.access import current_actor, needs
from charter.web.clock import now
from charter.web.language import current_language
from charter.words.formats import format_period
from charter.words.refusals import refusal_sentence
from charter.words.statuses import state_word
from charter.words.typography import text_in

pages = Blueprint("feeds", __name__)


@pages.get("/calendar/<secret>.ics")
def calendar(secret: str) -> ResponseReturnValue:
    """What the address shows; nothing that says whether it ever was one."""
    try:
        found = feeds.feed_of(secret, now(), owner=request.args.get("owner") or None)
    except NotFound as error:
        return Response(f"{refusal_sentence(error, current_language())}\n", 404, mimetype="text/plain")
    language = found["language"] or current_app.extensions["settings"].default_language
    name = " · ".join([text_in(found["title"], language), *found["owners"]])
    text = write_calendar(name, [_entry(found["charter"], check, language) for check in found["checks"]], language)
    answer = Response(text, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private, no-cache"})
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.add_etag()
    return answer.make_conditional(request)


def _entry(charter: str, check: dict[str, Any], language: str) -> Entry:
    state, period = state_word(check["state"], language), format_period(check["period"], language)
    title = f"{text_in(check['title'], language)}, {period}"
    return Entry(
        uid=f"{check['indicator']}-{check['period']}@{charter}.promesse",
        at=check["due_at"],
        changed_at=check["changed_at"],
        title=f"{title} ({state})",
        text=f"{title}\n{check['owner']}\n{state}",
        link=url_for("checks.log", indicator=check["indicator"], period=check["period"], _external=True),
        category=state,
    )


@pages.post("/account/calendar")
@needs(Permission.READ_DESK)
def renew() -> ResponseReturnValue:
    """A new private address, shown this once; or none any more."""
    if "drop" in request.form:
        feeds.drop_feed(current_actor(), now())
        flash(gettext("The calendar's address shows nothing any more."))
    else:
        secret = feeds.renew_feed(current_actor(), now())
        address = url_for("feeds.calendar", secret=secret, _external=True)
        flash(gettext("Your calendar's address, shown this once: %(address)s", address=address))
    return redirect(url_for("account.page"), 303)
