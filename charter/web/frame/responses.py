"""Answers leave compressed where the browser takes it: Promesse serves itself, no proxy need do it.

A page of forms is compressed too: its tokens could be guessed only by who makes a browser ask for it again and again
with the session's cookie, and that cookie goes with no request from another site (SameSite).

What every answer tells the browser: nothing from elsewhere, no frame, no sniffing, cookies that stay home.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request, url_for
from flask.typing import ResponseReturnValue

from config import LOOPBACK, Settings, SettingsError


def address(endpoint: str, where: Mapping[str, str | int | None]) -> str:
    """The address of a page with what was asked, by name; what says nothing (None) is left out."""
    return url_for(endpoint, _anchor=None, _method=None, _scheme=None, _external=None, **where)


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


POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors {}"
)
UNINDEXED = frozenset(
    {
        "answering.page",
        "answering.told",
        "intranet.page",
        "embed.panel",
        "first.welcome",
        "observe.observe",
        "observe.thank",
        "observe.sent",
        "estimate.page",
        "symmetry.question",
        "poster.page",
    }
)
REFERRERS = {
    "answering.page": "no-referrer",
    "feeds.calendar": "no-referrer",
    "stop.page": "no-referrer",
    "reports.file": "no-referrer",
    "opinions.invited": "strict-origin",
    "alerts.answer": "strict-origin",
    "first.welcome": "strict-origin",
    "invitations.choose": "strict-origin",
}
"""Pages whose address holds a secret: their browser tells it to nobody, not even to us. A form that is guarded against
forgery still says from which site it comes."""
SIGNED_IN_FOR = timedelta(hours=12)
HTTPS_FOR = 365 * 24 * 3600


def public_link(endpoint: str, **values: Any) -> str:
    """The whole address of a page, to be carried elsewhere: of PUBLIC_ADDRESS, whatever host this request names."""
    public: str = current_app.extensions["settings"].public_address
    path, below = address(endpoint, values), urlsplit(public).path
    root = public.removesuffix(below) if below else public
    return root + (path if not below or path.startswith(f"{below}/") else below + path)


def refuse_other_hosts(settings: Settings) -> ResponseReturnValue | None:
    """Once it is said where the site is, a request that names another host is not answered: its links would lead there.

    The names of this machine stay good for probes.
    """
    try:
        named = urlsplit(f"//{request.environ.get('HTTP_HOST', '')}").hostname or ""
    except ValueError:  # an address that is half one of IPv6: nobody's
        return Response("The name of the host cannot be read.\n", 400, mimetype="text/plain")
    if not settings.knows_its_address or named in (urlsplit(settings.public_address).hostname, *LOOPBACK):
        return None
    return Response(f"This site is at {settings.public_address}.\n", 421, mimetype="text/plain")


def _require_good(settings: Settings) -> None:
    """Raises SettingsError where links or the policy of each page could not be made of what is set."""
    if set("?#@") & set(settings.public_address):
        raise SettingsError("PUBLIC_ADDRESS cannot be taken: give scheme, host and path alone, as https://host/path.")


def register_security(app: Flask, settings: Settings) -> None:
    """Set the cookies' rules and put the headers on each answer, errors included. Raises SettingsError."""
    _require_good(settings)
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.session_cookie_secure,
        PERMANENT_SESSION_LIFETIME=SIGNED_IN_FOR,
        WTF_CSRF_TIME_LIMIT=None,  # a form lives as long as its session
    )
    ancestors = " ".join(settings.frame_ancestors)
    is_https = settings.public_address.startswith("https://")
    app.before_request(lambda: refuse_other_hosts(settings))

    @app.after_request
    def guard(response: Response) -> Response:
        is_embed = request.endpoint == "embed.panel" or g.get("may_be_framed", False)
        headers = response.headers
        is_shown = request.endpoint == "reports.pdf"  # the page on which a month is approved shows its draft
        headers["Content-Security-Policy"] = POLICY.format(
            ancestors if is_embed else "'self'" if is_shown else "'none'"
        )
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = REFERRERS.get(request.endpoint or "", "same-origin")
        if is_https or request.is_secure:
            headers["Strict-Transport-Security"] = f"max-age={HTTPS_FOR}"
        if request.endpoint in UNINDEXED:
            headers["X-Robots-Tag"] = "noindex, nofollow"
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"
        return response
