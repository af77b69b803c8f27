"""The tables of the database, as the numbered files in migrations/ make them; `flask db …` does it by hand."""

from __future__ import annotations

from flask import Flask, current_app
from flask_migrate import Migrate, upgrade

from charter.models.base import db
from config import PROJECT


def register_migrations(app: Flask) -> None:
    """Tell the application where its migrations are."""
    Migrate(app, db, directory=str(PROJECT / "migrations"), render_as_batch=False)


def bring_up_to_date() -> None:
    """Make or change the tables of the application's database, up to the newest migration."""
    if "migrate" not in current_app.extensions:
        register_migrations(current_app._get_current_object())  # type: ignore[attr-defined]  # it is kept by the app itself
    upgrade()
