"""docs/commands.md, written from the commands themselves: `python -m tests.project.commands_page` writes it anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from charter.cli import Commands
from charter.cli.listing import LISTING

PAGE = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
HEAD = """# Commands
What `flask charter` can do, written from the program itself. Each takes `--help`; where there is `--json`, that goes to
standard output and all else to standard error. An exit code other than 0 means that something was refused or found. The
environment is activated first: `. .venv/bin/activate`.
"""


def written() -> str:
    """The page: a section for each command, with what it does, how it is said, and its options."""
    root = Commands("charter")
    context = click.Context(root, info_name="flask charter")
    names = sorted(name for commands in LISTING.values() for name in commands)
    parts = [part for name in names for part in _sections(name, root.get_command(context, name), context, 2)]
    return HEAD + "\n" + "\n".join(parts)


def _sections(name: str, command: click.Command | None, above: click.Context, depth: int) -> Iterator[str]:
    assert command is not None, name
    context = click.Context(command, info_name=name, parent=above)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    told = re.sub(r"\s+", " ", (command.help or "").partition("\f")[0]).strip()
    yield f"{'#' * depth} {context.command_path.removeprefix('flask charter ')}\n{told}\n\n```text\n{usage}\n```\n"
    options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    if options and not isinstance(command, click.Group):
        rows = [one.get_help_record(context) for one in options]
        lines = [f"| `{said.replace('|', ', ')}` | {help_.replace('|', '/')} |" for said, help_ in filter(None, rows)]
        yield "| option | says |\n|---|---|\n" + "\n".join(lines) + "\n"
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            yield from _sections(each, command.get_command(context, each), context, depth + 1)


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
