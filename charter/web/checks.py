"""The checks of a month: which are done, which are late or failed, and when the others are due.

The calendar of due checks at a private address, for calendar programs that cannot sign in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter.domain.file_profile.chosen_columns import SOURCE
from charter.domain.overview.model import CheckCounts, Words
from charter.domain.vocabulary.errors import Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor, may
from charter.domain.vocabulary.terms import Permission
from charter.reports.icalendar import Entry, write_calendar
from charter.services.checks import calendar as check_calendar
from charter.services.checks import feed as check_feed
from charter.services.checks.calendar_rows import CheckRow
from charter.services.checks.changes_view import changed_past
from charter.services.checks.waiving import waive_check
from charter.services.drafts import sent_files
from charter.services.jobs import queue
from charter.services.schedule.clock_health import alarm_for
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.web.frame.listing import listing
from charter.web.frame.pickers import choices
from charter.web.frame.responses import public_link
from charter.words.formats import format_date, format_period, text_in
from charter.words.refusals import refusal_sentence
from charter.words.statuses import state_word

pages = Blueprint("checks", __name__)


@pages.get("/checks")
@needs(Permission.READ_DESK)
def page() -> ResponseReturnValue:
    """The calendar of checks, late and failed first; of one state, owner or indicator where one is chosen."""
    actor, instant = current_actor(), now()
    wanted = {name: request.args.get(name) or None for name in check_calendar.FILTERS}
    found = check_calendar.calendar(actor, instant, period=request.args.get("period") or None, **wanted)
    is_by_day = request.args.get("view") == DAYS
    lines = by_day(found["rows"])
    return render_template(
        "checks/checks.html",
        list=listing(lines, _line_searched) if is_by_day else listing(found["rows"], _searched, _groups()),
        days=sorted({row["day"] for row in found["rows"]}) if is_by_day else [],
        has_days=len({row["day"] for row in found["all_rows"]}) > 1,
        counts=tally(found["all_rows"]),
        changed=changed_past(actor, instant),
        wanted=wanted,
        alarm=alarm_for(actor, instant),
        **_rights(actor),
        **found,
        **choices(actor, instant),
    )


DAYS = "days"
"""The view of checks as a calendar: an indicator a line, the days on which they were due across."""


class DayLine(NamedTuple):
    """An indicator with its checks by the day on which they were due; those that need somebody come first."""

    title: Words
    days: dict[str, list[CheckRow]]


def by_day(rows: Sequence[CheckRow]) -> list[DayLine]:
    """One line per indicator, in the order of its first row: late and failed first, as the rows are."""
    found: dict[str, DayLine] = {}
    for row in rows:
        line = found.setdefault(row["indicator"], DayLine(row["title"], {}))
        line.days.setdefault(row["day"], []).append(row)
    return list(found.values())


def _line_searched(line: DayLine) -> str:
    return " ".join(_searched(row) for rows in line.days.values() for row in rows[:1])


def _searched(row: CheckRow) -> str:
    return f"{text_in(row['title'], current_language())} {row['owner'] or ''} {row['indicator']}"


def _groups() -> dict[str, Callable[[CheckRow], str]]:
    language = current_language()
    return {
        "state": lambda row: state_word(row["state"], language),
        "indicator": lambda row: text_in(row["title"], language),
        "owner": lambda row: row["owner"] or gettext("no owner"),
        "day": lambda row: format_date(row["day"], language),
    }


def _rights(actor: Actor) -> dict[str, bool]:
    asked = {"run": Permission.RUN_CHECK, "waive": Permission.WAIVE_CHECK, "correct": Permission.CORRECT_FIGURE}
    return {f"may_{name}": may(actor, permission) for name, permission in asked.items()}


@pages.get("/checks/<indicator>/<period>")
@needs(Permission.READ_DESK)
def log(indicator: str, period: str) -> ResponseReturnValue:
    """One check: where it stands, what can be done, and all its runs."""
    return _log(indicator, period)


def _log(indicator: str, period: str, refusal: Invalid | None = None) -> ResponseReturnValue:
    actor, instant = current_actor(), now()
    found = check_calendar.log_of(actor, instant, indicator=indicator, period=period)
    told = {"refusal": refusal, "sent": sent_files.by_fingerprint(SOURCE)}
    shown = render_template("checks/log.html", **told, **_rights(actor), **found, **choices(actor, instant))
    return shown, 400 if refusal else 200


@pages.post("/checks/<indicator>/<period>/waive")
@needs(Permission.WAIVE_CHECK)
def waive(indicator: str, period: str) -> ResponseReturnValue:
    """Nobody runs it any more: the reason stands in its place."""
    try:
        waive_check(current_actor(), now(), indicator=indicator, period=period, reason=request.form.get("reason", ""))
    except Invalid as error:
        return _log(indicator, period, error)
    flash(gettext("The check is skipped; its period has no data, and says why."))
    return redirect(url_for("checks.log", indicator=indicator, period=period), 303)


@pages.post("/checks/run")
@needs(Permission.RUN_CHECK)
def run() -> ResponseReturnValue:
    """Ask the alarm clock to run one check, or all that wait, now; then look how it goes."""
    given = {name: request.form[name] for name in ("indicator", "period") if request.form.get(name)}
    number = queue.ask(current_actor(), now(), kind="run-checks", arguments=given if len(given) == 2 else {})
    return redirect(url_for("jobs.page", number=number), 303)


def tally(rows: Sequence[CheckRow]) -> CheckCounts:
    """How many of these checks stand where."""
    states = Counter(str(row["state"]) for row in rows)
    return {
        "due": len(rows),
        "done": states["done"],
        "late": states["late"],
        "failed": states["failed"],
        "lapsed": states["lapsed"],
        "waived": states["waived"],
    }


feed_pages = Blueprint("feeds", __name__)


@feed_pages.get("/calendar/<secret>.ics", endpoint="calendar")
def feed(secret: str) -> ResponseReturnValue:
    """What the address shows; nothing that says whether it ever was one."""
    try:
        found = check_feed.feed_of(secret, now(), owner=request.args.get("owner") or None)
    except NotFound as error:
        return Response(f"{refusal_sentence(error, current_language())}\n", 404, mimetype="text/plain")
    language = found.language or current_app.extensions["settings"].default_language
    name = " · ".join([text_in(found.title, language), *found.owners])
    text = write_calendar(name, [_entry(found.charter, check, language) for check in found.checks], language)
    answer = Response(text, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private, no-cache"})
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.add_etag()
    return answer.make_conditional(request)


def _entry(charter: str, check: check_feed.FeedCheck, language: str) -> Entry:
    state, period = state_word(check.state, language), format_period(check.period, language)
    title = f"{text_in(check.title, language)}, {period}"
    return Entry(
        uid=f"{check.indicator}-{check.period}@{charter}.promesse",
        at=check.due_at,
        changed_at=check.changed_at,
        title=f"{title} ({state})",
        text=f"{title}\n{check.owner}\n{state}",
        link=public_link("checks.log", indicator=check.indicator, period=check.period),
        category=state,
    )


@feed_pages.post("/account/calendar")
@needs(Permission.READ_DESK)
def renew() -> ResponseReturnValue:
    """A new private address, shown this once; or none any more."""
    if "drop" in request.form:
        check_feed.drop_feed(current_actor(), now())
        flash(gettext("The calendar's address shows nothing any more."))
    else:
        secret = check_feed.renew_feed(current_actor(), now())
        address = public_link("feeds.calendar", secret=secret, owner=request.form.get("owner") or None)
        flash(gettext("Your calendar's address, shown this once: %(address)s", address=address))
    return redirect(url_for("account.page"), 303)
