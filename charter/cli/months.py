"""freeze, report, verify: a month sealed, printed, proven."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from charter.cli.shared import as_json, at_instant, instant, print_json, progress, refusing, say
from charter.domain.permissions import COMMAND_LINE
from charter.services.editions import make_report
from charter.services.snapshots import freeze_month
from charter.services.verification import verify as verify_all

LANGUAGES = click.Choice(["fr", "en"])


@click.command()
@click.argument("period")
@as_json
@at_instant
@refusing
def freeze(period: str, as_json: bool, now_text: str | None) -> None:
    """Seal the figures of the month PERIOD; sealing it again gives the same."""
    sealed = freeze_month(COMMAND_LINE, instant(now_text), period=period, progress=progress)
    facts = {"period": sealed.period_key, "sha256": sealed.sha256, "frozen_at": sealed.frozen_at.isoformat()}
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
@as_json
@refusing
def verify(as_json: bool) -> None:
    """Prove that nothing was rewritten; exit 1 and the first broken link otherwise."""
    found = verify_all(COMMAND_LINE)
    if as_json:
        print_json(found | {"broken": None if found["broken"] is None else str(found["broken"])})
    elif found["ok"]:
        say(
            f"Nothing was rewritten: {found['audit_entries']} audit entries, {found['runs']} runs, "
            f"{found['snapshots']} sealed months, {found['files']} PDFs. Head: {found['head']}"
        )
    if not found["ok"]:
        say(str(found["broken"]))
        raise SystemExit(1)


COMMANDS = (freeze, report, verify)
