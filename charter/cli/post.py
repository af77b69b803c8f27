"""post: send what waits in the outbox; try whether mail leaves; send once more what was given up."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import click

from charter.cli.shared import as_json, at_instant, instant, print_json, refusing, say, settings
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.post.settings import office_of
from charter.services.alerts.telling import tell_and_send
from charter.services.post.outbox import outbox_counts, send_again, try_post


@click.command()
@click.option("--try", "trial", metavar="EMAIL", help="First write a trial mail to this account.")
@click.option("--again", type=int, metavar="NUMBER", help="First let this one, which was given up, leave once more.")
@as_json
@at_instant
@refusing
def post(trial: str | None, again: int | None, as_json: bool, now_text: str | None) -> None:
    """Look what time has brought, have people told, send what waits: as the alarm clock does at each tick."""
    now = instant(now_text)
    if trial is not None:
        try_post(COMMAND_LINE, now, trial)
    if again is not None:
        send_again(COMMAND_LINE, now, again)
    done = tell_and_send(COMMAND_LINE, lambda: now if now_text else datetime.now(UTC), office_of(settings()))
    counts = outbox_counts(now)
    if as_json:
        print_json(asdict(done) | counts)
    else:
        say(
            f"{done.sent} sent, {done.refused} refused, {done.off} without a way to leave; "
            f"{counts['waiting'] + counts['tried']} wait, {counts['failed']} given up."
        )


COMMANDS = (post,)
