"""Proof about what staff sent: no row, word or answer was changed, and no word is gone that nobody erased."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import undefer

from charter.domain.errors import Sentence
from charter.models.base import db
from charter.models.frontline import ErasableText, Estimate, Moderation, Observation, PosterFile
from charter.models.records import AuditEntry, Snapshot
from charter.services.estimates import estimate_facts
from charter.services.moderation import answer_of, moderation_facts
from charter.services.observations import facts_of, subject_of
from charter.services.posters import poster_name
from charter.services.texts import text_hash
from charter.services.word_proof import Counted, named


@dataclass(frozen=True)
class _Records:
    """Rows of one kind: what the log keeps of each, its subject there, how a sentence names it, whose words it has."""

    model: Any
    facts: Callable[[Any], Mapping[str, Any]]
    actions: tuple[str, ...]
    subject: str
    named: Callable[[int | str], Sentence]
    words_of: Callable[[int], str] | None = None
    counted: Literal["observations", "estimates"] | None = None


_RECORDS = (
    _Records(
        Observation,
        facts_of,
        ("observation:send",),
        "observation",
        lambda number: Sentence("The observation %(number)s", number=number),
        words_of=subject_of,
        counted="observations",
    ),
    _Records(
        Estimate,
        estimate_facts,
        ("estimate:give",),
        "estimate",
        lambda number: Sentence("The estimate %(number)s", number=number),
        counted="estimates",
    ),
    _Records(
        Moderation,
        moderation_facts,
        ("observation:accept", "observation:set-aside", "observation:answer"),
        "moderation",
        lambda number: Sentence("The step %(number)s", number=number),
        words_of=answer_of,
    ),
)


def frontline_faults(counts: Counted) -> Iterator[Sentence]:
    """Each fault as a sentence; counts what was looked at."""
    wanted: dict[str, str] = {}
    for records in _RECORDS:
        yield from _rows(records, counts, wanted)
    yield from _texts(wanted)
    yield from _posters()


def _rows(records: _Records, counts: Counted, wanted: dict[str, str]) -> Iterator[Sentence]:
    """The rows of one kind; `wanted` takes the hashes of their words."""
    vouched = vouched_by(*records.actions)
    for row in db.session.execute(select(records.model).order_by(records.model.id)).scalars():
        if records.counted is not None:
            counts[records.counted] += 1
        if vouched.pop(f"{records.subject} {row.id}", None) != records.facts(row):
            yield Sentence("%(what)s is not what was recorded.", what=records.named(row.id))
        if records.words_of is not None and row.text_sha256:
            wanted[records.words_of(row.id)] = row.text_sha256
    for subject in vouched:
        yield Sentence("%(what)s is not there any more.", what=records.named(subject.split()[-1]))


def _texts(wanted: dict[str, str]) -> Iterator[Sentence]:
    erased = {subject for facts in _facts_of("text:erase") for subject in facts["texts"]}
    for row in db.session.execute(select(ErasableText).order_by(ErasableText.id)).scalars():
        if wanted.pop(row.subject, None) != text_hash(row.salt, row.text):
            yield Sentence("The words of %(subject)s are not what was written.", subject=named(row.subject))
    for subject in wanted:
        if subject not in erased:
            yield Sentence(
                "The words of %(subject)s are not there any more, and nobody has erased them.", subject=named(subject)
            )


def _posters() -> Iterator[Sentence]:
    vouched = vouched_by("poster:archive")
    query = select(PosterFile, Snapshot.period_key).join(Snapshot, Snapshot.id == PosterFile.snapshot_id)
    for file, period in db.session.execute(query.order_by(PosterFile.id).options(undefer(PosterFile.content))):
        name = poster_name(period, file.unit_key, file.language, file.paper)
        found = hashlib.sha256(file.content).hexdigest()
        if found != file.sha256 or vouched.pop(name, {}).get("sha256") != found:
            yield Sentence("The archived poster %(name)s is not what was rendered.", name=name)
    for name in vouched:
        yield Sentence("The archived poster %(name)s is not there any more.", name=name)


def vouched_by(*actions: str) -> dict[str, dict[str, Any]]:
    """What the audit log says was written by these actions, by subject (the newest entry of each)."""
    query = select(AuditEntry).where(AuditEntry.action.in_(actions)).order_by(AuditEntry.id)
    return {entry.subject: entry.after or {} for entry in db.session.execute(query).scalars()}


def _facts_of(action: str) -> Iterator[dict[str, Any]]:
    query = select(AuditEntry.after).where(AuditEntry.action == action)
    yield from db.session.execute(query).scalars()
