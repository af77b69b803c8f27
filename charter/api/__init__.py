"""What programs bring and ask, as JSON under /api/v1: figures with a token, status, indicators, the description."""

from __future__ import annotations

from flask import Flask

from charter.api import description, endpoints, errors, listing, series
from charter.api.routes import pages

MODULES = (description, errors, endpoints, listing, series)


def register(app: Flask) -> None:
    """Give the application its programs' door: a token stands for a session, so no form's token is asked."""
    app.extensions["csrf"].exempt(pages)
    app.register_blueprint(pages)
