"""The tables of the database, as the numbered files in migrations/ make them; `flask db …` does it by hand."""

from __future__ import annotations

import sys
from typing import Any, cast

import click
from flask import Flask, current_app

from charter.models.base import db
from config import PROJECT


class _Later(click.Group):
    """`flask db …`, whose commands are loaded when one is asked for: Migrate puts its own group in this place."""

    def __init__(self, app: Flask) -> None:
        super().__init__("db", help="The tables of the database: upgrade, downgrade, current.")
        self.app = app

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """That of the library's own group, which then answers."""
        _register(self.app)
        group: Any = self.app.cli.commands["db"]
        return cast(click.Context, group.make_context(info_name, args, parent, **extra))


def register_migrations(app: Flask) -> None:
    """Tell the application where its migrations are. What reads them is loaded when it is asked for: a process that
    serves pages never asks, and is 8 MB smaller."""
    if "flask_migrate" in sys.modules:
        _register(app)
    else:
        app.cli.add_command(_Later(app))


def _register(app: Flask) -> None:
    from flask_migrate import Migrate  # noqa: PLC0415 heavy

    Migrate(app, db, directory=str(PROJECT / "migrations"), render_as_batch=False)


def bring_up_to_date() -> None:
    """Make or change the tables of the application's database, up to the newest migration."""
    from flask_migrate import upgrade  # noqa: PLC0415 heavy

    if "migrate" not in current_app.extensions:
        _register(current_app._get_current_object())  # type: ignore[attr-defined]  # it is kept by the app itself
    upgrade()
