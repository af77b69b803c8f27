"""Approving a month: the draft becomes an edition. After that only an erratum changes it, as a further edition."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from charter.domain.errata import changed_words, differences
from charter.domain.errors import Conflict, Sentence
from charter.domain.permissions import Actor, require
from charter.domain.remedies import LONGEST_REASON, written
from charter.domain.terms import Permission
from charter.models.base import db
from charter.models.editions import Edition
from charter.services import audit
from charter.services.charters import history
from charter.services.edition_parts import (
    SCHEMA,
    Json,
    figures_hash,
    figures_of,
    newest_edition,
    sealed_figures,
    words_and_actions,
)
from charter.services.remedies import uncommented
from charter.services.snapshots import Progress, canonical_json, compose, ended_month, seal
from charter.services.transactions import transaction

NEEDS_REASON = Sentence("An approval says in a sentence what it rests on: write the reason.")
NEEDS_WHY = Sentence("An erratum says why the month is corrected: write the reason.")


class Sealed(NamedTuple):
    """What an edition publishes: the seal of the month, and its own figures where they differ from the sealed ones."""

    snapshot_id: int
    period: str
    figures_sha256: str
    figures: str | None


def approve_month(
    actor: Actor, now: datetime, *, period: str, reason: str, without_comment: Mapping[str, str] | None = None
) -> Edition:
    """Approve the sealed month: figures, comments and actions as they stand become its first edition.

    `without_comment` says, for each missed commitment that nobody has commented, why it is approved all the same.
    Raises NotAllowed, Conflict (not sealed, approved already), Invalid (no reason; a miss without comment or why).
    """
    require(actor, Permission.APPROVE_REPORT)
    found = history()
    month = ended_month(found, period, now)
    sealed = sealed_figures(month.key)
    if sealed is None:
        raise Conflict(
            "The month %(period)s is not sealed yet: its figures are frozen before it is approved.", period=month
        )
    snapshot, figures = sealed
    words = words_and_actions(found, figures, now)
    approval = {
        "by": actor.name,
        "at": now.isoformat(),
        "reason": written(reason, "reason", LONGEST_REASON, needed=NEEDS_REASON),
        "without_comment": _excused(figures, words, without_comment or {}),
    }
    with transaction():
        audit.hold()
        if newest_edition(month.key) is not None:
            raise Conflict("The month %(period)s is approved already: a later change is an erratum.", period=month)
        document = words | {"number": 1, "approval": approval, "erratum": None}
        return _publish(actor, now, Sealed(snapshot.id, month.key, snapshot.sha256, None), document)


def _excused(figures: Json, words: Json, given: Mapping[str, str]) -> list[dict[str, str]]:
    """Why misses without a comment are approved all the same. Raises Invalid where nothing is said of one."""
    root = figures["root"]
    views = figures["editions"][root]["overview"]["commitments"]
    number = {view["key"]: view["number"] for view in views}
    return [
        {
            "commitment": key,
            "why": written(
                given.get(key, ""),
                f"why-{key}",
                LONGEST_REASON,
                needed=Sentence(
                    "No. %(number)s is missed and nobody has said why: ask for a comment, "
                    "or say why the month is approved without one.",
                    number=number[key],
                ),
            ),
        }
        for key in uncommented(views, words["comments"], root)
    ]


def publish_erratum(
    actor: Actor, now: datetime, *, period: str, reason: str, progress: Progress | None = None
) -> Edition:
    """Correct a published month: its figures and words as they stand now become the next edition, with what differs.

    The editions before stay as they are. Raises NotAllowed, Conflict (nothing published, nothing differs), Invalid.
    """
    require(actor, Permission.APPROVE_REPORT)
    found = history()
    month = ended_month(found, period, now)
    why = written(reason, "reason", LONGEST_REASON, needed=NEEDS_WHY)
    before = newest_edition(month.key)
    if before is None:
        raise Conflict("The month %(period)s has no edition yet: there is nothing to correct.", period=month)
    old, sha256 = figures_of(before)
    body = compose(found, month, now, progress=progress)
    new: Json = json.loads(canonical_json(body))
    words = words_and_actions(found, new, now)
    said = changed_words(json.loads(before.document)["comments"], words["comments"])
    found_differences = differences(old, new)
    if not found_differences and not said:
        raise Conflict(
            "Nothing differs from edition %(number)s of %(period)s: there is nothing to correct.",
            number=before.number,
            period=month,
        )
    with transaction():
        audit.hold()
        head = {"draft": False, "frozen_at": now.isoformat(), "audit_head": audit.head()}
        figures = canonical_json(new | head) if found_differences else before.figures
        sha256 = sha256 if figures is None else figures_hash(figures)
        signed = {"by": actor.name, "at": now.isoformat(), "reason": why}
        erratum = signed | {"of": before.number, "differences": found_differences, "comments": said}
        approval: dict[str, Any] = signed | {"without_comment": []}
        document = words | {"number": before.number + 1, "approval": approval, "erratum": erratum}
        if newest_edition(month.key) is not before:
            raise Conflict("Another erratum of %(period)s was published meanwhile: look at it first.", period=month)
        return _publish(actor, now, Sealed(before.snapshot_id, month.key, sha256, figures), document)


def _publish(actor: Actor, now: datetime, what: Sealed, document: dict[str, Any]) -> Edition:
    """The edition chained to the one published before it, within the caller's transaction."""
    head = {
        "schema": SCHEMA,
        "period": what.period,
        "figures_sha256": what.figures_sha256,
        "audit_head": audit.head(),
    }
    text = canonical_json(document | head)
    query = select(Edition.sha256).order_by(Edition.id.desc()).limit(1)
    previous = db.session.execute(query).scalar_one_or_none() or audit.GENESIS
    row = Edition(
        period_key=what.period,
        number=document["number"],
        snapshot_id=what.snapshot_id,
        figures=what.figures,
        document=text,
        sha256=seal(text, previous),
        previous_sha256=previous,
        approved_at=now,
        approved_by=actor.name,
    )
    db.session.add(row)
    db.session.flush()
    verb = "month:approve" if row.number == 1 else "month:correct"
    facts = {"sha256": row.sha256, "number": row.number, "reason": document["approval"]["reason"]}
    audit.record(actor, now, verb, f"{what.period} edition {row.number}", after=facts)
    return row
