"""The application that a command runs in: settings and commands; its database is bound when a command asks for it."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from charter import cli
from config import PROJECT, Settings


def create_app(settings: Settings) -> Flask:
    """Build an application without pages, forms and migrations. Reads nothing but the settings given."""
    app = Flask("charter", root_path=str(Path(__file__).parent), template_folder=str(PROJECT / "templates"))
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
    )
    cli.register(app)
    return app
