"""The audit log for those who must prove that nothing was rewritten: who, when, what, chained by hash.

For those who watch the machine: one JSON answer; `status` is ok, degraded, or down (503) without a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter import VERSION
from charter.domain.overview.model import words
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import Version, history
from charter.services.jobs import queue
from charter.services.records import audit_log
from charter.services.records.audit_entries import Sought, find_entries
from charter.services.records.installation import require_fit_database
from charter.services.records.transactions import as_refusal, is_empty_database
from charter.services.schedule import clock_health
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.listing import PER_PAGE, part, wanted
from charter.web.frame.pickers import choices
from charter.words.records.audit import NOUNS

SOUGHT = ("who", "noun", "about", "since", "until")

audit_pages = Blueprint("audit", __name__)


@audit_pages.get("/audit", endpoint="page")
@needs(Permission.READ_AUDIT)
def audit_page() -> ResponseReturnValue:
    """Who did what, newest first; narrowed by who, what and when, all in the address."""
    told = choices(current_actor(), now())
    asked = {name: request.args.get(name, "").strip()[:200] for name in SOUGHT}
    errors: dict[str, Invalid] = {}
    sought = Sought(
        asked["who"],
        asked["noun"] if asked["noun"] in NOUNS else "",
        asked["about"],
        _day("since", asked, errors),
        _day("until", asked, errors),
        told["timezone"],
    )
    found = find_entries(current_actor(), sought, limit=PER_PAGE, page=wanted().page)
    shown = render_template(
        "audit/audit.html",
        list=part(found.rows, found.found, found.of, asked),
        asked=asked,
        errors=errors,
        nouns=NOUNS,
        head=audit_log.head(),
        names=_names(history().current),
        **told,
    )
    return shown, 400 if errors else 200


def _names(version: Version) -> Mapping[str, str | Mapping[str, str]]:
    """What the keys of the charter in force are called: the log keeps keys, which stay when names change."""
    own = version.charter
    promises = {one.key: words(one.title) for one in own.commitments}
    texts = {key: words(one.name) for key, one in own.words.items()}
    units = {key: unit.name for key, unit in version.tree.by_key.items()}
    return {own.charter.key: words(own.charter.title), **texts, **version.titles, **promises, **units}


def _day(name: str, asked: Mapping[str, str], errors: dict[str, Invalid]) -> date | None:
    try:
        return date.fromisoformat(asked[name]) if asked[name] else None
    except ValueError:
        errors[name] = Invalid("%(written)s is not a day: write it as 2026-12-15.", name, written=asked[name][:40])
        return None


@audit_pages.post("/audit/verify", endpoint="verify")
@needs(Permission.READ_AUDIT)
def verify_now() -> ResponseReturnValue:
    """Have everything proven now, as long work; with the head that somebody holds on paper, where one is given."""
    head = "".join(request.form.get("head", "").split()).lower()
    arguments = {"head": head} if head else {}
    number = queue.ask(current_actor(), now(), kind="verify", arguments=arguments)
    return redirect(url_for("jobs.page", number=number), 303)


health_pages = Blueprint("health", __name__)


@health_pages.get("/health", endpoint="page")
def health_page() -> ResponseReturnValue:
    """The state of the database, the checks and the alarm clock."""
    try:
        return jsonify(clock_health.health(now()))
    except Exception:
        current_app.logger.exception("The health of Promesse cannot be read.")
        return jsonify({"status": "down", "database": "down", "release": VERSION}), 503


@health_pages.get("/health/live", endpoint="live")
def live_page() -> ResponseReturnValue:
    """This process answers; nothing else is asked."""
    return jsonify({"status": "ok"})


@health_pages.get("/health/ready", endpoint="ready")
def ready_page() -> ResponseReturnValue:
    """Whether pages can be read: the database is there, whole as far as it is looked at, and of this release."""
    because = why_not_ready()
    return jsonify({"status": "ready"}) if because is None else (jsonify({"status": "down", "because": because}), 503)


def why_not_ready() -> str | None:
    """One sentence without what only the log may say."""
    try:
        require_fit_database(current_app.extensions["settings"].var_folder)
        is_empty = is_empty_database()
    except Conflict as refusal:
        current_app.logger.error("Promesse is not ready: %s", refusal)
        return gettext("The database is not the one that this release works on; the log says why.")
    except Exception as error:
        current_app.logger.error("Promesse is not ready: %s", as_refusal(error) or error)
        return gettext("The database does not answer; the log says why.")
    return gettext("The database holds no tables yet: start Promesse once.") if is_empty else None
