"""Answers leave compressed where the browser takes it: Promesse serves itself, no proxy need do it.

A page of forms is compressed too: its tokens could be guessed only by who makes a browser ask for it again and again
with the session's cookie, and that cookie goes with no request from another site (SameSite).
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

KINDS = ("text/", "application/json", "application/javascript", "image/svg+xml", "text/calendar")
WORTH_IT = 600
"""Smaller answers gain nothing."""
MOST = 8 * 1024 * 1024


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding takes gzip: named, and not with a weight of nothing."""
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def compress(response: Response) -> Response:
    """The same answer, compressed where that is worth it; what depends on it is said."""
    if not (response.mimetype or "").startswith(KINDS) or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if not _is_whole(response) or not takes_gzip(request.headers.get("Accept-Encoding", "")):
        return response
    is_file = response.direct_passthrough
    response.direct_passthrough = False
    plain = response.get_data()
    if not WORTH_IT <= len(plain) <= MOST:
        return response
    response.set_data(_packed(plain) if is_file else gzip.compress(plain, 5, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)
    return response


def _is_whole(response: Response) -> bool:
    """A whole answer with a body: no part of a file, no stream that never ends, no bare head."""
    is_stream = response.is_streamed and not response.direct_passthrough
    return response.status_code not in (204, 206, 304) and request.method != "HEAD" and not is_stream


@lru_cache(maxsize=64)
def _packed(plain: bytes) -> bytes:
    """Our own files do not change while the process lives."""
    return gzip.compress(plain, 9, mtime=0)


def register_compression(app: Flask) -> None:
    """Compress every answer, errors included."""
    app.after_request(compress)
