"""What Prometheus reads, by its own parser: requests by route, runs, queues, the status of each promise."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Status
from charter.services.month.overview import overview
from charter.web.frame.traffic import Traffic
from charter.web.metrics import RANKS
from tests.web.world import make_world

TOKEN = {"Authorization": "Bearer a long token"}


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_world(Path(tmp_path_factory.mktemp("watched")), metrics_token="a long token", proxies=1)


def read(client: FlaskClient) -> list[Sample]:
    families = list(text_string_to_metric_families(client.get("/metrics", headers=TOKEN).text))
    assert all(one.documentation and one.type != "unknown" for one in families)
    return [sample for one in families for sample in one.samples]


def value(samples: list[Sample], name: str, **labels: str) -> float:
    found = [one.value for one in samples if one.name == name and one.labels == labels]
    assert len(found) == 1, (name, labels, found)
    return found[0]


def test_the_status_of_each_promise_is_that_of_the_desk(watched: Flask) -> None:
    client = watched.test_client()
    samples = read(client)
    told = {one.labels["commitment"]: one for one in samples if one.name == "promesse_commitment_status"}
    assert told["bill"].labels == {"commitment": "bill", "class": "confidence"}
    with watched.test_request_context():
        desk = overview(COMMAND_LINE, watched.config["CLOCK"]())["commitments"]
    assert {key: one.value for key, one in told.items()} == {
        view["key"]: RANKS[Status(view["status"])] for view in desk
    }
    assert told["bill"].value == RANKS[Status.MISSED]  # a bill in four is wrong
    assert value(samples, "promesse_floor_state", state="broken") == 1
    assert value(samples, "promesse_commitments_counted") >= value(samples, "promesse_commitments_kept") >= 1


def test_runs_and_rows_are_counted(watched: Flask) -> None:
    samples = read(watched.test_client())
    runs = value(samples, "promesse_run_duration_seconds_count", outcome="done")
    assert runs > 0
    assert value(samples, "promesse_run_duration_seconds_sum", outcome="done") > 0
    assert value(samples, "promesse_rows_read_total", outcome="done") > runs
    assert value(samples, "promesse_jobs_oldest_age_seconds") == 0


def test_requests_are_counted_by_route_never_by_address(watched: Flask) -> None:
    client = watched.test_client()
    before = read(client)
    for _ in range(3):
        client.get("/answer/a-secret-of-a-customer")
    client.get("/")
    client.get("/")
    client.get("/no/such/page")
    client.open("/desk", method="PROPFIND")
    after = read(client)
    page = {"route": "/answer/<token>", "method": "GET"}
    assert value(after, "promesse_http_requests_total", **page, status="4xx") == 3
    assert value(after, "promesse_http_request_duration_seconds_count", **page) == 3
    assert value(after, "promesse_http_request_duration_seconds_bucket", **page, le="+Inf") == 3
    assert value(after, "promesse_http_requests_total", route="/", method="GET", status="2xx") == 2
    assert value(after, "promesse_http_requests_total", route="none", method="GET", status="4xx") == 1
    assert value(after, "promesse_http_requests_total", route="/metrics", method="GET", status="2xx") == 1 + sum(
        one.value for one in before if one.name == "promesse_http_requests_total" and one.labels["route"] == "/metrics"
    )
    assert not [one for one in after if "secret-of" in str(one.labels)]


def test_processes_count_together_and_a_killed_one_leaves_no_lock() -> None:
    program = """
import os, signal
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Status
from charter.services.month.overview import overview
from charter.web.frame.traffic import Traffic
from charter.web.metrics import RANKS
traffic = Traffic(["/a"])
children = []
for n in range(4):
    child = os.fork()
    if not child:
        for _ in range(500):
            traffic.count("/a", "GET", "200 OK", 0.02)
        os.kill(os.getpid(), signal.SIGKILL)
    children.append(child)
for child in children:
    os.waitpid(child, 0)
traffic.count("/a", "GET", "503", 60)
one, = traffic.asked()
assert one.bins[2] == 2000 and one.bins[-1] == 1 and one.statuses == {"2xx": 2000, "5xx": 1}, one
assert abs(one.seconds - 100) < 1e-6
print("counted")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("counted\n", "")


def test_nothing_is_asked_of_what_nobody_asked() -> None:
    assert list(Traffic(["/a", "/b"]).asked()) == []


def test_a_request_has_one_number(watched: Flask) -> None:
    client = watched.test_client()
    made = [client.get("/sign-in").headers["X-Request-ID"] for _ in range(2)]
    assert made[0] != made[1]
    assert all(re.fullmatch(r"[0-9a-f]{16}", one) for one in made)
    for given, taken in (("edge-7f:1", True), ("a b", False), ("x" * 90, False)):
        answer = client.get("/sign-in", headers={"X-Request-ID": given})
        assert (answer.headers["X-Request-ID"] == given) is taken


@pytest.mark.program("promtool")
def test_promtool_finds_nothing_in_the_figures(watched: Flask) -> None:
    """Names, units, help and types by the conventions of Prometheus, as its own program holds them."""
    client = watched.test_client()
    client.get("/sign-in")
    shown = client.get("/metrics", headers=TOKEN).text
    command = ["promtool", "check", "metrics"]
    done = subprocess.run(command, input=shown, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    odd = shown.replace("promesse_http_requests_total", "promesse_http_requests")
    done = subprocess.run(command, input=odd, capture_output=True, text=True, check=False)
    assert done.returncode != 0
