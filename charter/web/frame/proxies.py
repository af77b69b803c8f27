"""Behind proxies: the address of who asks, scheme and host, and the path that Promesse is served below.

A proxy that cuts a path off tells it by `X-Forwarded-Prefix`; a server that knows one gives it as `SCRIPT_NAME`. Links,
redirections and cookies then stay below it: other programs of the same host neither see nor send our cookies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings, SettingsError

Environ = dict[str, Any]
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_ODD = b"The path that this site is served below (X-Forwarded-Prefix, SCRIPT_NAME) cannot be one: write it as /name.\n"


def _is_path(prefix: str) -> bool:
    return bool(_PREFIX.fullmatch(prefix)) and not {".", ".."} & set(prefix.split("/"))


class BelowPath:
    """WSGI: the application below a path, where one is told. What cannot be a path is refused: links are made of it."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        prefix = environ.get("SCRIPT_NAME", "").rstrip("/")
        if not _is_path(prefix):
            return Response(_ODD, 400, mimetype="text/plain")(environ, start_response)
        environ["SCRIPT_NAME"] = prefix
        given: Iterable[bytes] = self._application(environ, start_response)
        return given


class WithPort:
    """WSGI: a proxy that leaves out the port of the host that was asked (`$host` of nginx) has it said again: whether a
    form comes from our own pages is judged by host and port."""

    def __init__(self, application: Any, public_address: str) -> None:
        self._application = application
        self._host = urlsplit(public_address).netloc.lower()

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ.get("HTTP_HOST", "").lower() == self._host.rpartition(":")[0]:
            environ["HTTP_HOST"] = self._host
        given: Iterable[bytes] = self._application(environ, start_response)
        return given


class BelowPathSessions(SecureCookieSessionInterface):
    """The session's cookie goes to the pages of this site alone."""

    def get_cookie_path(self, app: Flask) -> str:
        return cookie_path()


def cookie_path() -> str:
    """The path that our cookies are for."""
    return request.script_root or "/"


def this_address() -> str:
    """The page that was asked for, with its query: what to come back to."""
    return request.script_root + request.full_path.rstrip("?")


def register_proxies(app: Flask, settings: Settings) -> None:
    """Trust as many proxies as the settings say, and no header of theirs otherwise. Raises SettingsError."""
    below = settings.environment.get("SCRIPT_NAME", "")
    if not _is_path(below.rstrip("/")):
        raise SettingsError(f"SCRIPT_NAME={below} cannot be taken: give a path, such as /charter.")
    app.session_interface = BelowPathSessions()
    app.wsgi_app = BelowPath(app.wsgi_app)  # type: ignore[method-assign]
    if settings.knows_its_address and urlsplit(settings.public_address).port:
        app.wsgi_app = WithPort(app.wsgi_app, settings.public_address)  # type: ignore[method-assign]
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_prefix=count
        )
