"""One answer over HTTP: asked only where it may be, within limits, certificates verified, secrets sent home only."""

from __future__ import annotations

import base64
import http.client
import re
import socket
import ssl
import time
import zlib
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from charter.domain.charter_file.sources import HttpJsonSource
from charter.domain.vocabulary.errors import Sentence, SourceError
from charter.outgoing import PrivateAddress, Resolve, connected, cut_off_after, port_of

LARGEST = 50 * 1024 * 1024
LARGEST_TOGETHER = 500 * 1024 * 1024
PATIENCE = 30.0
LONGEST = 300.0
MOST_PAGES = 10_000
MOST_REDIRECTIONS = 5
MOST_WAITS = 50
_CHUNK = 1 << 16
_ONWARD = (301, 302, 303, 307, 308)
_LATER = (429, 503)
_AS_WRITTEN = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True)
class Limits:
    """What a reading may reach and take: hosts of this house, as host or host:port; bytes of one answer and of all
    together; seconds for one step and for the whole, headers and waits included; pages."""

    allowed: Collection[str] = ()
    largest: int = LARGEST
    together: int = LARGEST_TOGETHER
    patience: float = PATIENCE
    longest: float = LONGEST
    most_pages: int = MOST_PAGES
    resolve: Resolve = socket.getaddrinfo


@dataclass(frozen=True)
class Answer:
    """What one address answered in the end, where that was, and its headers, each in small letters."""

    url: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class _Onward:
    """Not an answer yet: another address, or the same after some seconds."""

    url: str
    wait: float = 0.0


class Asking:
    """One reading of a source, from the first request to the last: its address, its headers, its deadline."""

    def __init__(self, key: str, source: HttpJsonSource, environ: Mapping[str, str], limits: Limits) -> None:
        self.key, self.limits = key, limits
        self.url = _address(key, source.url, environ)
        self._until = time.monotonic() + limits.longest
        self._home = _checked(key, self.url)
        self._headers = _headers_of(key, source, environ)
        if self._home.username and "authorization" not in map(str.lower, self._headers):
            pair = f"{unquote(self._home.username)}:{unquote(self._home.password or '')}".encode()
            self._headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"

    def answer(self, url: str, *, may_be_missing: bool = False) -> Answer | None:
        """What the address answers, redirections followed; None where there is nothing and may be nothing.

        Raises SourceError in one sentence, which holds no secret.
        """
        steps, waits = 0, 0
        while True:
            parts = _checked(self.key, url)
            found = self._asked(parts, url, may_be_missing)
            if not isinstance(found, _Onward):
                return found
            steps, waits = (steps, waits + 1) if found.wait else (steps + 1, waits)
            if steps > MOST_REDIRECTIONS:
                raise self.failed(parts, Sentence("it leads on more than %(most)s times", most=MOST_REDIRECTIONS))
            if waits > MOST_WAITS:
                raise self.failed(parts, Sentence("it asks to wait more than %(most)s times", most=MOST_WAITS))
            if parts.scheme == "https" and urlsplit(found.url).scheme == "http":
                raise self.failed(parts, Sentence("it leads from https to http"))
            time.sleep(found.wait)
            url = found.url

    def is_home(self, url: str, *others: str) -> bool:
        """Whether an address is of the source's own host, or of one of the others'."""
        return any(_is_of(_checked(self.key, url), home) for home in (self._home, *map(urlsplit, others)))

    def failed(self, parts: SplitResult | None, why: Sentence | str) -> SourceError:
        """Only the host is named: a path or a query may hold a secret."""
        host = (parts or self._home).hostname
        return SourceError(
            "The source “%(source)s” cannot be read from %(host)s: %(why)s.", source=self.key, host=host, why=why
        )

    def _asked(self, parts: SplitResult, url: str, may_be_missing: bool) -> Answer | _Onward | None:
        """One request, from the name to the last byte. `url`: the address as it was given."""
        try:
            with closing(self._connection(parts)) as connection:
                stream = connection.sock
                with cut_off_after(self._left(parts), lambda: stream):
                    connection.request("GET", _path(parts), headers=self._sent(parts))
                    with connection.getresponse() as answer:
                        is_missing = may_be_missing and answer.status == HTTPStatus.NOT_FOUND
                        return None if is_missing else self._read(parts, url, answer)
        except ssl.SSLCertVerificationError as error:
            why = Sentence("its certificate is not to be trusted (%(reason)s)", reason=error.verify_message)
            raise self.failed(parts, why) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._left(parts)
            raise self.failed(parts, self._why(error)) from error

    def _why(self, error: Exception) -> Sentence | str:
        """What went wrong, without a word of the answer: it may repeat a secret."""
        if isinstance(error, TimeoutError):
            return Sentence("no answer within %(seconds)s seconds", seconds=f"{self.limits.patience:g}")
        if isinstance(error, http.client.IncompleteRead):
            return Sentence("its body ends too early")
        if isinstance(error, OSError) and not isinstance(error, http.client.HTTPException):
            return str(error) or type(error).__name__
        return Sentence("it does not speak HTTP as it should (%(reason)s)", reason=type(error).__name__)

    def _connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        """A connection to the address that was checked. Raises SourceError for a private one that is not allowed."""
        limits, patience = self.limits, min(self.limits.patience, self._left(parts))
        try:
            return connected(parts, allowed=limits.allowed, patience=patience, resolve=limits.resolve)
        except PrivateAddress as error:
            raise SourceError(
                "The source “%(source)s” leads to %(host)s, a private address (%(address)s): it is not asked. Add "
                "%(host)s:%(port)s to the setting HTTP_SOURCES_ALLOW if it may be.",
                source=self.key,
                host=error.host,
                address=str(error.address),
                port=error.port,
            ) from error

    def _sent(self, parts: SplitResult) -> dict[str, str]:
        """What is sent with a request; the source's own headers go to its own host alone."""
        ours = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "Promesse"}
        theirs = self._headers if _is_of(parts, self._home) else {}
        written = {name.lower() for name in theirs}
        kept = {name: value for name, value in ours.items() if name.lower() not in written}
        return kept | theirs | {"Connection": "close"}

    def _read(self, parts: SplitResult, url: str, answer: http.client.HTTPResponse) -> Answer | _Onward:
        if answer.status in _ONWARD:
            return _Onward(urljoin(url, answer.getheader("Location") or ""))
        wait = _seconds_to_wait(answer) if answer.status in _LATER else None
        if wait is not None:
            left = self._left(parts)
            if wait >= left:
                asked = round(wait)
                raise self.failed(
                    parts,
                    Sentence("it asks to wait %(wait)s seconds, and %(left)s are left", wait=asked, left=round(left)),
                )
            return _Onward(url, wait)
        if answer.status != HTTPStatus.OK:
            raise self.failed(parts, Sentence("it answers %(answer)s", answer=_status(answer.status)))
        names = {name.lower() for name in answer.headers}
        headers = {name: ", ".join(answer.headers.get_all(name, ())) for name in names}
        return Answer(url, self._body(parts, answer), headers)

    def _body(self, parts: SplitResult, answer: http.client.HTTPResponse) -> bytes:
        encoding = (answer.getheader("Content-Encoding") or "identity").lower()
        if encoding not in ("identity", "gzip"):
            raise self.failed(parts, Sentence("its body is packed as %(encoding)s", encoding=encoding[:20]))
        unpack = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
        body = bytearray()
        try:
            while chunk := answer.read1(_CHUNK):
                body += unpack.decompress(chunk, self.limits.largest + 1 - len(body)) if unpack else chunk
                if len(body) > self.limits.largest:
                    why = Sentence("it gives more than the %(most)s MB allowed", most=self.limits.largest // 1024**2)
                    raise self.failed(parts, why)
                self._left(parts)
        except zlib.error as error:
            raise self.failed(parts, Sentence("its packed body is damaged")) from error
        self._left(parts)
        if unpack is not None and not unpack.eof:
            raise self.failed(parts, Sentence("its packed body ends too early"))
        if answer.length:
            raise self.failed(parts, Sentence("its body ends too early"))
        return bytes(body)

    def _left(self, parts: SplitResult) -> float:
        """The seconds that are left. Raises SourceError when there are none."""
        left = self._until - time.monotonic()
        if left <= 0:
            why = Sentence("it takes longer than %(seconds)s seconds", seconds=f"{self.limits.longest:g}")
            raise self.failed(parts, why)
        return left


def _status(number: int) -> str:
    """The status with the words of the standard; the server's own may repeat what it was sent."""
    try:
        return f"{number} {HTTPStatus(number).phrase}"
    except ValueError:
        return str(number)


def _seconds_to_wait(answer: http.client.HTTPResponse) -> float | None:
    """The seconds that `Retry-After` asks for, written as seconds or as a date by the server's own clock (RFC 9110).

    A server that gives a date and does not say what time it has is asked again after a while.
    """
    written = (answer.getheader("Retry-After") or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", written):
        return max(1.0, float(written))
    until = _instant(written)
    if until is None:
        return None
    since = _instant(answer.getheader("Date") or "")
    return PATIENCE if since is None else max(1.0, until - since)


def _instant(written: str) -> float | None:
    try:
        return parsedate_to_datetime(written).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def _address(key: str, written: str, environ: Mapping[str, str]) -> str:
    if not written.startswith("env:"):
        return written
    name = written.removeprefix("env:")
    if not environ.get(name):
        raise SourceError(
            "The source “%(source)s” reads its address from %(setting)s, which is not set: set it.",
            source=key,
            setting=name,
        )
    return environ[name]


def _headers_of(key: str, source: HttpJsonSource, environ: Mapping[str, str]) -> dict[str, str]:
    """The source's own headers, their secrets taken from the environment; none is ever told."""
    headers = dict(source.headers)
    for header, text in source.headers.items():
        if not text.startswith("env:"):
            continue
        name = text.removeprefix("env:")
        headers[header] = environ.get(name, "").strip()
        if not headers[header]:
            raise SourceError(
                "The source “%(source)s” reads its header %(header)s from %(setting)s, which is not set: set it.",
                source=key,
                header=header,
                setting=name,
            )
        if not headers[header].isascii() or not headers[header].isprintable():
            raise SourceError(
                "The source “%(source)s” reads its header %(header)s from %(setting)s, which is not one line of plain "
                "letters: correct it.",
                source=key,
                header=header,
                setting=name,
            )
    return headers


def _checked(key: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_whole = False
    if not is_whole or re.search(r"[\s\x00-\x20\x7f]", url):
        raise SourceError(
            "The source “%(source)s” names an address that is not http:// or https://: correct it.", source=key
        )
    return parts


def _is_of(parts: SplitResult, home: SplitResult) -> bool:
    """Whether an address is of the same host and port as another, or of its host under TLS."""
    if parts.hostname != home.hostname:
        return False
    if parts.scheme == home.scheme:
        return port_of(parts) == port_of(home)
    return (home.scheme, port_of(home), port_of(parts)) == ("http", 80, 443)


def _path(parts: SplitResult) -> str:
    return quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_AS_WRITTEN)
