"""lint, plan, apply, export: the charter file in and out."""

from __future__ import annotations

from pathlib import Path

import click

from charter.cli.shared import as_json, at_instant, instant, print_json, refusing, say
from charter.domain.charter_file.findings import CharterFileError, Finding, Severity
from charter.domain.charter_file.plan import Plan, plan_lines
from charter.domain.charter_file.reading import ReadCharter, read_charter
from charter.domain.charter_file.writing import write_charter
from charter.domain.errors import Invalid
from charter.domain.lint import lint_charter
from charter.domain.permissions import COMMAND_LINE
from charter.services.charters import apply_charter, history, history_or_none, plan_charter

charter_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


def read_file(file: Path) -> ReadCharter:
    """Read a charter file; its units file is looked for beside it, never outside its folder."""
    folder = file.resolve().parent

    def load_units(path: str) -> str:
        found = (folder / path).resolve()
        if not found.is_relative_to(folder):
            raise Invalid(
                "The units file %(file)s is outside the charter's folder: put it beside it.", "units.file", file=path
            )
        try:
            return found.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid(
                "The units file %(file)s cannot be read as UTF-8 text (%(fault)s).",
                "units.file",
                file=path,
                fault=str(error),
            ) from error

    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("%(file)s is not UTF-8 text: save it as UTF-8.", file=file) from error
    return read_charter(text, load_units=load_units)


@click.command()
@charter_file
@as_json
@refusing
def lint(file: Path, as_json: bool) -> None:
    """Check FILE: its structure, then vague promises; every finding with line, field and remedy."""
    try:
        read = read_file(file)
        findings = [*read.findings, *lint_charter(read)]
    except CharterFileError as error:
        findings = list(error.findings)
    is_refused = any(finding.severity is Severity.ERROR for finding in findings)
    if as_json:
        print_json({"file": str(file), "ok": not is_refused, "findings": [_facts(finding) for finding in findings]})
    else:
        for finding in findings:
            click.echo(f"{file}:{finding}")
        say(f"{len(findings)} findings." if findings else "Nothing to mend.")
    if is_refused:
        raise SystemExit(1)


def _facts(finding: Finding) -> dict[str, object]:
    return {
        "file": finding.file,
        "line": finding.line,
        "field": finding.field,
        "about": finding.about,
        "severity": finding.severity.value,
        "message": str(finding.message),
        "remedy": str(finding.remedy or ""),
    }


@click.command()
@charter_file
@as_json
@refusing
def plan(file: Path, as_json: bool) -> None:
    """Show what applying FILE would change."""
    _print_plan(plan_charter(read_file(file).charter), as_json, "Nothing would change.")


@click.command()
@charter_file
@as_json
@at_instant
@refusing
def apply(file: Path, as_json: bool, now_text: str | None) -> None:
    """Put FILE in force from its valid_from."""
    read = read_file(file)
    before, folder = history_or_none(), str(file.resolve().parent)
    changed = apply_charter(COMMAND_LINE, instant(now_text), charter=read.charter, folder=folder)
    moved = before is not None and before.current.folder != folder
    _print_plan(changed, as_json, f"Its sources are now read from {folder}." if moved else "Nothing changed.")


def _print_plan(found: Plan, as_json: bool, empty: str) -> None:
    if as_json:
        changes = [
            {"action": c.action, "thing": c.thing, "key": c.key, "field": c.field, "before": c.before, "after": c.after}
            for c in found.changes
        ]
        print_json({"changes": changes, "warnings": [str(one) for one in found.warnings]})
    elif found.is_empty:
        say(empty)
    else:
        for line in plan_lines(found):
            click.echo(line)


@click.command()
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; default: the terminal."
)
@refusing
def export(out: Path | None) -> None:
    """Write the charter in force as a charter file; applying it again changes nothing."""
    text = write_charter(history().current.charter)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        say(f"Written to {out}.")


COMMANDS = (lint, plan, apply, export)
