"""Figures pushed by programs: tokens and their units, bodies that count once, refusals of one shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from charter.api.endpoints import LARGEST_BODY
from charter.domain.surveys.questionnaire import WavePlan
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.figures import Push
from charter.models.readings import ReadingRow
from charter.models.records import AuditEntry, Measurement, Run
from charter.services.people.tokens import revoke_token
from charter.services.surveys.answers import issue_links
from charter.services.surveys.privacy import people_in
from charter.services.surveys.waves import open_wave
from charter.services.verification.verify import verify
from tests.services.world import NOW

ADDRESS = "/api/v1/indicators/welcomed/measurements"


Bearer = Callable[..., dict[str, str]]


Json = dict[str, Any]


def figure(unit: str = "vannes", met: float = 45, cases: float = 50, **more: Any) -> Json:
    return {"period": "2026-10", "unit": unit, "numerator": met, "denominator": cases} | more


def written() -> tuple[int, ...]:
    return tuple(
        db.session.execute(select(func.count()).select_from(model)).scalar_one()
        for model in (Measurement, Run, AuditEntry, ReadingRow, Push)
    )


def test_a_program_enters_figures_of_its_units(client: FlaskClient, bearer: Bearer) -> None:
    answer = client.post(ADDRESS, json={"figures": [figure(), figure("brest", 8, 10)]}, headers=bearer("west"))
    assert answer.status_code == 201
    assert answer.json is not None
    assert {name: answer.json[name] for name in ("entered", "corrected", "same")} == {
        "entered": 2,
        "corrected": 0,
        "same": 0,
    }
    row = db.session.execute(select(Measurement).where(Measurement.unit_key == "brest")).scalar_one()
    assert (row.numerator, row.denominator, row.recorded_by) == (8, 10, "token crm")
    assert verify(COMMAND_LINE)["broken"] is None


def test_the_same_body_again_is_answered_the_same_and_writes_nothing(client: FlaskClient, bearer: Bearer) -> None:
    headers = bearer() | {"Idempotency-Key": "october-1"}
    first = client.post(ADDRESS, json={"figures": [figure()]}, headers=headers)
    before = written()
    again = client.post(ADDRESS, json={"figures": [figure()]}, headers=headers)
    assert (again.status_code, again.data) == (201, first.data)
    assert (first.headers.get("Idempotency-Replayed"), again.headers.get("Idempotency-Replayed")) == (None, "true")
    assert written() == before
    other = client.post(ADDRESS, json={"figures": [figure(met=44)]}, headers=headers)
    elsewhere = client.post(ADDRESS.replace("welcomed", "told"), json={"figures": [figure()]}, headers=headers)
    assert (other.status_code, elsewhere.status_code) == (409, 409)
    assert other.json is not None
    assert other.json["error"]["code"] == "conflict"
    assert written() == before


def test_a_refused_body_may_be_mended_under_the_same_key(client: FlaskClient, bearer: Bearer) -> None:
    headers = bearer() | {"Idempotency-Key": "october-1"}
    assert client.post(ADDRESS, json={"figures": [figure(met=51)]}, headers=headers).status_code == 400
    assert client.post(ADDRESS, json={"figures": [figure()]}, headers=headers).status_code == 201


def test_a_key_is_the_token_s_own(client: FlaskClient, bearer: Bearer) -> None:
    for name, unit in (("crm", "vannes"), ("desk", "brest")):
        headers = bearer(name=name) | {"Idempotency-Key": "1"}
        assert client.post(ADDRESS, json={"figures": [figure(unit)]}, headers=headers).status_code == 201


def test_another_number_corrects_with_a_reason(client: FlaskClient, bearer: Bearer) -> None:
    headers = bearer()
    client.post(ADDRESS, json={"figures": [figure()]}, headers=headers)
    refused = client.post(ADDRESS, json={"figures": [figure(met=40)]}, headers=headers)
    assert refused.json is not None
    assert refused.json["error"] == {
        "code": "invalid",
        "message": "There is a figure for this period and unit already: say why it is corrected.",
        "field": "reason",
        "line": 1,
    }
    answer = client.post(ADDRESS, json={"figures": [figure(met=40)], "reason": "Late forms"}, headers=headers)
    assert answer.json is not None
    assert answer.json["corrected"] == 1
    assert client.post(ADDRESS, json={"figures": [figure(met=40)]}, headers=headers).json["same"] == 1  # type: ignore[index]


def test_the_channel_of_a_figure_is_kept(client: FlaskClient, bearer: Bearer) -> None:
    address = ADDRESS.replace("welcomed", "called")
    body = {"figures": [figure(channel="phone"), figure(met=3, cases=4, channel="letter")]}
    assert client.post(address, json=body, headers=bearer()).status_code == 201
    rows = db.session.execute(select(Measurement.channel, Measurement.denominator).order_by(Measurement.id))
    assert [tuple(row) for row in rows] == [("phone", 50), ("letter", 4)]


def test_a_promise_in_steps_brings_each_delay(client: FlaskClient, bearer: Bearer) -> None:
    address = ADDRESS.replace("welcomed", "answered_in_steps")
    assert (
        client.post(address, json={"figures": [figure()]}, headers=bearer()).json["error"]["field"] == "within_20_days"
    )  # type: ignore[index]
    body = {"figures": [figure(within={"20 days": 48})]}
    assert client.post(address, json=body, headers=bearer(name="b")).status_code == 201
    assert db.session.execute(select(Measurement)).scalar_one().steps == {"20 days": 48}


NAN = b'{"figures": [{"period": "2026-10", "unit": "vannes", "numerator": NaN, "denominator": 2}]}'


@pytest.mark.parametrize(
    ("body", "status", "code", "field", "line"),
    [
        ({"figures": [figure(), figure("nice", 41, 40)]}, 400, "invalid", "numerator", 2),
        ({"figures": [figure("paris")]}, 404, "not-found", None, 1),
        ({"figures": [figure(met=-1)]}, 400, "invalid", "figures.0.numerator", 1),
        ({"figures": [figure(met="45")]}, 400, "invalid", "figures.0.numerator", 1),
        ({"figures": [figure(met=True)]}, 400, "invalid", "figures.0.numerator", 1),
        ({"figures": [figure(met=1.5)]}, 400, "invalid", "numerator", 1),
        ({"figures": [figure(met=1e300)]}, 400, "invalid", "figures.0.numerator", 1),
        ({"figures": [figure(period="2026-11")]}, 409, "conflict", None, 1),
        ({"figures": [figure(period="2026-06")]}, 400, "invalid", "period", 1),
        ({"figures": [figure(period="x" * 99)]}, 400, "invalid", "figures.0.period", 1),
        ({"figures": [figure(colour="red")]}, 400, "invalid", "figures.0.colour", 1),
        ({"figures": []}, 400, "invalid", "figures", None),
        ({"figures": [figure()] * 10_001}, 400, "invalid", "figures", None),
        ({"figures": [figure(), figure("company", 1, 2)]}, 409, "conflict", None, 2),
        ([], 400, "invalid", None, None),
        (b"{", 400, "invalid", None, None),
        (b"\xff\xfe", 400, "invalid", None, None),
        (NAN, 400, "invalid", "figures.0.numerator", 1),
        (NAN.replace(b"NaN", b"-Infinity"), 400, "invalid", "figures.0.numerator", 1),
        (b" " * (LARGEST_BODY + 1), 413, "too-large", None, None),
    ],
)
def test_what_cannot_be_taken_has_one_shape_and_writes_nothing(
    client: FlaskClient, bearer: Bearer, body: Any, status: int, code: str, field: str | None, line: int | None
) -> None:
    headers, before = bearer(), None
    before = written()
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = client.post(ADDRESS, data=sent, headers=headers)
    assert answer.json is not None
    error = answer.json["error"]
    assert (answer.status_code, error["code"], error["field"], error["line"]) == (status, code, field, line)
    assert set(error) == {"code", "message", "field", "line"}
    assert error["message"].endswith(".")
    assert "Value error" not in error["message"]
    assert status != 413 or "larger than 4 MB" in error["message"]
    assert written() == before


def test_an_indicator_read_from_a_source_takes_no_figures(client: FlaskClient, bearer: Bearer) -> None:
    answer = client.post(ADDRESS.replace("welcomed", "billed"), json={"figures": [figure()]}, headers=bearer())
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "conflict")  # type: ignore[index]
    gone = client.post(ADDRESS.replace("welcomed", "gone"), json={"figures": [figure()]}, headers=bearer(name="b"))
    assert (gone.status_code, gone.json["error"]["code"]) == (404, "not-found")  # type: ignore[index]


def test_no_token_no_entry(app: Flask, client: FlaskClient, bearer: Bearer) -> None:
    known = bearer("vannes")
    for headers in ({}, {"Authorization": "Bearer promesse_x"}, {"Authorization": "Basic YTpi"}):
        answer = client.post(ADDRESS, json={"figures": [figure()]}, headers=headers)
        assert (answer.status_code, answer.json["error"]["code"]) == (401, "not-signed-in")  # type: ignore[index]
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    outside = client.post(ADDRESS, json={"figures": [figure("nice")]}, headers=known)
    assert (outside.status_code, outside.json["error"]["code"]) == (403, "not-allowed")  # type: ignore[index]
    revoke_token(COMMAND_LINE, NOW, "crm")
    assert client.post(ADDRESS, json={"figures": [figure()]}, headers=known).status_code == 401
    assert db.session.execute(select(func.count(Measurement.id))).scalar_one() == 0


def test_ten_thousand_figures_are_one_body(client: FlaskClient, bearer: Bearer) -> None:
    address = ADDRESS.replace("welcomed", "called")
    channels = [f"line {number}" for number in range(2500)]
    months = ("2026-07", "2026-08", "2026-09", "2026-10")
    body = {"figures": [figure(period=month, channel=channel) for month in months for channel in channels]}
    answer = client.post(address, json=body, headers=bearer())
    assert (answer.status_code, answer.json["entered"], len(answer.json["periods"])) == (201, 10_000, 4)  # type: ignore[index]


def test_a_program_sends_one_persons_answers_with_the_secret_of_a_link(client: FlaskClient) -> None:
    number = open_wave(COMMAND_LINE, NOW, WavePlan("Api", ("visit",), ("fr",), date(2026, 12, 1), 6))
    secret, *_ = issue_links(COMMAND_LINE, NOW, number)
    headers, address = {"Authorization": f"Bearer {secret}"}, "/api/v1/answers"
    given = {"answers": {"visit": {"kept": 2, "not_kept": 5}}}
    unasked = client.post(address, json={"answers": {"gone": {"kept": 2}}}, headers=headers)
    assert (unasked.status_code, people_in(number)) == (400, 0)
    taken = client.post(address, json=given, headers=headers)
    assert (taken.status_code, taken.json, people_in(number)) == (201, {"counted": 1}, 1)
    codes = [client.post(address, json=given, headers=one).status_code for one in
             (headers, {}, {"Authorization": "Bearer guessed"})]  # fmt: skip
    assert (codes, people_in(number)) == ([409, 401, 404], 1)
