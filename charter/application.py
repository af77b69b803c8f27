"""The application that a command runs in: settings and commands; its database is bound when a command asks for it."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, appcontext_pushed, has_app_context

from charter import cli
from charter.domain.vocabulary.periods import ask_first_month
from config import PROJECT, Settings


def create_app(settings: Settings) -> Flask:
    """Build an application without pages, forms and migrations. Reads nothing but the settings given."""
    app = Flask("charter", root_path=str(Path(__file__).parent), template_folder=str(PROJECT / "templates"))
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        # What a statement carries is told by no error: it may be somebody's answers.
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
    )
    cli.register(app)
    appcontext_pushed.connect(_years_of_the_charter, app)
    return app


def _years_of_the_charter(_app: Flask, **_more: object) -> None:
    """Years and quarters begin where the charter in force says; it is asked when one is told, not before."""
    ask_first_month(_first_month)


def _first_month() -> int:
    if not has_app_context():
        return 1  # what is asked outside an application is asked of no charter
    from charter.services.charters.versions import first_month_in_force  # noqa: PLC0415 with what it reads

    return first_month_in_force()
