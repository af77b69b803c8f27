"""Refusals as JSON of one shape: {"error": {"code", "message", "field", "line"}}."""

from __future__ import annotations

from contextlib import suppress
from difflib import get_close_matches

from flask import Response, current_app, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from charter.api.routes import OPERATIONS, as_json, pages
from charter.domain.vocabulary import errors

CODES: tuple[tuple[type[errors.CharterError], int, str], ...] = (
    (errors.NotFound, 404, "not-found"),
    (errors.NotAllowed, 403, "not-allowed"),
    (errors.Invalid, 400, "invalid"),
    (errors.Conflict, 409, "conflict"),
)
HTTP = {400: "invalid", 401: "not-signed-in", 404: "not-found", 405: "wrong-method", 413: "too-large"}
TOO_LARGE = "The body is larger than 4 MB: send its figures in several bodies."
ANY = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


def refusal(status: int, code: str, message: str, *, field: str = "", line: int | None = None) -> Response:
    """One refusal."""
    return as_json({"error": {"code": code, "message": message, "field": field or None, "line": line}}, status)


def _refused(error: errors.CharterError) -> Response:
    status, code = next(((status, code) for kind, status, code in CODES if isinstance(error, kind)), (500, "failed"))
    return refusal(status, code, str(error), field=getattr(error, "field", ""), line=error.line)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    said = TOO_LARGE if status == 413 else error.description or error.name
    answer = refusal(status, HTTP.get(status, "failed"), said)
    for name, value in error.get_headers():
        if name in ("WWW-Authenticate", "Allow"):
            answer.headers.add(name, value)
    return answer


def _misshapen(error: ValidationError) -> Response:
    """The first thing wrong with a body: which field, of which figure (counted from 1)."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = first["loc"]
    line = place[1] + 1 if len(place) > 1 and place[0] == "figures" and isinstance(place[1], int) else None
    field = ".".join(str(part) for part in place)
    return refusal(
        400, "invalid", f"{field or 'The body'}: {first['msg'].removeprefix('Value error, ')}.", field=field, line=line
    )


def _broken(error: Exception) -> Response:
    return refusal(500, "failed", "Something went wrong here; the log of the server says what.")


pages.register_error_handler(errors.CharterError, _refused)
pages.register_error_handler(ValidationError, _misshapen)
pages.register_error_handler(HTTPException, _http)
pages.register_error_handler(500, _broken)


def methods_at(path: str) -> list[str]:
    """The methods by which something is there."""
    address = current_app.url_map.bind("")
    found = []
    for method in ANY[:-2]:
        with suppress(HTTPException, RequestRedirect):
            rule, _ = address.match(path, method, return_rule=True)
            if rule.endpoint != "api.nowhere":
                found.append(method)
    return [*found, *(("HEAD",) if "GET" in found else ())]


@pages.before_request
def say_methods() -> Response | None:
    """`OPTIONS` answers the methods that are there, not those that are told that nothing is."""
    if request.method != "OPTIONS" or not (there := methods_at(request.path)):
        return None
    answer = Response(status=204)
    answer.headers["Allow"] = ", ".join([*there, "OPTIONS"])
    return answer


NEAR = 0.75
"""How alike a name must be to one that is taken to be a slip of it."""
LANGUAGE = "lang"
"""May stand in every address of this site."""


@pages.before_request
def refuse_unknown_parameters() -> None:
    """A filter that is misspelt, given twice or taken elsewhere alone would answer more than was asked for. What looks
    like none of them (what programs add to keep an answer fresh) changes nothing."""
    operation = OPERATIONS.get((request.endpoint or "").removeprefix("api."))
    if operation is None or not request.args:
        return
    known = [one.name for one in operation.parameters if one.place == "query"]
    ever = {one.name for each in OPERATIONS.values() for one in each.parameters if one.place == "query"}
    for name, values in request.args.lists():
        if name not in known and name != LANGUAGE:
            if not get_close_matches(name[:100], ever, n=1, cutoff=NEAR):
                continue
            taken = ", ".join(known) or "none"
            raise errors.Invalid(
                "“%(name)s” is no parameter of this address; it takes: %(taken)s.", name, name=name[:100], taken=taken
            )
        if len(values) > 1:
            raise errors.Invalid(
                "“%(name)s” is given %(times)s times: give it once.", name, name=name, times=len(values)
            )


@pages.route("/<path:rest>", methods=ANY, provide_automatic_options=False)
def nowhere(rest: str) -> Response:
    """What is not there is said as JSON too, and so is what is there for another method."""
    if there := methods_at(request.path):
        raise MethodNotAllowed(there, f"{request.method} is not taken here: say {' or '.join(there)}.")
    raise errors.NotFound(
        "There is nothing at %(method)s /api/v1/%(path)s: see /api/v1/openapi.json.",
        method=request.method,
        path=rest[:100],
    )
