"""The description of this door for tools: OpenAPI 3.1, made from the routes and the shapes of their bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import UnionType
from typing import Any, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

from flask import Flask, Response, current_app, request
from pydantic import BaseModel, TypeAdapter
from werkzeug.routing import Rule

from charter.api.access import NOBODY
from charter.api.bodies import Refusal
from charter.api.routes import OPERATIONS, Operation, Parameter, as_json, described, pages

REFERENCE = "#/components/schemas/{model}"
Schema = dict[str, Any]


@pages.get("/openapi.json")
@described(Operation("This description.", {200: ("OpenAPI 3.1", dict[str, Any])}, lets_in=[NOBODY]))
def openapi() -> Response:
    """The description as JSON; its addresses are below the path that the site is served below."""
    return as_json(document(current_app) | {"servers": [{"url": request.script_root or "/"}]})


def rules(app: Flask) -> Iterator[Rule]:
    """The routes of this door, but the one that says there is nothing."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.nowhere":
            yield rule


def document(app: Flask) -> Schema:
    """Every route with what it takes and answers."""
    schemas: dict[str, Schema] = {}
    paths: dict[str, Schema] = {}
    for rule in sorted(rules(app), key=lambda one: one.rule):
        operation = OPERATIONS[rule.endpoint.removeprefix("api.")]
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            found = _operation(rule.endpoint, operation, schemas)
            if method == "GET":
                found["responses"] |= {"304": {"description": "Not changed since the ETag sent as If-None-Match"}}
            paths.setdefault(path, {})[method.lower()] = found
    return {
        "openapi": "3.1.0",
        "info": {"title": "Promesse", "version": "1", "summary": "Figures in; status, series and records out."},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "flask charter token NAME --unit KEY"},
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
            },
        },
    }


def _operation(endpoint: str, operation: Operation, schemas: dict[str, Schema]) -> Schema:
    refused = schema_of(Refusal, schemas)
    found: Schema = {
        "operationId": endpoint.removeprefix("api."),
        "summary": operation.summary,
        "parameters": [_parameter(one) for one in operation.parameters],
        "security": [dict(one) for one in operation.lets_in],
        "responses": {
            str(code): {"description": says, "content": _content(operation, code, schema_of(shape, schemas))}
            for code, (says, shape) in operation.answers.items()
        }
        | {"default": {"description": "Any other refusal", "content": _content(operation, 500, refused)}},
    }
    if operation.body is not None:
        content = {"application/json": {"schema": schema_of(operation.body, schemas)}}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _content(operation: Operation, code: int, schema: Schema) -> Schema:
    return {operation.media if code < 300 else "application/json": {"schema": schema}}


def _parameter(one: Parameter) -> Schema:
    return {
        "name": one.name,
        "in": one.place,
        "required": one.is_required,
        "description": one.says,
        "schema": {"type": "string"} | ({} if one.pattern is None else {"pattern": one.pattern}),
        "example": one.example,
    }


def schema_of(shape: Any, schemas: dict[str, Schema]) -> Schema:
    """The JSON Schema of a type; models and dictionaries of fixed keys are kept by name in `schemas`."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        whole = shape.model_json_schema(ref_template=REFERENCE)
        schemas |= whole.pop("$defs", {})
        schemas[shape.__name__] = whole
        return {"$ref": REFERENCE.format(model=shape.__name__)}
    if is_typeddict(shape):
        hints = get_type_hints(shape, include_extras=True)
        optional = {name: get_args(hint)[0] for name, hint in hints.items() if get_origin(hint) is NotRequired}
        schemas[shape.__name__] = {
            "type": "object",
            "properties": {name: schema_of(optional.get(name, hint), schemas) for name, hint in hints.items()},
            "required": [name for name in hints if name not in optional],
            "additionalProperties": False,
        }
        return {"$ref": REFERENCE.format(model=shape.__name__)}
    if get_origin(shape) in (UnionType, Union):
        return {"anyOf": [schema_of(one, schemas) for one in get_args(shape)]}
    if get_origin(shape) is list:
        return {"type": "array", "items": schema_of(get_args(shape)[0], schemas)}
    return TypeAdapter(shape).json_schema(ref_template=REFERENCE)
