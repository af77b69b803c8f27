"""run-due, measure: run what is due; or only look what a run would read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import click

from charter.cli.charters import folder_of, read_file
from charter.cli.shared import access, as_json, at_instant, instant, print_json, progress, refusing, say, settings
from charter.domain.figures.entries import Figure, number_of
from charter.domain.vocabulary.counts import Counts, Number
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER
from charter.log import set_up_logs
from charter.services.checks.dry_run import measure_dry
from charter.services.checks.rebuild import rebuild as rebuild_readings
from charter.services.checks.running import run_due as run_all_due
from charter.services.checks.source_changes import recheck as count_again
from charter.services.checks.waiving import waive_check
from charter.services.drafts.unapplied import as_version, measure_unapplied
from charter.services.figures.write import correct_figure, enter_figure
from charter.services.schedule.clock_health import tick_failed, tick_succeeded, ticked
from charter.services.work.worker import run_jobs as do_jobs
from charter.stopping import Stopping
from charter.words.doubts import doubt_sentences

F = TypeVar("F", bound=Callable[..., Any])


class Signs:
    """A dot on standard output each second in which something was done: whoever started this process sees it live."""

    def __init__(self) -> None:
        self._last = 0.0

    def __call__(self, done: int, total: int, label: str) -> None:
        if time.monotonic() - self._last >= 1:
            self._last = time.monotonic()
            with suppress(OSError):  # whoever looked is gone; the work goes on
                click.echo(".", nl=False)


@contextmanager
def as_tick() -> Iterator[None]:
    """Where a cron table stands for the alarm clock, this is its tick."""
    ticked(instant(None))
    try:
        yield
    except Exception:
        tick_failed()
        raise
    tick_succeeded(instant(None))


@click.command("run-due")
@click.option("--one-of-many", is_flag=True, help="Beside a tick: what no other process reads, until asked to stop.")
@as_json
@at_instant
@refusing
def run_due(as_json: bool, now_text: str | None, one_of_many: bool) -> None:
    """Run every check that is due, oldest first; failed ones are tried again at once."""
    if one_of_many:
        set_up_logs(settings())
        stopping, signs = Stopping().listen(), Signs()
        now = instant(now_text)
        run_all_due(SCHEDULER, now, access(), progress=signs, is_stopping=stopping.is_set, is_one_of_many=True)
        return
    with as_tick() if now_text is None else nullcontext():
        tally = run_all_due(COMMAND_LINE, instant(now_text), access(), retry_now=True, progress=progress)
    if as_json:
        print_json(asdict(tally))
    else:
        say(f"{tally.due} checks due: {tally.done} done, {tally.failed} failed, {tally.late} late.")


@click.command("run-jobs")
@as_json
@refusing
def run_jobs(as_json: bool) -> None:
    """Do the long work that was asked for on pages, where no alarm clock runs that would do it."""
    done = do_jobs(COMMAND_LINE, lambda: instant(None), access())
    if as_json:
        print_json({"jobs": done})
    else:
        say(f"{done} jobs taken in hand.")


@click.command()
@click.argument("indicator")
@click.option("--period", required=True, metavar="P", help="2026, 2026-Q4, 2026-10, 2026-W41 or 2026-10-05.")
@click.option("--by", type=click.Choice(["unit"]), help="List the units too.")
@click.option(
    "--charter", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="By a charter file instead."
)
@as_json
@at_instant
@refusing
def measure(
    indicator: str, period: str, by: str | None, file: Path | None, as_json: bool, now_text: str | None
) -> None:
    """Measure INDICATOR for a period and store nothing."""
    now, what = instant(now_text), {"indicator": indicator, "period": period}
    if file is None:
        found = measure_dry(COMMAND_LINE, now, **what, access=access())
    else:
        version = as_version(read_file(file).charter, folder_of(file))
        found = measure_unapplied(COMMAND_LINE, now, version, **what, access=access())
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        if name == "doubts":
            for said in doubt_sentences(found, "en"):
                click.echo(f"doubt: {said}")
        elif name != "units":
            click.echo(f"{name}: {value}")
    for unit in found["units"] if by else ():
        click.echo("  " + ", ".join(f"{name}: {value}" for name, value in unit.items()))


@click.command()
@click.argument("indicator", required=False)
@click.option("--period", metavar="P", help="One period; default: the last three done of each indicator.")
@as_json
@at_instant
@refusing
def recheck(indicator: str | None, period: str | None, as_json: bool, now_text: str | None) -> None:
    """Count done periods again, of INDICATOR or of all: has the past of a source changed? Writes no figure."""
    found = count_again(COMMAND_LINE, instant(now_text), access(), indicator=indicator, period=period)
    if as_json:
        print_json(found)
        return
    for one in found:
        change = one["error"] or f"{one['before']['value']} → {one['after']['value']} ({one['changed']} cells differ)"
        click.echo(f"{one['indicator']} {one['period']}: {change}")
    if not found:
        say("The sources count as they did.")


def of_a_figure(command: F) -> F:
    """What names a figure and says its numbers."""
    for option in (
        click.argument("numbers", nargs=-1, required=True, metavar="NAME=NUMBER…"),
        click.option("--segment", default="", help="Its segment, where the indicator has segments."),
        click.option("--channel", default="", help="Its channel, where the indicator has channels."),
        click.option("--unit", metavar="KEY", help="A unit of the tree; default: the whole."),
        click.option("--period", required=True, metavar="P", help="The indicator's own period, as 2026-10."),
        click.argument("indicator"),
    ):
        command = option(command)
    return command


@click.command()
@of_a_figure
@click.option("--reason", help="Why, when it corrects a figure entered before.")
@as_json
@at_instant
@refusing
def enter(numbers: tuple[str, ...], as_json: bool, now_text: str | None, **place: Any) -> None:
    """Enter the figure of INDICATOR by hand, as counts: numerator=37 denominator=40."""
    figure = Figure(numbers=dict(map(_number, numbers)), **place)
    _told(figure, enter_figure(COMMAND_LINE, instant(now_text), figure), "Entered", as_json=as_json)


@click.command()
@of_a_figure
@click.option("--reason", required=True, help="Why: it is shown with the figure.")
@as_json
@at_instant
@refusing
def correct(numbers: tuple[str, ...], as_json: bool, now_text: str | None, **place: Any) -> None:
    """Correct a figure of INDICATOR that was read from a source: numerator=37 denominator=40."""
    figure = Figure(numbers=dict(map(_number, numbers)), **place)
    _told(figure, correct_figure(COMMAND_LINE, instant(now_text), figure), "Corrected", as_json=as_json)


def _told(figure: Figure, counts: Counts, done: str, *, as_json: bool) -> None:
    if as_json:
        place = {name: getattr(figure, name) for name in ("indicator", "period", "unit", "channel", "segment")}
        print_json(place | asdict(counts))
    else:
        say(f"{done} for {figure.period}.")


def _number(text: str) -> tuple[str, Number]:
    name, mark, number = text.partition("=")
    if not mark:
        raise Invalid("%(written)s is not NAME=NUMBER: write for example numerator=37.", name, written=text)
    return name.strip(), number_of(number, name.strip())


@click.command()
@click.argument("indicator")
@click.option("--period", required=True, metavar="P", help="The period of the check, as 2026-10.")
@click.option("--reason", required=True, help="Why it will not be run.")
@at_instant
@refusing
def waive(indicator: str, period: str, reason: str, now_text: str | None) -> None:
    """Waive the check of INDICATOR for a period: its figure has no data, and the reason stands in its place."""
    waive_check(COMMAND_LINE, instant(now_text), indicator=indicator, period=period, reason=reason)
    say(f"The check of {indicator} for {period} is waived.")


@click.command()
@at_instant
@refusing
def rebuild(now_text: str | None) -> None:
    """Make every reading anew from the records: after an upgrade, or to be sure. No figure changes."""
    found = rebuild_readings(COMMAND_LINE, instant(now_text), progress=progress)
    say(f"{found['readings']} periods judged again; {found['traces']} traces of figures were not what they are now.")


COMMANDS = (run_due, run_jobs, measure, enter, correct, waive, recheck, rebuild)
