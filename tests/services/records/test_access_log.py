"""No secret of an address reaches a log, a referrer or an error's line."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from charter.log import ACCESS_LOG, JsonServerLog, PlainServerLog
from charter.services.records.access_log import HIDDEN, WithoutSecrets, place_of

SECRET = "Rk3yWq-7TzV_b1LxPn9aQdEf"


@pytest.mark.parametrize(
    "address",
    [
        f"/answer/{SECRET}",
        f"/answer/{SECRET}?lang=en",
        f"/below/answer/{SECRET}/",
        f"//Answer//{SECRET}.",
        f"/answer%2F{SECRET}",
        f"/%61nswer/{SECRET}",
        f"/calendar/{SECRET}.ics?owner=ana",
        f"/opinion/{SECRET}#x",
        f"/sign-in?next=/opinion/{SECRET}",
        f"/{SECRET}",
        "/answer/short",
    ],
)
def test_an_address_is_told_without_its_secret_and_its_question(address: str) -> None:
    shown = place_of(address)
    assert SECRET not in shown
    assert "short" not in shown
    assert "?" not in shown


@pytest.mark.parametrize("address", ["/commitments/answered-in-10-working-days", "/reports/2026-10.pdf", "/", "/%0Aa"])
def test_other_places_are_told_as_they_were_asked(address: str) -> None:
    assert place_of(f"{address}?a=b") == address


@pytest.fixture
def own_logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server sets up all logs of its process; afterwards they are those of the tests again."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    level = root.level
    yield
    root.setLevel(level)
    logging.captureWarnings(False)


def test_a_request_is_one_object_of_json(own_logs: None, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Config()
    settings.set("accesslog", "-")
    log = JsonServerLog(settings)
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": f"/answer/{SECRET}?a=b", "SERVER_PROTOCOL": "HTTP/1.1"}
    environ |= {"promesse.request": "7f"}
    answer = SimpleNamespace(status="200 OK", sent=10, headers=[])
    log.access(answer, SimpleNamespace(headers=[]), environ, timedelta(milliseconds=4))
    log.error("the worker %s ended", 7)
    logging.getLogger("charter.web").warning("of a page")
    printed = capsys.readouterr()
    asked, *told = [json.loads(line) for line in (printed.out + printed.err).splitlines()]
    assert asked | {"at": ""} == {
        "at": "",
        "level": "INFO",
        "logger": "gunicorn.access",
        "message": f"GET /answer/{HIDDEN} HTTP/1.1 200",
        "method": "GET",
        "path": f"/answer/{HIDDEN}",
        "status": 200,
        "bytes": 10,
        "milliseconds": 4.0,
        "request": "7f",
    }
    assert [one["message"] for one in told] == ["the worker 7 ended", "of a page"]


def test_a_line_of_the_access_log_holds_no_secret(own_logs: None) -> None:
    log = PlainServerLog(Config())
    environ = {"REQUEST_METHOD": "POST", "RAW_URI": f"/answer/{SECRET}", "SERVER_PROTOCOL": "HTTP/1.1"}
    environ |= {"HTTP_REFERER": f"http://127.0.0.1/answer/{SECRET}", "PATH_INFO": f"/answer/{SECRET}"}
    answer = SimpleNamespace(status="200 OK", sent=10, headers=[])
    told = log.atoms(answer, SimpleNamespace(headers=[]), environ, timedelta(milliseconds=4))
    assert f"POST /answer/{HIDDEN} HTTP/1.1" in ACCESS_LOG % told
    assert SECRET not in str([told[name] for name in "rUqf"])


def test_a_failure_is_told_without_the_secret(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("promesse-tests")
    logger.addFilter(WithoutSecrets())
    try:
        raise ValueError(f"http://127.0.0.1/answer/{SECRET}")
    except ValueError:
        logger.exception("Exception on %s [POST]", f"/answer/{SECRET}")
    assert f"/answer/{HIDDEN}" in caplog.text
    assert SECRET not in caplog.text
