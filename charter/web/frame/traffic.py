"""What was asked of the pages: how often, how it ended and how long it took, by route; and the number of each request.

All web processes count in one piece of memory that they share, so that each tells the same figures to whoever asks.
A request has one number: in the answer (`X-Request-ID`), in the access log, and on each line that was written for it.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import re
import secrets
import tempfile
import time
import weakref
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any

from flask import Flask, request

from charter.services.records.audit_log import log_context
from config import Settings

Environ = dict[str, Any]
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; what took longer counts in a last one without bound."""
METHODS = ("GET", "POST", "other")
NO_ROUTE = "none"
ROUTE = "promesse.route"
NUMBER = "promesse.request"
_STATUSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
_BINS = len(BOUNDS) + 1
_WIDTH = _BINS + 1 + len(_STATUSES)
_A_NUMBER = re.compile(r"[A-Za-z0-9._:-]{1,80}")


@dataclass(frozen=True)
class Asked:
    """One route and method: requests by how long they took (a number for each bound and one above), all seconds, and
    requests by the first figure of their status."""

    route: str
    method: str
    bins: tuple[int, ...]
    seconds: float
    statuses: dict[str, int]


class Traffic:
    """Counts by route and method, in memory that processes forked from this one share."""

    def __init__(self, routes: Iterable[str]) -> None:
        found = sorted({*routes, NO_ROUTE})
        self._places = {(route, method): n for n, (route, method) in enumerate((r, m) for r in found for m in METHODS)}
        with tempfile.TemporaryFile() as file:
            file.truncate(len(self._places) * _WIDTH * 8)
            self._lock_on = os.dup(file.fileno())
        self._cells = memoryview(mmap.mmap(self._lock_on, 0)).cast("d")
        self._threads = Lock()
        weakref.finalize(self, os.close, self._lock_on)

    def count(self, route: str, method: str, status: str, seconds: float) -> None:
        """One more request. The lock is the kernel's: a process that is killed leaves none behind."""
        known = method if method in METHODS else "other"
        start = self._places.get((route, known), self._places[NO_ROUTE, known]) * _WIDTH
        cells, kind = self._cells, f"{status[:1]}xx"
        with self._threads:
            fcntl.lockf(self._lock_on, fcntl.LOCK_EX)
            try:
                cells[start + bisect_left(BOUNDS, seconds)] += 1
                cells[start + _BINS] += seconds
                if kind in _STATUSES:
                    cells[start + _BINS + 1 + _STATUSES.index(kind)] += 1
            finally:
                fcntl.lockf(self._lock_on, fcntl.LOCK_UN)

    def asked(self) -> Iterator[Asked]:
        """What was asked at least once."""
        for (route, method), place in self._places.items():
            own = self._cells[place * _WIDTH : (place + 1) * _WIDTH].tolist()
            bins = tuple(int(one) for one in own[:_BINS])
            if any(bins):
                statuses = {kind: int(n) for kind, n in zip(_STATUSES, own[_BINS + 1 :], strict=True) if n}
                yield Asked(route, method, bins, own[_BINS], statuses)


class Counted:
    """WSGI: the outermost layer. A request keeps the number that a named proxy gave it; any other is given one."""

    def __init__(self, application: Any, traffic: Traffic, *, is_behind_proxy: bool) -> None:
        self._application, self._traffic, self._is_behind_proxy = application, traffic, is_behind_proxy

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "") if self._is_behind_proxy else ""
        number = environ[NUMBER] = given if _A_NUMBER.fullmatch(given) else secrets.token_hex(8)
        began, status = time.perf_counter(), ["500"]

        def start(said: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            status[0] = said
            return start_response(said, [*headers, ("X-Request-ID", number)], exc_info)

        try:
            with log_context(request=number):
                answer: Iterable[bytes] = self._application(environ, start)
                return answer
        finally:
            # The page of "/" may be answered before any route is looked for.
            route = environ.get(ROUTE) or ("/" if environ.get("PATH_INFO") == "/" else NO_ROUTE)
            method = environ.get("REQUEST_METHOD", "")
            self._traffic.count(route, method, status[0], time.perf_counter() - began)


def register_traffic(app: Flask, settings: Settings) -> None:
    """Count from now on. The last thing of all: every route is known, every other layer is inside."""
    traffic = app.extensions["traffic"] = Traffic(rule.rule for rule in app.url_map.iter_rules())

    @app.before_request
    def _note_route() -> None:
        request.environ[ROUTE] = request.url_rule.rule if request.url_rule else NO_ROUTE

    # It is noted first: what is refused before a page is asked counts for its route too.
    found = app.before_request_funcs[None]
    found.insert(0, found.pop())
    app.wsgi_app = Counted(app.wsgi_app, traffic, is_behind_proxy=bool(settings.proxies))  # type: ignore[method-assign]
