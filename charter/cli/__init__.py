"""The command line: `flask charter …`. JSON on standard output with --json; messages on standard error."""

from __future__ import annotations

from flask import Flask
from flask.cli import AppGroup

from charter.cli import accounts, analyses, charters, checks, months, posting, serving, surveys, tokens


def register(app: Flask) -> None:
    """Hang the commands on the application."""
    group = AppGroup("charter", help="Everything Promesse does, from the command line.")
    for module in (charters, checks, months, accounts, analyses, posting, serving, tokens, surveys):
        for command in module.COMMANDS:
            group.add_command(command)
    app.cli.add_command(group)
