"""explain, act, actions, close, reopen, rebase: what is said and done about a miss."""

from __future__ import annotations

import sys
from datetime import date, datetime

import click

from charter.cli.shared import as_json, at_instant, instant, print_json, refusing, say
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.actions.actions import Planned, close_and_rebase, plan_action, reopen_action
from charter.services.actions.comments import explain_miss
from charter.services.actions.view import SHOWS, actions
from charter.services.readings.chart_resets import lift_rebase, rebase_chart
from charter.words.actions import effect_sentence

DAY = click.DateTime(formats=["%Y-%m-%d"])
of_unit = click.option("--unit", metavar="KEY", help="A unit of the tree; default: the whole.")
of_month = click.option("--period", required=True, metavar="P", help="The month of the miss, as 2026-10.")


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


@click.command()
@click.argument("commitment")
@click.argument("text")
@of_month
@of_unit
@as_json
@at_instant
@refusing
def explain(commitment: str, text: str, period: str, unit: str | None, as_json: bool, now_text: str | None) -> None:
    """Comment a miss of COMMITMENT in your own words; TEXT may be - for standard input."""
    words = sys.stdin.read() if text == "-" else text
    number = explain_miss(COMMAND_LINE, instant(now_text), commitment=commitment, period=period, unit=unit, text=words)
    print_json({"comment": number}) if as_json else say(f"Comment {number} is kept.")


@click.command()
@click.argument("commitment")
@of_month
@of_unit
@click.option("--what", required=True, help="What will be done.")
@click.option("--owner", required=True, help="Who does it: a function, or the name or address of an account.")
@click.option("--due", "due_on", required=True, type=DAY, metavar="DAY", help="By when, as 2026-12-15.")
@click.option("--expected", required=True, help="The effect that is expected.")
@click.option("--indicator", metavar="KEY", help="The figure it acts on; default: the commitment's first.")
@as_json
@at_instant
@refusing
def act(commitment: str, due_on: datetime, as_json: bool, now_text: str | None, **given: str) -> None:
    """Plan an action against a miss of COMMITMENT."""
    number = plan_action(COMMAND_LINE, instant(now_text), Planned(commitment, due_on=due_on.date(), **given))
    print_json({"action": number}) if as_json else say(f"Action {number} is planned.")


@click.command("actions")
@click.option("--show", type=click.Choice(SHOWS), default="open")
@click.option("--owner", help="Only those of this owner.")
@of_unit
@click.option("--lang", "language", type=click.Choice(["fr", "en"]), default="en")
@as_json
@at_instant
@refusing
def list_actions(
    show: str, owner: str | None, unit: str | None, language: str, as_json: bool, now_text: str | None
) -> None:
    """The actions, late ones first; done ones with what the figures say of them."""
    found = actions(COMMAND_LINE, instant(now_text), show=show, owner=owner, unit=unit)
    if as_json:
        print_json(found["rows"])
        return
    for row in found["rows"]:
        effect = f"\n     {effect_sentence(row['effect'], language)}" if row["effect"] else ""
        what = row["what"].splitlines()[0]
        click.echo(f"{row['number']:>4} {row['state']:<5} {row['due_on']} {row['owner']}: {what}{effect}")


@click.command()
@click.argument("number", type=int)
@click.option("--done-on", type=DAY, metavar="DAY", help="The day it was done; default: today.")
@click.option("--text", default="", help="What was done.")
@click.option("--rebase", "period", metavar="P", help="From this period on its chart is computed anew.")
@click.option("--because", default="", help="Why the chart is computed anew.")
@at_instant
@refusing
def close(
    number: int, done_on: datetime | None, text: str, period: str | None, because: str, now_text: str | None
) -> None:
    """Close the action NUMBER; with --rebase, its chart's mean and limits are computed anew from a period on."""
    rebase = (period, because) if period else None
    close_and_rebase(COMMAND_LINE, instant(now_text), number=number, done_on=_day(done_on), text=text, rebase=rebase)
    say(f"Action {number} is closed.")


@click.command()
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why it is open again.")
@at_instant
@refusing
def reopen(number: int, reason: str, now_text: str | None) -> None:
    """Open the action NUMBER again."""
    reopen_action(COMMAND_LINE, instant(now_text), number=number, reason=reason)
    say(f"Action {number} is open again.")


@click.command()
@click.argument("indicator")
@click.option("--from", "period", required=True, metavar="P", help="The first period of the new limits.")
@click.option("--reason", required=True, help="What changed: it stands beneath the chart.")
@click.option("--lift", is_flag=True, help="Read across that period again.")
@of_unit
@at_instant
@refusing
def rebase(indicator: str, period: str, reason: str, lift: bool, unit: str | None, now_text: str | None) -> None:
    """Have mean and limits of INDICATOR's chart computed anew from a period on."""
    change = lift_rebase if lift else rebase_chart
    change(COMMAND_LINE, instant(now_text), indicator=indicator, period=period, reason=reason, unit=unit)
    say(f"The chart of {indicator} is read anew.")


COMMANDS = (explain, act, list_actions, close, reopen, rebase)
