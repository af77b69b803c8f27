"""Trying the draft on its data: an indicator counted and shown with ten masked rows, a source looked at by column.

Both are asked on the form of the thing, done by the alarm clock, and store nothing.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as NoSuchPage

from charter.domain.charter_file.editing import place_of
from charter.domain.charter_file.findings import value_at
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import ColumnRole, Permission
from charter.services.drafts import drafts
from charter.services.drafts.trial_run import period_to_try
from charter.services.jobs import queue
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.words.refusals import refusal_sentence

MOST_MONTHS = 24
pages = Blueprint("trying", __name__, url_prefix="/charter/draft")


@pages.post("/indicators/<key>/try")
@needs(Permission.APPLY_CHARTER)
def ask(key: str) -> ResponseReturnValue:
    """Have the saved draft's indicator counted for a period."""
    draft = drafts.open_draft(current_actor())
    arguments = {"indicator": key, "period": request.form.get("period", "").strip(), "revision": draft.row.revision}
    try:
        arguments["period"] = parse_period(str(arguments["period"])).key
        number = queue.ask(current_actor(), now(), kind="try-draft", arguments=arguments)
    except (Invalid, Conflict) as error:
        flash(refusal_sentence(error, current_language()), "refused")
        return redirect(url_for("things.form", address="indicators", key=key), 303)
    return redirect(url_for("trying.page", key=key, number=number), 303)


@pages.get("/indicators/<key>/try/<int:number>")
@needs(Permission.APPLY_CHARTER)
def page(key: str, number: int) -> ResponseReturnValue:
    """How far it is; then what was counted, and the rows."""
    found = queue.job(current_actor(), number)
    if found["kind"] != "try-draft" or found["arguments"]["indicator"] != key:
        raise NoSuchPage
    draft = drafts.open_draft(current_actor())
    held = value_at(draft.plain, place_of(draft.plain, "indicator", key))
    zone = draft.charter.charter.timezone
    return render_template("charter/try.html", job=found, key=key, title=held["title"], draft=draft, timezone=zone)


@pages.post("/sources/<key>/look")
@needs(Permission.APPLY_CHARTER)
def ask_look(key: str) -> ResponseReturnValue:
    """Have the data of a source of the saved draft looked at."""
    draft = drafts.open_draft(current_actor())
    place_of(draft.plain, "source", key)
    arguments = {"source": key, "revision": draft.row.revision}
    try:
        number = queue.ask(current_actor(), now(), kind="look-at-source", arguments=arguments)
    except Conflict as error:
        flash(refusal_sentence(error, current_language()), "refused")
        return redirect(url_for("things.form", address="sources", key=key), 303)
    return redirect(url_for("trying.look", key=key, number=number), 303)


@pages.get("/sources/<key>/look/<int:number>")
@needs(Permission.APPLY_CHARTER)
def look(key: str, number: int) -> ResponseReturnValue:
    """How far it is; then the columns of the source, what they may be for, its months, and what to know of it."""
    found = queue.job(current_actor(), number)
    if found["kind"] != "look-at-source" or found["arguments"]["source"] != key:
        raise NoSuchPage
    draft = drafts.open_draft(current_actor())
    months = list((found["result"] or {}).get("months", {}).items())
    return render_template(
        "charter/look.html",
        job=found,
        key=key,
        revision=draft.row.revision,
        timezone=draft.charter.charter.timezone,
        roles=list(ColumnRole),
        months=months[-MOST_MONTHS:],
        earlier=max(len(months) - MOST_MONTHS, 0),
    )


def proposed(draft: drafts.Draft, key: str, instant: datetime) -> str:
    """The period that a form proposes: the newest that has ended where the charter is at home."""
    found = next(one for one in (i for c in draft.charter.commitments for i in c.indicators) if one.key == key)
    return period_to_try(found, instant.astimezone(ZoneInfo(draft.charter.charter.timezone))).key
