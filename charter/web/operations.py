"""Figures for Prometheus, for those who bring the token of the setting METRICS_TOKEN.

The audit log for those who must prove that nothing was rewritten: who, when, what, chained by hash.

For those who watch the machine: one JSON answer; `status` is ok, degraded, or down (503) without a database.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from charter import VERSION
from charter.domain.vocabulary.errors import Conflict
from charter.domain.vocabulary.terms import Permission
from charter.services.jobs import queue
from charter.services.records import audit_log
from charter.services.records.installation import require_fit_database
from charter.services.records.transactions import as_refusal, is_empty_database
from charter.services.schedule import clock_health
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.pickers import choices

PER_PAGE = 50

audit_pages = Blueprint("audit", __name__)


@audit_pages.get("/audit", endpoint="page")
@needs(Permission.READ_AUDIT)
def audit_page() -> ResponseReturnValue:
    """The newest entries first; `?before=` goes back."""
    before = request.args.get("before", type=int)
    entries = audit_log.entries(current_actor(), limit=PER_PAGE + 1, before_id=before)
    older = entries[PER_PAGE - 1].id if len(entries) > PER_PAGE else None
    return render_template(
        "audit/audit.html",
        entries=entries[:PER_PAGE],
        older=older,
        head=audit_log.head(),
        **choices(current_actor(), now()),
    )


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


metrics_pages = Blueprint("metrics", __name__)

GAUGES = (
    ("last_tick_age_seconds", "Seconds since the alarm clock last woke"),
    ("last_success_age_seconds", "Seconds since a tick last did all that it had to"),
    ("ticks_failed", "Ticks in a row that failed"),
    ("checks_waiting", "Checks that are due and not done"),
    ("checks_late", "Checks that are late"),
    ("checks_failed", "Checks that failed and are not done"),
    ("checks_lapsed", "Checks that have lapsed"),
    ("jobs_waiting", "Pieces of long work that wait or are under way"),
    ("outbox_waiting", "Mails and webhooks whose time has come"),
    ("outbox_failed", "Mails and webhooks that were given up"),
)


class Figures(Collector):
    """What /health says, as gauges. Everything is read from the database: each web process says the same."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One gauge each; what is not known is left out."""
        try:
            found = clock_health.health(self._now)
        except Exception:
            current_app.logger.exception("The health of Promesse cannot be read.")
            yield GaugeMetricFamily("promesse_up", "Whether the database answers", value=0)
            return
        yield GaugeMetricFamily("promesse_up", "Whether the database answers", value=1)
        yield _build(found)
        is_ok = int(found["status"] == "ok")
        yield GaugeMetricFamily("promesse_healthy", "Whether nothing needs somebody", value=is_ok)
        known: Mapping[str, object] = found
        for name, told in GAUGES:
            value = known[name]
            if isinstance(value, (int, float)):
                yield GaugeMetricFamily(f"promesse_{name}", told, value=value)
        oldest = found["oldest_waiting_since"]
        age = (self._now - datetime.fromisoformat(oldest)).total_seconds() if oldest else 0
        yield GaugeMetricFamily("promesse_oldest_due_check_age_seconds", "Seconds since the oldest check is due", age)


def _build(found: clock_health.Health) -> GaugeMetricFamily:
    """What runs here, as labels of a figure that is always 1."""
    names = ("release", "schema", "engine")
    told = GaugeMetricFamily("promesse_build_info", "Release, schema of the database, its engine", labels=names)
    told.add_metric([found["release"], found["schema"], found["engine"]], 1)
    return told


@metrics_pages.get("/metrics", endpoint="page")
def metrics_page() -> ResponseReturnValue:
    """The figures in Prometheus' own text; 404 where no token is set, so that nothing is shown by mistake."""
    token = current_app.extensions["settings"].metrics_token
    if not token:
        return Response("Set METRICS_TOKEN to show figures here.\n", 404, mimetype="text/plain")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), token.encode()):
        answer = Response("Bring the token of METRICS_TOKEN: Authorization: Bearer …\n", 401, mimetype="text/plain")
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(now()))
    return Response(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")
