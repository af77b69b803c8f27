"""The command line: `flask charter …`. JSON on standard output with --json; messages on standard error.

A command's module is loaded when the command is asked for, so that each costs what it needs and no more.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

from charter.cli.listing import LISTING

GROUP = "charter"
_PLACES = {name: module for module, commands in LISTING.items() for name in commands}


class Commands(AppGroup):
    """The commands of the list, each loaded on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order of the alphabet."""
        return sorted(_PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None where there is none."""
        if cmd_name not in _PLACES:
            return None
        return next(command for command in _commands_of(_PLACES[cmd_name]) if command.name == cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list that --help prints, from the names and first words alone."""
        listed = [click.Command(name, help=text) for commands in LISTING.values() for name, text in commands.items()]
        click.Group(commands=listed).format_commands(ctx, formatter)


def _commands_of(module: str) -> Sequence[click.Command]:
    """The commands that a module holds."""
    with set_aside() if is_asked_for(sys.argv) else nullcontext():
        found: Sequence[click.Command] = import_module(module).COMMANDS
    return found


@contextmanager
def set_aside() -> Iterator[None]:
    """What is loaded within stays as long as the process: not searched for garbage, nor taken apart at the end."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def register(app: Flask) -> None:
    """Hang the commands on the application."""
    app.cli.add_command(Commands(GROUP, help="Everything Promesse does, from the command line."))


def is_asked_for(arguments: Sequence[str]) -> bool:
    """Whether this process is `flask charter …`: such a one shows no page. `flask run`, `flask db` and others may."""
    return click.get_current_context(silent=True) is not None and list(arguments[1:2]) == [GROUP]
