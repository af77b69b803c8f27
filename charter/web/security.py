"""What every answer tells the browser: nothing from elsewhere, no frame, no sniffing, cookies that stay home."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, request

from config import Settings

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors {}"
)
UNINDEXED = frozenset(
    {
        "answering.page",
        "intranet.page",
        "embed.panel",
        "observe.observe",
        "observe.thank",
        "observe.sent",
        "estimate.page",
        "poster.page",
    }
)
SIGNED_IN_FOR = timedelta(hours=12)


def register_security(app: Flask, settings: Settings) -> None:
    """Set the cookies' rules and put the headers on each answer, errors included."""
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.session_cookie_secure,
        PERMANENT_SESSION_LIFETIME=SIGNED_IN_FOR,
        WTF_CSRF_TIME_LIMIT=None,  # a form lives as long as its session
    )
    ancestors = " ".join(settings.frame_ancestors)

    @app.after_request
    def guard(response: Response) -> Response:
        is_embed = request.endpoint == "embed.panel"
        headers = response.headers
        headers["Content-Security-Policy"] = POLICY.format(ancestors if is_embed else "'none'")
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        if request.endpoint in UNINDEXED:
            headers["X-Robots-Tag"] = "noindex, nofollow"
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"
        return response
