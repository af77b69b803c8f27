"""lint, plan, apply, export: the charter file in and out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from charter.cli.shared import access, as_json, at_instant, instant, print_json, refusing, say, settings
from charter.domain.charter_file.findings import CharterFileError, Finding, Severity
from charter.domain.charter_file.plan import Plan
from charter.domain.charter_file.reading import ReadCharter, read_charter
from charter.domain.charter_file.text.canonical import write_charter
from charter.domain.charter_file.text.openslo import to_openslo
from charter.domain.charter_file.text.plan_lines import plan_lines
from charter.domain.lint.promises import lint_charter
from charter.domain.lint.summaries import SUMMED_FROM, kinds_of, once_per_thing
from charter.domain.readings.status import LEVELS
from charter.domain.readings.values import figure_of
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.charters.versions import history, history_or_none
from charter.services.drafts.applying import apply_charter, plan_charter
from charter.services.drafts.data_lint import findings_on_data
from charter.services.drafts.source_columns import databases_not_supported, look_at_columns, refuse_columns_not_there
from charter.services.drafts.unapplied import LastFigure, as_version, figures_beside
from charter.words.formats import format_count, format_level, format_period, format_value

charter_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


Pair = tuple[LastFigure, LastFigure | None]
"""The figure of an indicator by the file, and by the charter in force."""


def folder_of(file: Path) -> str:
    """Where the sources of a charter file are looked for: where it lies."""
    return str(file.resolve().parent)


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
@click.option(
    "--data", "on_data", is_flag=True, help="Open its data too: columns, units, the figures beside the levels."
)
@as_json
@at_instant
@refusing
def lint(file: Path, on_data: bool, as_json: bool, now_text: str | None) -> None:
    """Check FILE: its structure, then vague promises; every finding with line, field and remedy."""
    figures: list[LastFigure] = []
    try:
        read = read_file(file)
        findings = [*read.findings, *lint_charter(read)]
        if on_data:
            said, figures = findings_on_data(COMMAND_LINE, instant(now_text), read, folder_of(file), access())
            findings += said
        else:
            findings += databases_not_supported(read.charter, access(), read.lines).values()
    except CharterFileError as error:
        findings = list(error.findings)
    is_refused = any(finding.severity is Severity.ERROR for finding in findings)
    if as_json:
        told = {"figures": [one.plain for one in figures]} if on_data else {}
        facts = [_facts(finding) for finding in findings]
        print_json({"file": str(file), "ok": not is_refused, "findings": facts} | told)
    else:
        _print_findings(file, findings)
    if is_refused:
        raise SystemExit(1)


def _print_findings(file: Path, findings: Sequence[Finding]) -> None:
    """Each once for a thing, then how many there are of each kind, where they are many."""
    for one in once_per_thing(findings):
        more = f" (here {one.more + 1} times)" if one.more else ""
        click.echo(f"{file}:{one.finding}{more}")
    say(f"{len(findings)} findings." if findings else "Nothing to mend.")
    if len(findings) >= SUMMED_FROM:
        for kind in kinds_of(findings):
            say(f"{kind.count:6}  {kind.severity}: {kind.said}")


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
@click.option("--figures", "with_figures", is_flag=True, help="Open its data: the newest figures beside the plan.")
@as_json
@at_instant
@refusing
def plan(file: Path, with_figures: bool, as_json: bool, now_text: str | None) -> None:
    """Show what applying FILE would change."""
    read, folder = read_file(file), folder_of(file)
    found = plan_charter(read.charter)
    missing = look_at_columns(read.charter, folder, access(), lines=read.lines).not_there
    figures: list[Pair] | None = None
    if with_figures:
        figures = figures_beside(COMMAND_LINE, instant(now_text), as_version(read.charter, folder), access())
    _print_plan(found, as_json, "Nothing would change.", figures, missing)


@click.command()
@charter_file
@as_json
@at_instant
@refusing
def apply(file: Path, as_json: bool, now_text: str | None) -> None:
    """Put FILE in force from its valid_from."""
    read = read_file(file)
    before, folder = history_or_none(), folder_of(file)
    refuse_columns_not_there(read.charter, folder, access(), lines=read.lines)
    changed = apply_charter(COMMAND_LINE, instant(now_text), charter=read.charter, folder=folder)
    moved = before is not None and before.current.folder != folder
    _print_plan(changed, as_json, f"Its sources are now read from {folder}." if moved else "Nothing changed.")


def _print_plan(
    found: Plan, as_json: bool, empty: str, figures: list[Pair] | None = None, missing: Sequence[Finding] = ()
) -> None:
    """The changes and what is to be known before; `missing`: columns that the data does not have."""
    if as_json:
        told = {} if figures is None else {"figures": [_plain_pair(*pair) for pair in figures]}
        changes = [
            {"action": c.action, "thing": c.thing, "key": c.key, "field": c.field, "before": c.before, "after": c.after}
            for c in found.changes
        ]
        print_json({"changes": changes, "warnings": [str(one) for one in (*found.warnings, *missing)]} | told)
        return
    for line in (*plan_lines(found), *(f"! {one}" for one in missing)):
        click.echo(line)
    for pair in figures or ():
        click.echo(f"= {beside(*pair)}")
    if found.is_empty:
        say(empty)


def _plain_pair(now: LastFigure, before: LastFigure | None) -> dict[str, object]:
    return now.plain | {"before": before and before.plain}


def beside(now: LastFigure, before: LastFigure | None) -> str:
    """The newest figure of an indicator, and what the version in force counts for that period, on one line."""
    head = f"indicator {now.indicator.key}"
    if now.period is None:
        return f"{head}: {now.error}"
    said = f"{head}, {format_period(now.period.key, 'en')}: {_figure(now)}"
    if now.target is not None:
        said += f", {format_level(now.target.target, now.indicator.kind, 'en')} required"
    return f"{said}; by the charter in force {_figure(before)}" if before is not None else said


def _figure(figure: LastFigure) -> str:
    value = figure_of(figure.indicator, figure.counts)
    if value is None:
        return str(figure.error or "no case can be assessed")
    levels = [] if figure.target is None else [getattr(figure.target, name) for name in LEVELS]
    shown = format_value(value, figure.indicator.kind, "en", levels)
    return f"{shown} of {format_count(figure.counts.denominator, 'en')}"


def _openslo() -> str:
    """The charter in force as OpenSLO, with the levels of today; what it cannot say is told."""
    charter, known = history().current.charter, settings()
    today = instant(None).astimezone(ZoneInfo(charter.charter.timezone)).date()
    found = to_openslo(charter, today, known.public_address, known.default_language)
    for key, why in found.left_out.items():
        say(f"{key} is left out: {why}.")
    return found.text


@click.command()
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; default: the terminal."
)
@click.option("--openslo", "is_openslo", is_flag=True, help="As OpenSLO: what it can say of promises, for other tools.")
@refusing
def export(out: Path | None, is_openslo: bool) -> None:
    """Write the charter in force as a charter file; applying it again changes nothing."""
    text = _openslo() if is_openslo else write_charter(history().current.charter)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        say(f"Written to {out}.")


COMMANDS = (lint, plan, apply, export)
