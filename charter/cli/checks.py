"""run-due, measure: run what is due; or only look what a run would read."""

from __future__ import annotations

from dataclasses import asdict

import click

from charter.cli.shared import as_json, at_instant, instant, print_json, progress, refusing, say, settings
from charter.domain.errors import Invalid
from charter.domain.measures import Number, exact
from charter.domain.permissions import COMMAND_LINE
from charter.services.checks import run_due as run_all_due
from charter.services.dryrun import measure_dry
from charter.services.manual import Figure, enter_figure
from charter.services.measuring import Access


def access() -> Access:
    """What this installation lets runs reach."""
    current = settings()
    return Access(current.data_folders, current.environment)


@click.command("run-due")
@as_json
@at_instant
@refusing
def run_due(as_json: bool, now_text: str | None) -> None:
    """Run every check that is due, oldest first; failed ones are tried again at once."""
    tally = run_all_due(COMMAND_LINE, instant(now_text), access(), retry_now=True, progress=progress)
    if as_json:
        print_json(asdict(tally))
    else:
        say(f"{tally.due} checks due: {tally.done} done, {tally.failed} failed, {tally.late} late.")


@click.command()
@click.argument("indicator")
@click.option("--period", required=True, metavar="P", help="2026, 2026-Q4, 2026-10, 2026-W41 or 2026-10-05.")
@click.option("--by", type=click.Choice(["unit"]), help="List the units too.")
@as_json
@at_instant
@refusing
def measure(indicator: str, period: str, by: str | None, as_json: bool, now_text: str | None) -> None:
    """Measure INDICATOR for a period and store nothing."""
    found = measure_dry(COMMAND_LINE, instant(now_text), indicator=indicator, period=period, access=access())
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        if name != "units":
            click.echo(f"{name}: {value}")
    for unit in found["units"] if by else ():
        click.echo("  " + ", ".join(f"{name}: {value}" for name, value in unit.items()))


@click.command()
@click.argument("indicator")
@click.option("--period", required=True, metavar="P", help="The indicator's own period, as 2026-10.")
@click.option("--unit", metavar="KEY", help="A unit of the tree; default: the whole.")
@click.option("--reason", help="Why, when it corrects a figure entered before.")
@click.argument("numbers", nargs=-1, required=True, metavar="NAME=NUMBER…")
@as_json
@at_instant
@refusing
def enter(indicator: str, numbers: tuple[str, ...], as_json: bool, now_text: str | None, **place: str | None) -> None:
    """Enter the figure of INDICATOR by hand, as counts: numerator=37 denominator=40."""
    figure = Figure(indicator, place["period"] or "", place["unit"], dict(map(_number, numbers)), place["reason"])
    counts = enter_figure(COMMAND_LINE, instant(now_text), figure)
    if as_json:
        print_json({"indicator": indicator, "period": figure.period, "unit": figure.unit, **asdict(counts)})
    else:
        say(f"Entered for {figure.period}.")


def _number(text: str) -> tuple[str, Number]:
    name, _, number = text.partition("=")
    try:
        return name.strip(), exact(number.strip().replace(",", "."))
    except (ArithmeticError, ValueError) as error:
        raise Invalid(f"{text} is not NAME=NUMBER: write for example numerator=37.", name) from error


COMMANDS = (run_due, measure, enter)
