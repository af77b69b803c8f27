"""The roof: settings in, application out."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import charter.models.alerts
import charter.models.charters
import charter.models.checks
import charter.models.drafts
import charter.models.editions
import charter.models.frontline
import charter.models.intake
import charter.models.jobs
import charter.models.outbox
import charter.models.people
import charter.models.proofs
import charter.models.readings
import charter.models.records
import charter.models.remedies
import charter.models.responses  # noqa: F401  (all rows are known to migrations)
from charter import api, web
from charter.cli.application import create_app as create_command_app
from charter.cli.tables import register_migrations
from charter.models.base import db
from config import Settings


def create_app(settings: Settings) -> Flask:
    """Build the application: database, pages and commands. Reads nothing but the settings given."""
    app = create_command_app(settings)
    db.init_app(app)
    register_migrations(app)
    web.register(app, settings)
    api.register(app)
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app
