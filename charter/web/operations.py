"""The audit log for those who must prove that nothing was rewritten: who, when, what, chained by hash.

For those who watch the machine: one JSON answer; `status` is ok, degraded, or down (503) without a database.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from charter import VERSION
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.terms import Permission
from charter.models.records import AuditEntry
from charter.reports.spreadsheet import to_csv
from charter.reports.tables import Cell
from charter.services.charters.versions import history
from charter.services.jobs import queue
from charter.services.records import audit_log
from charter.services.records.audit_entries import Sought, find_entries
from charter.services.records.installation import require_fit_database
from charter.services.records.transactions import as_refusal, is_empty_database
from charter.services.schedule import clock_health
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.web.frame.listing import PER_PAGE, part, wanted
from charter.web.frame.pickers import choices, key_names
from charter.words.records.audit import NOUNS, audit_sentence, audit_subject
from charter.words.statuses import actor_name

SOUGHT = ("who", "noun", "about", "since", "until")
ROUTINES = ("check", "estimate")
"""What comes day after day, by nobody in particular."""
ROUTINE = 4
"""From so many entries alike on, one after the other, they are one line that opens."""
EXPORTED = 50_000
"""So many entries are in one file, the newest: narrowed by days, the file holds those before."""

audit_pages = Blueprint("audit", __name__)


@audit_pages.get("/audit", endpoint="page")
@needs(Permission.READ_AUDIT)
def audit_page() -> ResponseReturnValue:
    """Who did what, newest first; narrowed by who, what and when, all in the address."""
    told = choices(current_actor(), now())
    asked = {name: request.args.get(name, "").strip()[:200] for name in SOUGHT}
    errors: dict[str, Invalid] = {}
    sought = _sought(asked, errors, told["timezone"])
    found = find_entries(current_actor(), sought, limit=PER_PAGE, page=wanted().page)
    shown = render_template(
        "audit/audit.html",
        list=part(found.rows, found.found, found.of, asked),
        asked=asked,
        runs=alike(found.rows, told["timezone"]),
        errors=errors,
        nouns=NOUNS,
        head=audit_log.head(),
        names=key_names(),
        **told,
    )
    return shown, 400 if errors else 200


def _sought(asked: Mapping[str, str], errors: dict[str, Invalid], zone: str) -> Sought:
    noun = asked["noun"] if asked["noun"] in NOUNS else ""
    return Sought(asked["who"], noun, asked["about"], _day("since", asked, errors), _day("until", asked, errors), zone)


def alike(rows: Sequence[AuditEntry], zone: str) -> list[list[AuditEntry]]:
    """Entries one by one; what one actor did again and again, on one day or as a routine, together."""
    found: list[list[AuditEntry]] = []
    for _same, run in groupby(rows, lambda one: (one.actor, one.action, _run_on(one, zone))):
        together = list(run)
        found += [together] if len(together) >= ROUTINE else [[one] for one in together]
    return found


def _run_on(entry: AuditEntry, zone: str) -> date | None:
    is_routine = entry.action.partition(":")[0] in ROUTINES
    return None if is_routine else entry.at.astimezone(ZoneInfo(zone)).date()


@audit_pages.get("/audit.csv", endpoint="file")
@needs(Permission.READ_AUDIT)
def audit_file() -> ResponseReturnValue:
    """What was sought, whole: each entry in words, and exactly, with its hash and the one before."""
    asked = {name: request.args.get(name, "").strip()[:200] for name in SOUGHT}
    sought = _sought(asked, {}, history().current.charter.charter.timezone)
    names, language = key_names(), current_language()
    head = [gettext("Number"), gettext("When"), gettext("Who"), gettext("Done"), gettext("On what"),
            "action", "subject", "before", "after", "previous_hash", "hash"]  # fmt: skip
    lines: list[list[Cell]] = [
        [one.id, one.at.isoformat(), actor_name(one.actor, language),
         audit_sentence({"actor": one.actor, "action": one.action}, language),
         audit_subject({"action": one.action, "subject": one.subject}, names, language), one.action, one.subject,
         json.dumps(one.before), json.dumps(one.after), one.previous_hash, one.hash]
        for one in find_entries(current_actor(), sought, limit=EXPORTED).rows
    ]  # fmt: skip
    answer = Response(to_csv([head, *lines]), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename="promesse-audit.csv")
    return answer


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
