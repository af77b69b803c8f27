"""approve, erratum, editions, send, figures: a month is approved, corrected, printed for each unit, sent, exported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from charter.cli.shared import as_json, at_instant, instant, print_json, progress, refusing, say
from charter.domain.errors import Invalid
from charter.domain.permissions import COMMAND_LINE
from charter.reports.export import to_csv, to_xlsx
from charter.services.approving import approve_month, publish_erratum
from charter.services.distribution import send_edition
from charter.services.edition_press import ALL, make_editions
from charter.services.report_figures import report_tables


@click.command()
@click.argument("period")
@click.option("--reason", required=True, help="What the approval rests on: printed in the report.")
@click.option("--why", multiple=True, metavar="COMMITMENT=REASON", help="Why a miss without comment is approved.")
@as_json
@at_instant
@refusing
def approve(period: str, reason: str, why: tuple[str, ...], as_json: bool, now_text: str | None) -> None:
    """Approve the sealed month PERIOD: figures, comments and actions become its first edition, which is printed."""
    given = dict(_pair(one) for one in why)
    row = approve_month(COMMAND_LINE, instant(now_text), period=period, reason=reason, without_comment=given)
    _tell(period, {"edition": row.number, "sha256": row.sha256}, as_json=as_json, now_text=now_text)


def _pair(text: str) -> tuple[str, str]:
    key, mark, reason = text.partition("=")
    if not mark:
        raise Invalid("%(written)s is not COMMITMENT=REASON.", "why", written=text)
    return key.strip(), reason


@click.command()
@click.argument("period")
@click.option("--reason", required=True, help="Why the month is corrected: printed in the report.")
@as_json
@at_instant
@refusing
def erratum(period: str, reason: str, as_json: bool, now_text: str | None) -> None:
    """Correct the published month PERIOD: what stands now becomes its next edition, with what differs."""
    row = publish_erratum(COMMAND_LINE, instant(now_text), period=period, reason=reason, progress=progress)
    _tell(period, {"edition": row.number, "sha256": row.sha256}, as_json=as_json, now_text=now_text)


def _tell(period: str, facts: dict[str, Any], *, as_json: bool, now_text: str | None) -> None:
    """Print the edition's PDFs, put its mails in the outbox, and say what happened."""
    made = make_editions(COMMAND_LINE, instant(now_text), period=period, progress=progress)
    facts |= {
        "period": period,
        "pdfs": made["made"],
        "mails": send_edition(COMMAND_LINE, instant(now_text), period=period),
    }
    if as_json:
        print_json(facts)
    else:
        say(f"Edition {facts['edition']} of {period}: {facts['pdfs']} PDFs, {facts['mails']} mails wait to leave.")


@click.command()
@click.argument("period")
@click.option("--unit", "units", multiple=True, metavar="KEY", help="Only these units; default: every unit.")
@click.option("--lang", "languages", multiple=True, type=click.Choice(["fr", "en"]), help="Default: the charter's.")
@as_json
@at_instant
@refusing
def editions(
    period: str, units: tuple[str, ...], languages: tuple[str, ...], as_json: bool, now_text: str | None
) -> None:
    """Print and archive the approved month PERIOD for every unit, several PDFs at a time."""
    found = make_editions(
        COMMAND_LINE,
        instant(now_text),
        period=period,
        units=units or ALL,
        languages=languages or None,
        progress=progress,
    )
    print_json(found) if as_json else say(f"{found['made']} PDFs made, {found['there']} were there.")


@click.command()
@click.argument("period")
@click.option("--to", multiple=True, metavar="ADDRESS", help="Only these addresses of the list.")
@click.option("--again", is_flag=True, help="Also to those it was sent to already.")
@at_instant
@refusing
def send(period: str, to: tuple[str, ...], again: bool, now_text: str | None) -> None:
    """Send the newest edition of PERIOD to the charter's distribution list."""
    count = send_edition(COMMAND_LINE, instant(now_text), period=period, to=to or None, again=again)
    say(f"{count} mails wait to leave.")


@click.command()
@click.argument("period")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A .csv or .xlsx file.")
@click.option("--unit", metavar="KEY", help="A unit of the tree; default: the whole.")
@click.option("--lang", "language", type=click.Choice(["fr", "en"]), default="en")
@refusing
def figures(period: str, out: Path, unit: str | None, language: str) -> None:
    """Write the figures that the report of PERIOD prints, as CSV or as a workbook."""
    tables = report_tables(COMMAND_LINE, period=period, unit=unit, language=language)
    if out.suffix.lower() not in (".csv", ".xlsx"):
        raise Invalid("%(file)s is neither .csv nor .xlsx: give the file one of these endings.", "out", file=out.name)
    out.write_bytes(to_xlsx(tables) if out.suffix.lower() == ".xlsx" else to_csv(tables["figures"]))
    say(f"Written to {out}.")


COMMANDS = (approve, erratum, editions, send, figures)
