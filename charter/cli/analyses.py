"""analyse spc, analyse kano, analyse class: for people who only have a file."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import click

from charter.cli.shared import print_json, refusing
from charter.domain.classification import suggest_class
from charter.domain.errors import Invalid
from charter.domain.evidence.kano_survey import analyse_kano
from charter.domain.spc import analyse as analyse_chart
from charter.words.classes import sentence

a_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
# These commands print JSON in any case; --json is taken so that every command takes it.
json_too = click.option("--json", "as_json", is_flag=True, hidden=True)
DIRECTIONS = ["increase", "decrease", "neutral"]


@click.group("analyse")
def analyse() -> None:
    """Analyse a file; nothing is stored."""


def rows_of(file: Path, required: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a CSV file that has these columns. Raises Invalid."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [column for column in required if column not in (reader.fieldnames or [])]
            if missing:
                raise Invalid(f"{file} has no column {missing[0]}: it needs {', '.join(required)}.", missing[0])
            return list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"{file} is not a CSV file in UTF-8: {error}.") from error


@analyse.command()
@a_file
@click.option("--direction", type=click.Choice(DIRECTIONS), required=True, help="What is an improvement.")
@click.option("--target", type=float)
@click.option("--rebase", multiple=True, metavar="DATE", help="A period from which limits start anew; may be repeated.")
@click.option("--fix-after", type=click.IntRange(min=12), help="Limits from the first N points only.")
@click.option("--no-screen", is_flag=True, help="Keep very large moving ranges in the limits.")
@json_too
@refusing
def spc(file: Path, direction: Any, target: float | None, rebase: tuple[str, ...], **options: Any) -> None:
    """The control chart of FILE, a CSV with the columns period and value."""
    rows = [(row["period"], row["value"]) for row in rows_of(file, ("period", "value"))]
    fix_after, screen = options["fix_after"], not options["no_screen"]
    print_json(analyse_chart(rows, direction, target=target, rebase=rebase, fix_after=fix_after, screen=screen))


@analyse.command()
@a_file
@click.option("--table", type=click.Choice(["classic", "pouliot"]), default="classic", show_default=True)
@json_too
@refusing
def kano(file: Path, table: Any, as_json: bool) -> None:
    """The Kano answers of FILE, a CSV with the columns attribute, functional, dysfunctional."""
    print_json(analyse_kano(rows_of(file, ("attribute", "functional", "dysfunctional")), table))


@analyse.command("class")
@a_file
@click.option("--lang", "language", type=click.Choice(["fr", "en"]), default="en")
@json_too
@refusing
def class_(file: Path, language: str, as_json: bool) -> None:
    """The class that the evidence in FILE (JSON) suggests."""
    try:
        evidence = json.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Invalid(f"{file} is not JSON: {error}.") from error
    if not isinstance(evidence, dict):
        raise Invalid(f'{file} holds no JSON object: write {{"law": "none", …}}.')
    found = suggest_class(evidence).as_json()
    print_json(found | {"because": sentence(found["because"], language), "reasons": found["because"]})


COMMANDS = (analyse,)
