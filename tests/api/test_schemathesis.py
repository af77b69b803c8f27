"""The description told to a stranger that tries every route by it: answers, refusals and methods are as it says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from schemathesis import openapi
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from werkzeug.serving import WSGIRequestHandler, make_server

EXAMPLES = 12
FIGURES = "POST /api/v1/indicators/{key}/measurements"
STRETCHES = ("GET /api/v1/indicators/{key}/series", "GET /api/v1/series.csv")
TAKEN_OR_TOLD = ["2xx", "400", "401", "403", "404", "409", "413"]
"""Which numbers a figure needs hangs on its indicator, which no schema tells: a body of the right shape may get 400. So
may a stretch of time that ends before it begins."""


class Silent(WSGIRequestHandler):
    """Prints no line for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_stranger_finds_everything_as_described(address: str, bearer: Callable[..., dict[str, str]]) -> None:
    """Every check of the tool, on examples, borders of every value, drawn values and chains of calls."""
    failures, passed, phases = [], 0, set()
    schema = openapi.from_url(f"{address}/api/v1/openapi.json", config=config_of(bearer()))
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            failures.append(repr(event))
        if isinstance(event, events.ScenarioFinished):
            phases.add(event.phase.name)
            for checks in event.recorder.checks.values():
                passed += sum(check.failure_info is None for check in checks)
                failures += [
                    f"{check.name}: {found.failure.title}. {found.failure.message}\n{found.code_sample}"
                    for check in checks
                    if (found := check.failure_info)
                ]
    assert not failures, "\n\n".join(sorted(set(failures))[:10])
    assert passed > 500
    assert {"EXAMPLES", "COVERAGE", "FUZZING"} <= phases


def config_of(headers: dict[str, str]) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "seed": 11,
            "headers": headers,
            "continue-on-failure": True,
            "generation": {"max-examples": EXAMPLES, "database": "none"},
            "operations": [
                {
                    "include-name": name,
                    "checks": {"positive_data_acceptance": {"expected-statuses": TAKEN_OR_TOLD}},
                }
                for name in (FIGURES, *STRETCHES)
            ],
        }
    )
