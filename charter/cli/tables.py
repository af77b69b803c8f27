"""The tables of the database, as the numbered files in migrations/ make them; `flask db …` does it by hand."""

from __future__ import annotations

import sys

from flask import Flask, current_app

from charter.models.base import db
from config import PROJECT


def register_migrations(app: Flask) -> None:
    """Tell the application where its migrations are, in a process that has loaded what reads them: `flask db` has, and
    whoever brings tables up to date. A process that serves pages has not, and is 8 MB smaller."""
    if "flask_migrate" in sys.modules:
        _register(app)


def _register(app: Flask) -> None:
    from flask_migrate import Migrate  # noqa: PLC0415 heavy

    Migrate(app, db, directory=str(PROJECT / "migrations"), render_as_batch=False)


def bring_up_to_date() -> None:
    """Make or change the tables of the application's database, up to the newest migration."""
    from flask_migrate import upgrade  # noqa: PLC0415 heavy

    if "migrate" not in current_app.extensions:
        _register(current_app._get_current_object())  # type: ignore[attr-defined]  # it is kept by the app itself
    upgrade()
