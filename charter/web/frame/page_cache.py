"""Pages that are the same for everybody, kept rendered and compressed in the process for a few seconds.

The intranet page in front of everything: the same question within a few seconds gets the same answer at once.

Only pages that are the same for everybody are kept, and only answers that set no cookie: whoever is signed in, or has
just chosen a language, is answered by the application itself. Where pages are closed nothing is kept.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

from charter.web.frame.responses import takes_gzip

KEPT_SECONDS = 10.0
KEPT_PAGES = 1000
RENEWAL_SECONDS = 5.0
T = TypeVar("T")


class Kept(Generic[T]):
    """The last values by key, each for a short life; the oldest goes first."""

    def __init__(
        self,
        seconds: float = KEPT_SECONDS,
        most: int = KEPT_PAGES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds, self._most, self._clock = seconds, most, clock
        self._values: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> T | None:
        """The value of that key while it lives. The first who finds it over is told so, and makes it anew; meanwhile
        the old one holds for the others, so that a page is never made by all threads at once."""
        kept = self._values.get(key)
        if kept is None or self._clock() < kept[0]:
            return kept[1] if kept is not None else None
        with self._lock:
            now, kept = self._clock(), self._values.get(key)
            if kept is not None and now >= kept[0]:
                self._values[key] = (now + RENEWAL_SECONDS, kept[1])
                return None
        return kept[1] if kept is not None else None

    def keep(self, key: Hashable, value: T) -> None:
        """Keep a value from now on."""
        with self._lock:
            self._values[key] = (self._clock() + self._seconds, value)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()


@dataclass(frozen=True)
class Page:
    """A rendered page, as it goes over the wire with compression and without."""

    plain: bytes
    packed: bytes
    mark: str

    @classmethod
    def of(cls, text: str) -> Page:
        plain = text.encode()
        return cls(plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:24])


class PageCache(Kept[Page]):
    """The pages themselves."""

    def get(self, key: Hashable, render: Callable[[], str]) -> Page:
        """The page of that key, rendered anew when its life is over. What `render` raises is not kept."""
        found = self.find(key)
        if found is None:
            found = Page.of(render())
            self.keep(key, found)
        return found


Environ = dict[str, Any]
Headers = list[tuple[str, str]]
KEPT_ANSWERS = 4000
NOT_IN_304 = frozenset({"content-type", "content-length", "content-encoding"})


@dataclass(frozen=True)
class Answer:
    """Status, headers and body of an answer, and the short one for who has it already."""

    status: str
    headers: Headers
    body: bytes
    mark: str
    short: Headers

    @classmethod
    def of(cls, status: str, headers: Headers, body: bytes) -> Answer:
        mark = next((value for name, value in headers if name.lower() == "etag"), "")
        short = [(name, value) for name, value in headers if name.lower() not in NOT_IN_304]
        return cls(status, headers, body, mark, short)

    def give(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """304 where the browser names this very page."""
        if self.mark and _names(environ.get("HTTP_IF_NONE_MATCH", ""), self.mark):
            start_response("304 NOT MODIFIED", self.short)
            return ()
        start_response(self.status, self.headers)
        return (self.body,)


def _names(asked: str, mark: str) -> bool:
    """Whether If-None-Match holds this mark; the comparison is the weak one."""
    bare = mark.removeprefix("W/")
    return any(one.strip().removeprefix("W/") == bare for one in asked.split(",")) if asked else False


class QuickPages:
    """WSGI: in front of the application, for the address of the intranet page."""

    def __init__(self, application: Any, path: str = "/") -> None:
        self._application, self._path = application, path
        self.kept: Kept[Answer] = Kept(most=KEPT_ANSWERS)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != self._path or environ["REQUEST_METHOD"] != "GET":
            given: Iterable[bytes] = self._application(environ, start_response)
            return given
        key = (
            environ.get("QUERY_STRING", ""),
            environ.get("HTTP_COOKIE", ""),
            environ.get("HTTP_ACCEPT_LANGUAGE", ""),
            takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")),
            environ.get("SCRIPT_NAME", ""),
            environ.get("HTTP_HOST", ""),
            environ.get("wsgi.url_scheme", ""),
        )
        answer = self.kept.find(key)
        if answer is None:
            answer = self._ask(environ)
            if answer.status.startswith("200") and not any(n.lower() == "set-cookie" for n, _ in answer.headers):
                self.kept.keep(key, answer)
        return answer.give(environ, start_response)

    def _ask(self, environ: Environ) -> Answer:
        """The application's whole answer; whether the browser has it already is looked at here."""
        began: list[Any] = []

        def begin(status: str, headers: Headers, exc_info: Any = None) -> Any:
            began[:] = [status, headers]
            return began.append

        whole = {name: value for name, value in environ.items() if name != "HTTP_IF_NONE_MATCH"}
        parts = self._application(whole, begin)
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        return Answer.of(began[0], began[1], body)
