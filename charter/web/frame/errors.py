"""Refusals and failures as pages: what happened, why, and the one thing to do."""

from __future__ import annotations

from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from charter.domain.vocabulary.errors import Busy, CharterError, Conflict, Invalid, NotAllowed, NotFound, Sentence
from charter.services.charters import versions
from charter.services.records.access_log import WithoutSecrets
from charter.services.records.transactions import as_refusal
from charter.web.frame.layout import speaking
from config import LANGUAGES

CODES: tuple[tuple[type[CharterError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (Invalid, 400),
    (Busy, 503),
    (Conflict, 409),
)
DESIGNED = frozenset({400, 403, 404, 405, 409, 500, 503})


def _page(code: int, detail: CharterError | Sentence | str = "") -> ResponseReturnValue:
    shown = code if code in DESIGNED else (500 if code >= 500 else 400)
    return render_template("errors/error.html", code=shown, detail=detail), code


def with_names(said: Sentence) -> Sentence:
    """The same sentence with the name of a unit where its key was: whoever reads it knows no keys."""
    found = versions.history_or_none()
    by_key = found.current.tree.by_key if found else {}
    values = {
        name: with_names(value)
        if isinstance(value, Sentence)
        else by_key[value].name
        if name == "unit" and isinstance(value, str) and value in by_key
        else value
        for name, value in said.values.items()
    }
    return type(said)(said.template, **values)


def _refused(error: CharterError) -> ResponseReturnValue:
    if isinstance(error, NotFound) and versions.history_or_none() is None:
        return render_template("errors/empty.html"), 404
    code = next((code for kind, code in CODES if isinstance(error, kind)), 500)
    return _page(code, with_names(error.sentence))


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()  # a redirection is an answer
    answer = _page(error.code)
    allowed = error.get_response().headers.get("Allow")
    return (*answer, {"Allow": allowed}) if allowed and isinstance(answer, tuple) else answer


def _forged(error: CSRFError) -> ResponseReturnValue:
    current_app.logger.info("A form was refused: %s It was sent to %s.", error.description, request.host)
    return _page(400, "forged")


def _broken(error: Exception) -> ResponseReturnValue:
    """A fault of the database that has a remedy is told with it, but never what an engine said of itself."""
    refusal = as_refusal(getattr(error, "original_exception", None) or error)
    if refusal is None:
        return _page(500)
    told = "" if refusal.sentence.values else refusal
    language = request.accept_languages.best_match(LANGUAGES) or current_app.config["BABEL_DEFAULT_LOCALE"]
    with speaking(language):  # the person whose language it would be cannot be asked for
        page = current_app.jinja_env.get_template("errors/fault.html")
        return page.render(detail=told, language=language), 503


def register_errors(app: Flask) -> None:
    """One designed page for each refusal; the cause of a failure goes to the log, never to the page."""
    app.logger.addFilter(WithoutSecrets())
    app.register_error_handler(CharterError, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, _broken)
