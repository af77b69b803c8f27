"""version: which release, which schema, which engine; what a report of a fault begins with.

backup, restore, move: everything an installation holds, out and in again; each ends with `verify`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from charter.cli.shared import Refusal, as_json, make_tables, print_json, refusing, say, settings
from charter.services.records import backup as copies
from charter.services.records.installation import installation
from config import PROJECT, Settings, SettingsError


@click.command()
@as_json
@refusing
def version(as_json: bool) -> None:
    """The release of Promesse, the schema of its database, the engine that keeps it."""
    found = installation()
    if as_json:
        print_json(found)
    else:
        for name, value in found.items():
            click.echo(f"{name}: {value}")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@as_json
@refusing
def backup(folder: Path, as_json: bool) -> None:
    """Write everything this installation holds into a new FOLDER, while it runs; any engine can be filled from it."""
    found = copies.back_up(folder, settings().var_folder, datetime.now(UTC), _step)
    _end(found, {}, f"Everything is in {folder}: keep it where its secrets are safe.", as_json=as_json)
    if not as_json:
        say("SECRET_KEY and AUDIT_KEY are not in it where they are settings: keep them beside it.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@as_json
@refusing
def restore(folder: Path, as_json: bool) -> None:
    """Fill an empty installation from the FOLDER of a backup; all of it or nothing."""
    make_tables()
    found = copies.restore(folder, settings().var_folder, _step)
    _end(found, {}, f"Restored from {folder}.", as_json=as_json)


@click.command()
@click.option("--to", "address", metavar="URL", required=True, help="As DATABASE_URL: an empty database.")
@as_json
@refusing
def move(address: str, as_json: bool) -> None:
    """Copy everything into an empty database of another engine; the one that is left stays as it is."""
    try:
        there = Settings.from_environment({**settings().environment, "DATABASE_URL": address})
    except SettingsError as error:
        raise Refusal(str(error)) from error
    if there.database_url == settings().database_url:
        raise Refusal("That is the database that is used now: give the address of another one.")
    made = _run({"DATABASE_URL": address}, "db", "upgrade")
    if made.returncode:
        raise Refusal((made.stderr.strip().splitlines() or ["The tables cannot be made."])[-1])
    found = copies.move(there.database_url, _step)
    _end(found, {"DATABASE_URL": address}, "Moved. Set DATABASE_URL to the new address, then start.", as_json=as_json)


def _step(table: str) -> None:
    """On a terminal, which table is under way."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{table}", err=True, nl=False)


def _end(found: copies.Copied, changed: dict[str, str], text: str, *, as_json: bool) -> None:
    """Have what was copied proven by a process of its own, which reads keys and files as they are now; then say it."""
    done = _run(changed, "charter", "verify", "--json", *(("--head", found.head) if found.head else ()))
    told: dict[str, Any] = {"ok": False, "breaks": [done.stderr.strip()]}
    if done.stdout.startswith("{"):
        told = json.loads(done.stdout)
    if as_json:
        facts = {"tables": found.tables, "rows": found.rows, "files": found.files, "head": found.head}
        print_json(facts | {"verified": told["ok"], "breaks": told["breaks"]})
    else:
        for sentence in told["breaks"]:
            say(sentence)
        proven = "verify finds nothing rewritten" if told["ok"] else f"verify finds {len(told['breaks'])} broken links"
        say(f"{text} {found.tables} tables, {found.rows} rows, {found.files} files; {proven}.")
    if not told["ok"]:
        raise SystemExit(1)


def _run(changed: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask", *arguments]
    environment = {**settings().environment, **changed}
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


COMMANDS = (version, backup, restore, move)
