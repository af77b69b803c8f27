"""Each command that a document writes is one that could be typed: it is there, and so is each of its options.

Those of the how-to pages and of the README are also run (tests/cli/test_documents.py), and those of the tutorial, with
their answers (tests/cli/test_tutorial.py).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.parser import _OptionParser
from flask_migrate.cli import db as migrations

from charter.cli import Commands
from tests.project.commands_page import written
from tests.project.test_docs import pages

FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = ("", "sh", "bash")
SPAN = re.compile(r"`((?:(?:flask|make) |bin/)[^`\n]*)`")
OURS = re.compile(r"^(?:[A-Z_]+=\S+ )*(flask|make|bin/[a-z]+)\b")
ROOT = Commands("charter")


def lines_of(text: str) -> Iterator[str]:
    """The commands of a text: each line of a fenced example that begins with one, and each that is quoted in a line."""
    for language, block in FENCED.findall(text):
        for line in block.splitlines() if language in SHELL else ():
            yield from (one.strip() for one in re.sub(r"\s+#.*", "", line).split("&&") if OURS.match(one.strip()))
    yield from SPAN.findall(FENCED.sub("", text))


def refused(line: str, project: Path) -> str | None:
    """Why a command could not be typed so; None where it could."""
    program, *rest = [one for one in shlex.split(line.replace("…", "x")) if not re.match(r"[A-Z_]+=", one)]
    if program == "make":
        known = re.findall(r"^([a-z-]+):", (project / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        return next((f"no target {one}" for one in rest if one not in known), None)
    if program.startswith("bin/"):
        return None if (project / program).exists() else f"no {program}"
    if rest[:1] == ["db"]:
        return None if rest[1] in migrations.commands else f"no command {rest[1]}"
    if rest[:1] != ["charter"]:
        return f"nobody says flask {rest[:1]}"
    return _refused_by(ROOT, rest[1:])


def _refused_by(command: click.Command, said: list[str]) -> str | None:
    context = click.Context(command, info_name="charter")
    if isinstance(command, click.Group) and said and not said[0].startswith("-"):
        found = command.get_command(context, said[0])
        return _refused_by(found, said[1:]) if found is not None else f"no command {said[0]}"
    try:
        parser: _OptionParser = command.make_parser(context)
        given, left, _ = parser.parse_args(list(said))
        for one in command.params:
            if isinstance(one.type, click.Choice):
                for value in [given[one.name]] if isinstance(given.get(one.name), str) else given.get(one.name) or ():
                    one.type.convert(value, one, context)
    except click.UsageError as error:
        return error.format_message()
    return None if not left or isinstance(command, click.Group) else f"too much: {left}"


def test_each_command_could_be_typed(project: Path) -> None:
    found = [(page.name, line) for page in pages(project) for line in lines_of(page.read_text(encoding="utf-8"))]
    assert len(found) > 90
    assert {line.split()[0] for _, line in found} >= {"flask", "make"}
    assert [(page, line, why) for page, line in found if (why := refused(line, project))] == []


@pytest.mark.parametrize(
    "line",
    [
        "flask charter lint charter.yaml --dta", "flask charter lnt charter.yaml", "flask charter survey opn 3",
        "flask charter freeze 2026-10 2026-11", "flask db upgrad", "make demos", "bin/nothing",
        "flask charter account a@example.org --role administrator",
    ],
)  # fmt: skip
def test_planted_commands_are_refused(project: Path, line: str) -> None:
    (said,) = lines_of(f"```sh\n{line}   # why\n```\n")
    assert refused(said, project) is not None
    assert list(lines_of(f"as `{line}` says")) == [line]


def test_the_page_of_commands_is_that_of_the_program(project: Path) -> None:
    """Made anew by `python -m tests.project.commands_page`."""
    assert (project / "docs/commands.md").read_text(encoding="utf-8") == written()
