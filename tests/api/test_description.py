"""The description of the programs' door: every route stands in it, its examples are true, reading has its rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel

from charter.api import bodies
from charter.api.description import document, rules

Json = dict[str, Any]


def test_every_route_stands_in_the_description(app: Flask) -> None:
    found = document(app)
    assert found["openapi"].startswith("3.1")
    asked = {
        (rule.rule.replace("<", "{").replace(">", "}"), method) for rule in rules(app) for method in rule.methods or ()
    }
    asked = {(path, method) for path, method in asked if method not in ("HEAD", "OPTIONS")}
    there = {(path, method.upper()) for path, methods in found["paths"].items() for method in methods}
    assert there == asked
    ours = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api")}
    assert ours - {"/api/v1/<path:rest>"} == {path.replace("{", "<").replace("}", ">") for path in found["paths"]}


def test_references_lead_to_shapes_that_are_there(client: FlaskClient) -> None:
    found = client.get("/api/v1/openapi.json").json
    assert found is not None
    text = json.dumps(found)
    names = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(found["components"]["schemas"])
    assert "$defs" not in text
    for methods in found["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["responses"]
            assert operation["security"]
            assert operation["responses"]["default"]["content"]["application/json"]["schema"]["$ref"].endswith(
                "/Refusal"
            )
        assert ("304" in methods["get"]["responses"]) if "get" in methods else True


@pytest.mark.parametrize(
    "model",
    [
        one
        for one in vars(bodies).values()
        if isinstance(one, type) and issubclass(one, BaseModel) and one is not BaseModel
    ],
)
def test_documented_examples_validate(model: type[BaseModel]) -> None:
    for example in model.model_json_schema().get("examples", ()):
        model.model_validate_json(json.dumps(example))


def test_the_documented_body_is_taken_and_answered_as_documented(
    client: FlaskClient, bearer: Callable[..., dict[str, str]]
) -> None:
    example = bodies.Figures.model_json_schema()["examples"][0]
    answer = client.post("/api/v1/indicators/welcomed/measurements", json=example, headers=bearer())
    assert answer.status_code == 201
    assert bodies.Written.model_validate_json(answer.data).entered == 1
    refused = client.post("/api/v1/indicators/gone/measurements", json=example, headers=bearer(name="b"))
    assert bodies.Refusal.model_validate_json(refused.data).error.code == "not-found"


def test_indicators_say_which_numbers_they_take(client: FlaskClient) -> None:
    found = bodies.Indicators.model_validate_json(client.get("/api/v1/indicators").data).indicators
    lines = {one.key: one for one in found}
    assert lines["welcomed"].model_dump() == {
        "key": "welcomed",
        "commitment": "visit",
        "title": {"fr": "Mesure welcomed", "en": "Measure welcomed"},
        "kind": "share",
        "period": "month",
        "source": "manual",
        "takes_figures": True,
        "numbers": ["numerator", "denominator"],
        "has_channel": False,
        "has_segment": False,
    }
    assert (lines["answered"].takes_figures, lines["slow"].takes_figures, lines["called"].has_channel) == (
        False,
        False,
        True,
    )


def test_status_is_the_overview(client: FlaskClient, bearer: Callable[..., dict[str, str]]) -> None:
    whole = bearer()
    found = client.get("/api/v1/status?period=2026-10&unit=west", headers=whole).json
    assert found is not None
    assert (found["charter"], found["period"], found["unit"]) == ("small", "2026-10", "west")
    shape = document(client.application)["components"]["schemas"]["Overview"]
    assert set(found) == set(shape["required"])
    assert client.get("/api/v1/status?period=soon", headers=whole).status_code == 400
    assert client.get("/api/v1/status?unit=paris", headers=whole).json["error"]["code"] == "not-found"  # type: ignore[index]


def test_figures_of_a_unit_are_for_its_own_as_on_the_desk(
    client: FlaskClient, bearer: Callable[..., dict[str, str]]
) -> None:
    """A token of Vannes reads Vannes, also where it names no unit; public pages open no desk."""
    mine = bearer("vannes")
    assert client.get("/api/v1/status", headers=mine).json["unit"] == "vannes"  # type: ignore[index]
    assert client.get("/api/v1/status?unit=vannes", headers=mine).status_code == 200
    for unit in ("nice", "west", "company", "paris"):
        answer = client.get(f"/api/v1/status?unit={unit}", headers=mine)
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "not-allowed")  # type: ignore[index]
    assert client.get("/api/v1/status?unit=vannes").status_code == 401


def test_a_token_does_what_its_scopes_say(client: FlaskClient, bearer: Callable[..., dict[str, str]]) -> None:
    reading, pushing = bearer(name="a", scopes=("read",)), bearer(name="b", scopes=("push",))
    codes = [client.get("/api/v1/status", headers=one).status_code for one in (reading, pushing)]
    assert codes == [200, 403]
    body = {"figures": [{"period": "2026-09", "unit": "vannes", "numerator": 1, "denominator": 2}]}
    sent = [
        client.post("/api/v1/indicators/welcomed/measurements", json=body, headers=one) for one in (reading, pushing)
    ]
    assert [one.status_code for one in sent] == [403, 201]
    assert [client.get("/api/v1/indicators", headers=one).status_code for one in (reading, pushing)] == [200, 200]


def test_the_list_is_as_public_as_the_pages(app: Flask, bearer: Callable[..., dict[str, str]]) -> None:
    client = app.test_client()
    assert client.get("/api/v1/indicators").status_code == 200
    closed = type(app.extensions["settings"])(**(vars(app.extensions["settings"]) | {"public_pages": False}))
    app.extensions["settings"] = closed
    for address in ("/api/v1/status", "/api/v1/indicators"):
        answer = client.get(address)
        assert (answer.status_code, answer.json["error"]["code"]) == (401, "not-signed-in")  # type: ignore[index]
        assert client.get(address, headers={"Authorization": "Bearer nothing"}).status_code == 401
    assert client.get("/api/v1/status", headers=bearer("vannes")).status_code == 200


def test_what_is_not_there_is_said_in_json(client: FlaskClient) -> None:
    for answer in (client.get("/api/v1/nothing"), client.delete("/api/v1/nothing"), client.post("/api/v1/")):
        assert answer.status_code == 404
        if answer.request.path != "/api/v1/":
            assert answer.json is not None
            assert answer.json["error"]["code"] == "not-found"


def test_what_is_there_for_another_method_says_which(client: FlaskClient) -> None:
    there = {"/api/v1/status": "GET, HEAD", "/api/v1/indicators/welcomed/measurements": "POST"}
    for path, allowed in there.items():
        answer = client.delete(path)
        assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
        assert answer.json["error"]["code"] == "wrong-method"  # type: ignore[index]
        asked = client.options(path)
        assert (asked.status_code, asked.headers["Allow"]) == (204, f"{allowed}, OPTIONS")
    assert client.options("/api/v1/nothing").status_code == 404


def test_keys_that_may_be_missing_are_not_said_to_be_there(client: FlaskClient) -> None:
    schemas = document(client.application)["components"]["schemas"]
    optional = {
        name: set(shape.get("properties", ())) - set(shape.get("required", ())) for name, shape in schemas.items()
    }
    assert "minima" in next(missing for name, missing in optional.items() if name.startswith("Floor"))


@pytest.mark.parametrize("path", ["alerts", "commitments", "editions", "indicators", "measurements", "units", "status"])
def test_a_parameter_that_is_misspelt_or_said_twice_is_told(client: FlaskClient, path: str) -> None:
    """Whoever misspells a filter is not answered everything."""
    told = client.get(f"/api/v1/{path}?perod=2026-10")
    assert told.status_code == 400
    assert told.json is not None
    assert told.json["error"]["field"] == "perod"
    assert told.json["error"]["message"].startswith("“perod” is no parameter of this address; it takes: ")
    described = client.get("/api/v1/openapi.json").json
    assert described is not None
    known = [one["name"] for one in described["paths"][f"/api/v1/{path}"]["get"]["parameters"]]
    for name in known:
        assert name in told.json["error"]["message"]
        twice = client.get(f"/api/v1/{path}?{name}=a&{name}=b").json
        assert twice is not None
        assert twice["error"]["message"] == f"“{name}” is given 2 times: give it once."


def test_another_method_is_told_with_those_that_are_there(client: FlaskClient) -> None:
    told = client.delete("/api/v1/units")
    assert (told.status_code, told.headers["Allow"]) == (405, "GET, HEAD")
    assert told.json is not None
    assert told.json["error"]["message"] == "DELETE is not taken here: say GET or HEAD."
