"""The roof: settings in, application out."""

from __future__ import annotations

from flask import Flask

import charter.services.work.kinds
import charter.services.work.sent  # noqa: F401  (the kinds of long work are known to the queue)
from charter import api, web
from charter.application import create_app as create_command_app
from charter.cli.tables import register_migrations
from charter.models import know_all_rows
from charter.models.base import db
from charter.post.settings import targets_in
from charter.services.post.outbox import use_targets
from charter.services.records.audit_log import use_key
from charter.services.records.sealing import use_secret
from charter.web.frame.proxies import register_proxies
from charter.web.frame.traffic import register_traffic
from charter.words.records.links import use_address
from config import Settings


def create_app(settings: Settings) -> Flask:
    """Build the application: database, pages and commands. Reads nothing but the settings given."""
    app = create_command_app(settings)
    know_all_rows()  # to migrations, and to whoever proves what was written
    db.init_app(app)
    use_key(settings.audit_key)
    use_secret(settings.secret_key)
    use_targets(targets_in(settings))
    use_address(settings.public_address if settings.knows_its_address else None)
    register_migrations(app)
    web.register(app, settings)
    api.register(app)
    register_proxies(app, settings)
    register_traffic(app, settings)
    return app
