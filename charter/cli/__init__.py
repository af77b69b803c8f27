"""The command line: `flask charter …`. JSON on standard output with --json; messages on standard error."""

from __future__ import annotations

from flask import Flask
from flask.cli import AppGroup

from charter.cli import (
    accounts,
    analyses,
    charters,
    checks,
    editions,
    look,
    months,
    posting,
    remedies,
    serving,
    surveys,
    tokens,
)


def register(app: Flask) -> None:
    """Hang the commands on the application."""
    group = AppGroup("charter", help="Everything Promesse does, from the command line.")
    modules = (
        charters,
        look,
        checks,
        remedies,
        months,
        editions,
        accounts,
        analyses,
        posting,
        serving,
        tokens,
        surveys,
    )
    for module in modules:
        for command in module.COMMANDS:
            group.add_command(command)
    app.cli.add_command(group)
