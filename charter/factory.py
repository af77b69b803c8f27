"""The roof: settings in, application out."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
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
from charter import api, cli, web
from charter.models.base import db
from config import PROJECT, Settings


def create_app(settings: Settings) -> Flask:
    """Build the application: database, pages and commands. Reads nothing but the settings given."""
    app = Flask("charter", root_path=str(Path(__file__).parent), template_folder=str(PROJECT / "templates"))
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
    )
    db.init_app(app)
    Migrate(app, db, directory=str(PROJECT / "migrations"), render_as_batch=False)
    web.register(app, settings)
    api.register(app)
    cli.register(app)
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app
