"""look, start: a data file before anything is promised on it, and the first charter made from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from charter.cli.shared import access, as_json, at_instant, instant, print_json, refusing, say
from charter.domain.file_profile.first_charter import Organisation
from charter.domain.file_profile.profile import Profile
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import ColumnRole
from charter.services.drafts.look import Look, look_at
from charter.services.drafts.start import Wanted, start_charter
from charter.words.codes import code_word
from charter.words.formats import format_date, format_number, format_period
from charter.words.refusals import refusal_sentence

WIDEST_NAME, WIDEST_EXAMPLES, LONGEST_BAR, MOST_MONTHS = 32, 60, 30, 24


@click.command()
@click.argument("what", metavar="FILE|SOURCE")
@click.option("--sheet", help="The sheet of a workbook; default: the first that holds rows.")
@as_json
@at_instant
@refusing
def look(what: str, sheet: str | None, as_json: bool, now_text: str | None) -> None:
    """Look at a data FILE, or at a SOURCE of the charter in force: columns, months, doubts. Stores nothing."""
    found = look_at(COMMAND_LINE, instant(now_text), what, access(), sheet=sheet)
    if as_json:
        print_json(found.plain)
        return
    for line in _lines(found):
        click.echo(line)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The charter; default: beside FILE.")
@click.option(
    "--units", type=click.Path(dir_okay=False, path_type=Path), help="Its units; default: units.csv beside it."
)
@click.option("--sheet", help="The sheet of a workbook; default: the first that holds rows.")
@click.option("--organisation", default=Organisation.name, show_default=True, help="Whose charter it is.")
@click.option("--timezone", default=Organisation.timezone, show_default=True, help="Whose days count (IANA).")
@click.option("--calendar", default=Organisation.calendar, show_default=True, help="Whose public holidays: FR, FR-57…")
@as_json
@at_instant
@refusing
def start(file: Path, out: Path | None, units: Path | None, as_json: bool, now_text: str | None, **said: str) -> None:
    """Write a first charter from a data FILE: source, units, one commitment with its indicator, ready for lint."""
    organisation = Organisation(said["organisation"], said["timezone"], said["calendar"])
    wanted = Wanted(out, units, organisation, said["sheet"])
    done = start_charter(COMMAND_LINE, instant(now_text), file, access(), wanted)
    notes = [*done.notes, *done.look.warnings]
    if as_json:
        print_json({"charter": str(done.charter), "units": str(done.units), "notes": [str(one) for one in notes]})
        return
    say(f"Written: {done.charter} and {done.units}.")
    for one in notes:
        click.echo(f"! {refusal_sentence(one, 'en')}")
    say(f"Read it, then say: flask charter lint {done.charter} --data")


def _lines(found: Look) -> Iterator[str]:
    """The profile for people: what it is, its columns, what they may be for, its months, its doubts."""
    profile = found.profile
    yield _headline(found)
    yield ""
    yield from _columns(profile)
    yield from _titled("Possible use of the columns", list(_roles(profile)))
    yield from _titled(f"Rows by month, by {profile.dated}", list(_months(profile)))
    yield from _titled("To know", [f"  ! {refusal_sentence(one, 'en')}" for one in found.warnings])


def _titled(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from ("", title, *lines)


def _headline(found: Look) -> str:
    profile = found.profile
    said = f"{found.shown}: {_number(profile.rows)} rows, {len(profile.columns)} columns"
    if profile.first is None or profile.last is None:
        return said
    return f"{said}, {format_date(profile.first, 'en')} to {format_date(profile.last, 'en')}"


def _columns(profile: Profile) -> Iterator[str]:
    heads = ("column", "kind", "missing", "unreadable", "distinct", "examples")
    rows = [
        (
            _cut(one.name, WIDEST_NAME),
            code_word(one.kind, "en"),
            _number(one.missing),
            _number(one.unreadable),
            _number(one.distinct),
            _cut(" · ".join(one.examples), WIDEST_EXAMPLES),
        )
        for one in profile.columns
    ]
    widths = [max(len(row[at]) for row in (heads, *rows)) for at in range(len(heads))]
    for row in (heads, *rows):
        cells = [
            cell.rjust(width) if 2 <= at <= 4 else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield ("  " + "  ".join(cells)).rstrip()


def _roles(profile: Profile) -> Iterator[str]:
    for role in ColumnRole:
        guesses, name = profile.guesses.get(role, ()), profile.taken(role)
        if name is None:
            others = ", ".join(one.column for one in guesses[:3])
            yield f"  {role:<8}" + (f"not sure: {others}" if others else "none")
        else:
            yield f"  {role:<8}{name}: {refusal_sentence(guesses[0].because, 'en')}"


def _months(profile: Profile) -> Iterator[str]:
    months = profile.months
    if len(months) > MOST_MONTHS:
        yield f"  {len(months) - MOST_MONTHS} earlier months"
    most = max(months.values(), default=1)
    for key, rows in list(months.items())[-MOST_MONTHS:]:
        bar = "█" * max(1, round(LONGEST_BAR * rows / most))
        yield f"  {format_period(key, 'en'):<16}{_number(rows):>12}  {bar}"


def _cut(text: str, widest: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= widest else f"{flat[: widest - 1]}…"


def _number(value: int) -> str:
    return format_number(value, "en")


COMMANDS = (look, start)
