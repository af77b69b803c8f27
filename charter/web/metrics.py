"""Figures for Prometheus, for those who bring the token of the setting METRICS_TOKEN: docs/metrics.md lists them all.

The machine (requests, runs, queues), and the charter: the status of each promise, as the desk says it today.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
    SummaryMetricFamily,
)
from prometheus_client.registry import Collector

from charter.domain.overview.model import Overview
from charter.domain.vocabulary.permissions import visitor
from charter.domain.vocabulary.terms import FloorState, Status
from charter.services.charters.versions import history_or_none
from charter.services.month import overview as month_overview
from charter.services.schedule import clock_health
from charter.web.frame.access import now
from charter.web.frame.traffic import BOUNDS, Asked

pages = Blueprint("metrics", __name__)

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
AGES = (
    ("oldest_waiting_since", "oldest_due_check_age_seconds", "Seconds since the oldest check is due; 0: none waits"),
    ("jobs_oldest_since", "jobs_oldest_age_seconds", "Seconds since the oldest long work was asked for; 0: none waits"),
    (
        "outbox_oldest_waiting_since",
        "outbox_oldest_age_seconds",
        "Seconds since the oldest mail or webhook that failed at least once was written; 0: none waits",
    ),
)
RANKS: Mapping[Status, int] = {
    Status.NOT_APPLICABLE: -1,
    Status.KEPT: 0,
    Status.NEAR: 1,
    Status.UNPROVEN: 2,
    Status.NO_DATA: 3,
    Status.MISSED: 4,
    Status.UNACCEPTABLE: 5,
}
"""The worse, the higher, in the order in which indicators make a promise's status."""
IN_WORDS = ", ".join(f"{rank} {status}" for status, rank in RANKS.items())


class Figures(Collector):
    """What /health says and what the desk says. Read from the database: each web process says the same."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """One family each; what is not known is left out. Requests are told without a database too."""
        yield from _traffic()
        try:
            found = [*self._health(), *_runs(clock_health.runs_so_far()), *self._charter()]
        except Exception:
            current_app.logger.exception("The figures of Promesse cannot be read.")
            yield GaugeMetricFamily("promesse_up", "Whether the database answers", value=0)
            return
        yield GaugeMetricFamily("promesse_up", "Whether the database answers", value=1)
        yield from found

    def _health(self) -> Iterator[Metric]:
        found = clock_health.health(self._now)
        yield _build(found)
        is_ok = int(found["status"] == "ok")
        yield GaugeMetricFamily("promesse_healthy", "Whether nothing needs somebody", value=is_ok)
        known: Mapping[str, object] = found
        for name, told in GAUGES:
            value = known[name]
            if isinstance(value, (int, float)):
                yield GaugeMetricFamily(f"promesse_{name}", told, value=value)
        for name, given, told in AGES:
            since = known[name]
            age = (self._now - datetime.fromisoformat(since)).total_seconds() if isinstance(since, str) else 0
            yield GaugeMetricFamily(f"promesse_{given}", told, value=max(age, 0))

    def _charter(self) -> Iterator[Metric]:
        """Nothing before a charter is in force."""
        if history_or_none() is not None:
            yield from _promises(month_overview.overview(visitor(public_pages=True), self._now))


def _build(found: clock_health.Health) -> Metric:
    """What runs here, as labels of a figure that is always 1."""
    names = ("release", "schema", "engine")
    told = GaugeMetricFamily("promesse_build_info", "Release, schema of the database, its engine", labels=names)
    told.add_metric([found["release"], found["schema"], found["engine"]], 1)
    return told


def _promises(month: Overview) -> Iterator[Metric]:
    """The whole organisation's newest month, as the desk prints it."""
    labels = ("commitment", "class")
    status = GaugeMetricFamily("promesse_commitment_status", f"Status of a promise: {IN_WORDS}", labels=labels)
    for view in month["commitments"]:
        status.add_metric([view["key"], str(view["class"])], RANKS[Status(view["status"])])
    yield status
    headline = month["headline"]
    yield GaugeMetricFamily("promesse_commitments_kept", "Promises kept, of those that count", value=headline["kept"])
    yield GaugeMetricFamily("promesse_commitments_counted", "Promises that count", value=headline["of"])
    floor = GaugeMetricFamily("promesse_floor_state", "1 for the state that the floor is in", labels=["state"])
    for state in FloorState:
        floor.add_metric([str(state)], int(headline["floor"]["state"] == state))
    yield floor


def _runs(found: Sequence[clock_health.Runs]) -> Iterator[Metric]:
    """Runs of checks by how they ended, since the installation began."""
    seconds = SummaryMetricFamily("promesse_run_duration_seconds", "How long runs of checks took", labels=["outcome"])
    rows = CounterMetricFamily("promesse_rows_read", "Rows that runs of checks read", labels=["outcome"])
    for one in found:
        seconds.add_metric([one.outcome], one.count, one.seconds)
        rows.add_metric([one.outcome], one.rows_read)
    yield seconds
    yield rows


def _traffic() -> Iterator[Metric]:
    """Requests since this server began, of all its web processes."""
    labels = ("route", "method")
    took = HistogramMetricFamily("promesse_http_request_duration_seconds", "Time to an answer, by route", labels=labels)
    ended = CounterMetricFamily("promesse_http_requests", "Requests by route and status", labels=(*labels, "status"))
    for one in current_app.extensions["traffic"].asked():
        took.add_metric([one.route, one.method], _buckets(one), one.seconds)
        for status, count in one.statuses.items():
            ended.add_metric([one.route, one.method, status], count)
    yield took
    yield ended


def _buckets(one: Asked) -> list[tuple[str, float]]:
    """Each bound with the requests that took no longer, as Prometheus wants them."""
    return list(zip([*map(str, BOUNDS), "+Inf"], map(float, accumulate(one.bins)), strict=True))


@pages.get("/metrics", endpoint="page")
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
