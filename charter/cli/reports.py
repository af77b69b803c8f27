"""approve, erratum, editions, sheets, send, figures: a month is approved, corrected, printed for each unit, sent.

freeze, report, verify: a month sealed, printed, proven.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from charter.cli.shared import access, as_json, at_instant, instant, print_json, progress, refusing, say, settings
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.reports.spreadsheet import to_csv, to_xlsx
from charter.services.checks.source_changes import recount_sources
from charter.services.reports.distribution import send_edition
from charter.services.reports.editions import approve_month, publish_erratum
from charter.services.reports.files import ALL, make_editions, make_report
from charter.services.reports.posters import make_sheets, report_languages
from charter.services.reports.snapshots import freeze_month
from charter.services.reports.view import report_tables
from charter.services.verification.audit import keep_head, kept_heads
from charter.services.verification.verify import verify as verify_all


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


def _tell(period: str, facts: dict[str, object], *, as_json: bool, now_text: str | None) -> None:
    """Print the edition's PDFs, put its mails in the outbox, and say what happened."""
    keep_head(settings().var_folder, datetime.now(UTC), at_once=True)
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
@click.option("--lang", "languages", multiple=True, type=click.Choice(["fr", "en"]), help="Default: the charter's.")
@as_json
@at_instant
@refusing
def sheets(period: str, languages: tuple[str, ...], as_json: bool, now_text: str | None) -> None:
    """Print and archive the sheets for team meetings of every unit, from the sealed month PERIOD."""
    found = {"made": 0, "there": 0}
    for language in languages or report_languages(period):
        one = make_sheets(COMMAND_LINE, instant(now_text), period=period, language=language, progress=progress)
        found = {name: count + one[name] for name, count in found.items()}
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


WORKERS = 2
"""Processes that share the proof and the freezing: more than two only wait for the same disk."""

LANGUAGES = click.Choice(["fr", "en"])


@click.command()
@click.argument("period")
@as_json
@at_instant
@refusing
def freeze(period: str, as_json: bool, now_text: str | None) -> None:
    """Seal the figures of the month PERIOD; sealing it again gives the same."""
    sealed = freeze_month(COMMAND_LINE, instant(now_text), period=period, progress=progress, workers=WORKERS)
    facts = {"period": sealed.period_key, "sha256": sealed.sha256, "frozen_at": sealed.frozen_at.isoformat()}
    keep_head(settings().var_folder, datetime.now(UTC), at_once=True)
    if as_json:
        print_json(facts)
    else:
        say(f"{sealed.period_key} is sealed: {sealed.sha256}")


@click.command()
@click.argument("period")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The PDF file to write.")
@click.option("--unit", metavar="KEY", help="A unit of the tree; default: the whole.")
@click.option("--lang", "language", type=LANGUAGES, help="fr or en; default: the charter's first report language.")
@click.option("--draft", "as_draft", is_flag=True, help="The draft of a sealed month, with its comments and actions.")
@as_json
@at_instant
@refusing
def report(out: Path, as_json: bool, now_text: str | None, **asked: Any) -> None:
    """Write the PDF of the month PERIOD: its newest edition, else the sealed month, else a DRAFT."""
    made = make_report(COMMAND_LINE, instant(now_text), **asked)
    period = asked["period"]
    out.write_bytes(made.content)
    if as_json:
        print_json({"file": str(out), "sha256": made.sha256, "size": len(made.content), "draft": made.is_draft})
    else:
        say(f"Written to {out} ({len(made.content)} bytes).")
    if made.is_draft and not asked["as_draft"]:
        say(f"{period} is not sealed, so this is a DRAFT. To seal it: flask charter freeze {period}")


@click.command()
@click.option("--head", metavar="HASH", help="A head printed in a PDF, or mailed: it must stand in the log.")
@click.option("--recount", is_flag=True, help="Also read the sources again, where they still can be.")
@as_json
@refusing
def verify(head: str | None, recount: bool, as_json: bool) -> None:
    """Prove that nothing was rewritten; exit 1 and every broken link otherwise."""
    folder = settings().var_folder
    kept = kept_heads(folder)
    found = verify_all(COMMAND_LINE, head=head, kept=kept, folder=folder, progress=progress, workers=WORKERS)
    again = recount_sources(COMMAND_LINE, access(), progress=progress) if recount else None
    breaks = [*found["breaks"], *(again.changed if again else ())]
    if as_json:
        facts = found | {"ok": not breaks, "broken": str(breaks[0]) if breaks else None}
        facts |= {"breaks": [str(one) for one in breaks]}
        if again is not None:
            facts["recount"] = {"compared": again.compared, "unread": [str(one) for one in again.unread]}
        print_json(facts)
    elif not breaks:
        say(
            f"Nothing was rewritten: {found['audit_entries']} audit entries, {found['rows']} rows, {found['runs']} "
            f"runs, {found['measurements']} measurements and {found['readings']} readings counted again, "
            f"{found['snapshots']} sealed months, {found['files']} PDFs. Head: {found['head']}"
        )
    if again is not None and not as_json:
        say(f"{again.compared} periods were read again from their sources; {len(again.unread)} could not be.")
        for sentence in again.unread:
            say(str(sentence))
    if head is not None and found["head_entry"] is not None:
        say(f"The head given is that of entry {found['head_entry']} of {found['audit_entries']}.")
    for sentence in breaks:
        say(str(sentence))
    if breaks:
        say(f"{len(breaks)} broken links.")
        raise SystemExit(1)
    keep_head(folder, datetime.now(UTC))


COMMANDS = (freeze, report, verify, approve, erratum, editions, sheets, send, figures)
