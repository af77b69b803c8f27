"""The list of commands is held beside them, so that --help loads none: it says what each says of itself."""

from __future__ import annotations

from importlib import import_module

import click
import pytest
from click.testing import CliRunner
from flask import Flask

from charter.cli import GROUP, Commands, is_asked_for
from charter.cli.listing import LISTING
from config import PROJECT
from tests.cli.conftest import charter_on


def commands_of(module: str) -> list[click.Command]:
    found: list[click.Command] = list(import_module(module).COMMANDS)
    return found


def beginning(command: click.Command) -> str:
    """The help of a command up to the first empty line, on one line."""
    return " ".join((command.help or "").partition("\n\n")[0].split())


def test_each_module_with_commands_is_in_the_list() -> None:
    modules = [f"charter.cli.{path.stem}" for path in sorted((PROJECT / "charter" / "cli").glob("*.py"))]
    assert sorted(LISTING) == [module for module in modules if hasattr(import_module(module), "COMMANDS")]


@pytest.mark.parametrize("module", LISTING)
def test_the_list_says_what_each_command_says(module: str) -> None:
    assert LISTING[module] == {command.name: beginning(command) for command in commands_of(module)}


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_help_prints_what_it_prints_of_loaded_commands(width: int) -> None:
    quick = Commands(GROUP, help="Everything.")
    loaded = click.Group(GROUP, help="Everything.", commands=[one for module in LISTING for one in commands_of(module)])
    printed = [
        CliRunner().invoke(group, ["--help"], terminal_width=width, max_content_width=width).stdout
        for group in (quick, loaded)
    ]
    assert printed[0] == printed[1]
    assert "  version " in printed[0]


def test_a_command_that_is_not_there_is_refused(empty: Flask) -> None:
    refused = charter_on(empty)("nothing")
    assert refused.exit_code == 2
    assert "No such command 'nothing'." in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "is_ours"),
    [
        (["flask", "charter", "status"], True),
        (["flask", "charter", "--help"], True),
        (["flask", "db", "upgrade"], False),
        (["flask", "run"], False),
        (["flask", "--debug", "charter", "status"], False),
        (["flask"], False),
    ],
)
def test_only_commands_of_ours_go_without_pages(arguments: list[str], is_ours: bool) -> None:
    with click.Context(click.Group("flask")):
        assert is_asked_for(arguments) is is_ours
    # Whoever loads the application without the command line, as a web server does, gets its pages.
    assert is_asked_for(arguments) is False
