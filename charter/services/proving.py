"""Proof about what staff sent: no row, word or answer was changed, and no word is gone that nobody erased."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from charter.models.base import db
from charter.models.frontline import ErasableText, Estimate, Moderation, Observation, PosterFile
from charter.models.records import AuditEntry, Snapshot
from charter.services.estimates import estimate_facts
from charter.services.moderation import answer_of, moderation_facts
from charter.services.observations import facts_of, subject_of
from charter.services.posters import poster_name
from charter.services.texts import text_hash

STEPS = ("observation:accept", "observation:set-aside", "observation:answer")


def frontline_faults(counts: dict[str, int]) -> Iterator[str]:
    """Each fault as a sentence; counts what was looked at."""
    wanted: dict[str, str] = {}
    yield from _rows("observation:send", Observation, facts_of, "The observation", "observation", counts, wanted)
    yield from _rows("estimate:give", Estimate, estimate_facts, "The estimate", "estimate", counts, {})
    yield from _rows(STEPS, Moderation, moderation_facts, "The step", "moderation", {}, wanted)
    yield from _texts(wanted)
    yield from _posters()


def _rows(
    actions: str | tuple[str, ...], model: Any, facts: Any, named: str, noun: str,
    counts: dict[str, int], wanted: dict[str, str],
) -> Iterator[str]:  # fmt: skip
    vouched = vouched_by(*((actions,) if isinstance(actions, str) else actions))
    for row in db.session.execute(select(model).order_by(model.id)).scalars():
        counts[f"{noun}s"] = counts.get(f"{noun}s", 0) + 1
        if vouched.pop(f"{noun} {row.id}", None) != facts(row):
            yield f"{named} {row.id} is not what was recorded."
        if getattr(row, "text_sha256", None):
            wanted[subject_of(row.id) if noun == "observation" else answer_of(row.id)] = row.text_sha256
    for subject in vouched:
        yield f"{named} {subject.split()[-1]} is not there any more."


def _texts(wanted: dict[str, str]) -> Iterator[str]:
    erased = {subject for facts in _facts_of("text:erase") for subject in facts["texts"]}
    for row in db.session.execute(select(ErasableText).order_by(ErasableText.id)).scalars():
        if wanted.pop(row.subject, None) != text_hash(row.salt, row.text):
            yield f"The words of {row.subject} are not what was written."
    for subject in wanted:
        if subject not in erased:
            yield f"The words of {subject} are not there any more, and nobody has erased them."


def _posters() -> Iterator[str]:
    vouched = vouched_by("poster:archive")
    query = select(PosterFile, Snapshot.period_key).join(Snapshot, Snapshot.id == PosterFile.snapshot_id)
    for file, period in db.session.execute(query.order_by(PosterFile.id).options(undefer(PosterFile.content))):
        name = poster_name(period, file.unit_key, file.language, file.paper)
        found = hashlib.sha256(file.content).hexdigest()
        if found != file.sha256 or vouched.pop(name, {}).get("sha256") != found:
            yield f"The archived poster {name} is not what was rendered."
    for name in vouched:
        yield f"The archived poster {name} is not there any more."


def vouched_by(*actions: str) -> dict[str, dict[str, Any]]:
    """What the audit log says of each subject of these actions."""
    query = select(AuditEntry).where(AuditEntry.action.in_(actions)).order_by(AuditEntry.id)
    return {entry.subject: entry.after or {} for entry in db.session.execute(query).scalars()}


def _facts_of(action: str) -> Iterator[dict[str, Any]]:
    query = select(AuditEntry.after).where(AuditEntry.action == action)
    yield from db.session.execute(query).scalars()
