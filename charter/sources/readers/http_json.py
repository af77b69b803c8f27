"""What an address answers over HTTP: asked only where it may be, within limits, certificates verified.

A JSON list of objects becomes a table of text columns, every value as it was written.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import socket
import ssl
import time
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import pyarrow as pa

from charter.domain.charter_file.sources import HttpJsonSource
from charter.domain.vocabulary.errors import Sentence, SourceError
from charter.outgoing import PrivateAddress, Resolve, connected
from charter.sources.readers.text_files import checked_header, named

LARGEST = 50 * 1024 * 1024
PATIENCE = 30.0
LONGEST = 300.0
MOST_REDIRECTIONS = 5
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Limits:
    """What a fetch may reach and take. `allowed`: hosts of this house, as host or host:port."""

    allowed: Collection[str] = ()
    largest: int = LARGEST
    patience: float = PATIENCE
    longest: float = LONGEST
    resolve: Resolve = socket.getaddrinfo


def fetch(key: str, source: HttpJsonSource, environ: Mapping[str, str], limits: Limits) -> bytes:
    """The body that the source's address answers. Raises SourceError in one sentence, which never holds a secret."""
    url, deadline = _address(key, source.url, environ), time.monotonic() + limits.longest
    for _ in range(MOST_REDIRECTIONS + 1):
        parts = _checked(key, url)
        try:
            with closing(_connection(key, parts, limits)) as connection:
                connection.request("GET", _path(parts), headers=_headers(parts))
                with connection.getresponse() as answer:
                    if answer.status not in (301, 302, 303, 307, 308):
                        return _body(key, parts, answer, limits, deadline)
                    onward = urljoin(url, answer.getheader("Location") or "")
        except ssl.SSLCertVerificationError as error:
            why = Sentence("its certificate is not to be trusted (%(reason)s)", reason=error.verify_message)
            raise _failed(key, parts, why) from error
        except TimeoutError as error:
            why = Sentence("no answer within %(seconds)s seconds", seconds=f"{limits.patience:g}")
            raise _failed(key, parts, why) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _failed(key, parts, str(error) or type(error).__name__) from error
        if parts.scheme == "https" and urlsplit(onward).scheme == "http":
            raise _failed(key, parts, Sentence("it leads from https to http"))
        url = onward
    raise _failed(key, parts, Sentence("it leads on more than %(most)s times", most=MOST_REDIRECTIONS))


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


def _connection(key: str, parts: SplitResult, limits: Limits) -> http.client.HTTPConnection:
    """A connection to the address that was checked. Raises SourceError for a private one that is not allowed."""
    try:
        return connected(parts, allowed=limits.allowed, patience=limits.patience, resolve=limits.resolve)
    except PrivateAddress as error:
        raise SourceError(
            "The source “%(source)s” leads to %(host)s, a private address (%(address)s): it is not asked. Add "
            "%(host)s:%(port)s to the setting HTTP_SOURCES_ALLOW if it may be.",
            source=key,
            host=error.host,
            address=str(error.address),
            port=error.port,
        ) from error


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _headers(parts: SplitResult) -> dict[str, str]:
    headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "Promesse", "Connection": "close"}
    if parts.username:
        pair = f"{parts.username}:{parts.password or ''}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    return headers


def _body(key: str, parts: SplitResult, answer: http.client.HTTPResponse, limits: Limits, deadline: float) -> bytes:
    if answer.status != 200:
        raise _failed(key, parts, Sentence("it answers %(answer)s", answer=f"{answer.status} {answer.reason}".rstrip()))
    encoding = (answer.getheader("Content-Encoding") or "identity").lower()
    if encoding not in ("identity", "gzip"):
        raise _failed(key, parts, Sentence("its body is packed as %(encoding)s", encoding=encoding[:20]))
    unpack = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    body = bytearray()
    try:
        while chunk := answer.read(_CHUNK):
            body += unpack.decompress(chunk, limits.largest + 1 - len(body)) if unpack else chunk
            if len(body) > limits.largest:
                why = Sentence("it gives more than the %(most)s MB allowed", most=limits.largest // 1024**2)
                raise _failed(key, parts, why)
            if time.monotonic() > deadline:
                why = Sentence("it takes longer than %(seconds)s seconds", seconds=f"{limits.longest:g}")
                raise _failed(key, parts, why)
    except zlib.error as error:
        raise _failed(key, parts, Sentence("its packed body is damaged")) from error
    if unpack is not None and not unpack.eof:
        raise _failed(key, parts, Sentence("its packed body ends too early"))
    if answer.length:
        raise _failed(key, parts, Sentence("its body ends too early"))
    return bytes(body)


def _failed(key: str, parts: SplitResult, why: Sentence | str) -> SourceError:
    """Only the host is named: a path or a query may hold a secret."""
    return SourceError(
        "The source “%(source)s” cannot be read from %(host)s: %(why)s.", source=key, host=parts.hostname, why=why
    )


MOST_COLUMNS = 500
_BATCH = 20_000


def load(connection: Any, table: str, key: str, body: bytes, path: str | None) -> list[str]:
    """A table of text columns of the list of objects at a dotted path; returns its columns. Raises SourceError."""
    rows = _rows(key, body, path)
    given = list(dict.fromkeys(name for row in rows for name in row))
    names = checked_header(given, Sentence("of the source “%(source)s”", source=key))
    if len(names) > MOST_COLUMNS:
        raise SourceError(
            "The source “%(source)s” gives objects of %(count)s names: keep at most %(most)s.",
            source=key,
            count=len(names),
            most=MOST_COLUMNS,
        )
    made = ", ".join(f"{named(name)} VARCHAR" for name in names)
    connection.execute(f"CREATE TABLE {named(table)} ({made})")
    schema = pa.schema([(name, pa.string()) for name in names])
    each = iter(rows)
    while batch := list(islice(each, _BATCH)):
        arrays = [pa.array([_text(row.get(name)) for row in batch], pa.string()) for name in given]
        connection.register("http_rows", pa.table(arrays, schema=schema))
        connection.execute(f"INSERT INTO {named(table)} BY NAME SELECT * FROM http_rows")
        connection.unregister("http_rows")
    return names


def _rows(key: str, body: bytes, path: str | None) -> list[dict[str, Any]]:
    try:
        found = json.loads(body, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise SourceError(
            "The source “%(source)s” does not answer JSON (%(reason)s).", source=key, reason=str(error)[:100]
        ) from error
    for name in _steps(path):
        if not isinstance(found, dict) or name not in found:
            raise SourceError(
                "The source “%(source)s” answers no list at “%(path)s”: there is no “%(name)s”. Correct rows:.",
                source=key,
                path=path,
                name=name,
            )
        found = found[name]
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise _no_objects(key, path)
    if not any(found):
        raise SourceError(
            "The source “%(source)s” answers an empty list: what its columns are cannot be known.", source=key
        )
    return found


def _no_objects(key: str, path: str | None) -> SourceError:
    if not path:
        return SourceError(
            "The source “%(source)s” answers no list of objects: say where it is with rows:.", source=key
        )
    return SourceError(
        "The source “%(source)s” answers no list of objects at “%(path)s”: say where it is with rows:.",
        source=key,
        path=path,
    )


def _steps(path: str | None) -> Iterator[str]:
    yield from path.split(".") if path else ()


def _text(value: Any) -> str | None:
    """A value as text: nothing stays nothing, true and false are words, what is nested stays JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
