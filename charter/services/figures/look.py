"""What a file of figures would change, as its page shows it.

Of a few figures it is worked out when the page is asked for; of more, which takes long, by the long work that reads the
file: it is kept with the file's rows, and goes with them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from charter.domain.figures.file_rows import Read, Row, read_figures
from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid
from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.sentences import restored, stored
from charter.services.charters.versions import history
from charter.services.figures.entries import Plan, Refusal
from charter.services.figures.plan import plan_figures
from charter.services.figures.preview import PeriodEffect, effects_of

MOST_AT_HAND = 500
"""Rows whose effect is worked out, and which are entered, while somebody waits for the page."""
MOST_REFUSALS = 200
MOST_EFFECTS = 24
"""Indicators and periods that are shown; all are applied."""
MOST_SHOWN = 200
LEAST_OF_EACH = 20
"""Figures that are shown on the page, and of each indicator and period; all are counted."""


@dataclass(frozen=True)
class Preview:
    """A file as it would be applied: what is read, what is refused and where, what it would write."""

    rows: int
    refusals: Sequence[Refusal]
    ignored: Sequence[str]
    plan: Plan
    is_open: bool = True


@dataclass(frozen=True)
class RefusedLine:
    """A row that is refused: its line in the file, and why."""

    line: int | None
    error: CharterError


@dataclass(frozen=True)
class Look:
    """A file as its page shows it: what is read, what is refused, what it would change; the first of each, all counted.

    `digest` is that of its plan: what a person confirms.
    """

    rows: int
    refused: int
    refusals: Sequence[RefusedLine]
    ignored: Sequence[str]
    digest: str
    effects: Sequence[PeriodEffect]
    periods: int


def packed(names: list[str], rows: list[Row]) -> bytes:
    """What was read of a file, by its hash: so it is looked at and applied, and never read again."""
    said = json.dumps([names, [[line, list(row.values())] for line, row in rows]], ensure_ascii=False).encode()
    return hashlib.sha256(said).hexdigest().encode() + b"\n" + said


def unpacked(kept: bytes, indicator: str | None) -> Read:
    """The same as figures. Raises Conflict: it is not what was sent; Invalid: no file of figures."""
    stamp, said, *_ = kept.split(b"\n", 2)
    if hashlib.sha256(said).hexdigest().encode() != stamp:
        raise Conflict("The file is not what was sent: send it again.")
    names, rows = json.loads(said)
    lengths = {key: one.period for key, (_, one) in history().current.indicators.items()}
    read = [(line, dict(zip(names, cells, strict=False))) for line, cells in rows]
    return read_figures(names, read, lengths, indicator)


def with_look(kept: bytes, look: Look) -> bytes:
    """What is kept of a file, with how it looks."""
    whole = asdict(look) | {"refusals": [[one.line, stored(one.error.sentence)] for one in look.refusals]}
    return without_look(kept) + b"\n" + json.dumps(whole).encode()


def without_look(kept: bytes) -> bytes:
    """What is kept of a file that was applied: its rows."""
    return b"\n".join(kept.split(b"\n", 2)[:2])


def kept_look(kept: bytes) -> Look | None:
    """How a file looked when it was last looked at in long work; None of a short one."""
    _, _, said = [*kept.split(b"\n", 2), b"", b""][:3]
    if not said:
        return None
    whole: dict[str, Any] = json.loads(said)
    refusals = [RefusedLine(line, Invalid(restored(why))) for line, why in whole["refusals"]]
    return Look(**(whole | {"refusals": refusals}))


def preview_of(actor: Actor, now: datetime, found: Read, name: str, reason: str | None) -> Preview:
    """What entering the figures of a file would do now. Raises Invalid: it has none."""
    if not found.figures and not found.refused:
        raise Invalid("The file %(file)s has no row with figures.", "file", file=name)
    plan = plan_figures(actor, now, found.figures, reason=reason) if found.figures else Plan([], [])
    unread = [Refusal(-1, one.line, one.error) for one in found.refused]
    refusals = sorted([*unread, *plan.refusals], key=lambda one: one.line or 0)
    return Preview(len(found.figures) + len(found.refused), refusals, found.ignored, plan)


def look_of(seen: Preview) -> Look:
    """How the page shows it."""
    batches = seen.plan.batches[:MOST_EFFECTS]
    most = max(LEAST_OF_EACH, MOST_SHOWN // max(1, len(batches)))
    return Look(
        rows=seen.rows,
        refused=len(seen.refusals),
        refusals=[RefusedLine(one.line, one.error) for one in seen.refusals[:MOST_REFUSALS]],
        ignored=list(seen.ignored),
        digest=seen.plan.digest,
        effects=[] if seen.refusals else effects_of(replace(seen.plan, batches=batches, refusals=[]), most),
        periods=len(seen.plan.batches),
    )
