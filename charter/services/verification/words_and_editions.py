"""Proof about what staff sent: no row, word or answer was changed, and no word is gone that nobody erased.

Proof that words were not rewritten: comments, actions and charts set anew against what the audit log keeps.

Proof that editions were not rewritten: their chain, figures and PDFs, against what the audit log vouches for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from sqlalchemy import select
from sqlalchemy.orm import undefer

from charter.domain.vocabulary.errors import Sentence
from charter.models.actions import Action, ActionStep, Comment, Rebase
from charter.models.base import db
from charter.models.frontline import ErasableText, Estimate, Moderation, Observation, PosterFile
from charter.models.records import AuditEntry, Snapshot
from charter.models.reports import Edition, EditionFile
from charter.services.actions.actions import action_record, step_record
from charter.services.actions.comments import comment_record
from charter.services.frontline.erasable_texts import text_hash
from charter.services.frontline.estimates import estimate_row_facts
from charter.services.frontline.moderation import answer_of, moderation_facts
from charter.services.frontline.observations import facts_of, subject_of
from charter.services.readings.chart_resets import rebase_record
from charter.services.records import audit_log
from charter.services.records.sealing import seal
from charter.services.reports.editions import figures_hash
from charter.services.reports.posters import poster_name

VERBS = ("comment:write", "action:plan", "action:close", "action:reopen", "action:change", "chart:rebase", "chart:lift")


class Counted(TypedDict):
    """How many of each were looked at."""

    audit_entries: int
    runs: int
    snapshots: int
    files: int
    observations: int
    estimates: int
    words: int
    editions: int


def broken_words(vouched: dict[str, dict[str, Any]], counts: Counted) -> Iterator[Sentence]:
    """A sentence for each row that is not what was written, or that is not there any more.

    `vouched`: what the audit log says of VERBS, by subject.
    """
    for subject, facts in _held():
        counts["words"] += 1
        if vouched.pop(subject, None) != facts:
            yield Sentence("The words of %(subject)s are not what was written.", subject=named(subject))
    for subject in vouched:
        yield Sentence("The words of %(subject)s are not there any more.", subject=named(subject))


def named(subject: str) -> Sentence | str:
    """What words belong to, by the subject that the log knows it by: `comment 3`, `action 2 step 5`."""
    match subject.split():
        case ["comment", number]:
            return Sentence("comment %(number)s", number=number)
        case ["action", number]:
            return Sentence("action %(number)s", number=number)
        case ["action", number, "step", step]:
            return Sentence("action %(number)s step %(step)s", number=number, step=step)
        case ["rebase", number]:
            return Sentence("rebase %(number)s", number=number)
        case ["observation", number]:
            return Sentence("observation %(number)s", number=number)
        case ["answer", number]:
            return Sentence("answer %(number)s", number=number)
    return subject


def _held() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for comment in db.session.execute(select(Comment).order_by(Comment.id)).scalars():
        yield f"comment {comment.id}", comment_record(comment)
    for action in db.session.execute(select(Action).order_by(Action.id)).scalars():
        yield f"action {action.id}", action_record(action)
    for step in db.session.execute(select(ActionStep).order_by(ActionStep.id)).scalars():
        yield f"action {step.action_id} step {step.id}", step_record(step)
    for rebase in db.session.execute(select(Rebase).order_by(Rebase.id)).scalars():
        yield f"rebase {rebase.id}", rebase_record(rebase)


APPROVED = ("month:approve", "month:correct")
ARCHIVED = ("edition:archive",)
Vouched = dict[str, dict[str, Any]]


def broken_editions(approved: Vouched, archived: Vouched, counts: Counted) -> Iterator[Sentence]:
    """A sentence for each edition or file that is not what was published, or is not there any more."""
    sealed = {row.id: row.sha256 for row in db.session.execute(select(Snapshot.id, Snapshot.sha256))}
    previous = audit_log.GENESIS
    query = select(Edition).order_by(Edition.id).options(undefer(Edition.document), undefer(Edition.figures))
    for row in db.session.execute(query).scalars():
        counts["editions"] += 1
        number, period = row.number, row.period_key
        if row.previous_sha256 != previous or seal(row.document, previous) != row.sha256 or not _is_own(row, sealed):
            yield Sentence(
                "The edition %(number)s of %(period)s is not what was published.", number=number, period=period
            )
        if approved.pop(f"{period} edition {number}", {}).get("sha256") != row.sha256:
            yield Sentence(
                "The audit log does not vouch for the edition %(number)s of %(period)s.", number=number, period=period
            )
        previous = row.sha256
    for name in approved:
        period, _, lost = name.partition(" edition ")
        yield Sentence("The edition %(number)s of %(period)s is not there any more.", number=lost, period=period)
    yield from _files(archived, counts)


def _is_own(row: Edition, sealed: dict[int, str]) -> bool:
    """Whether the figures are those that the document vouches for."""
    figures = sealed.get(row.snapshot_id) if row.figures is None else figures_hash(row.figures)
    told: bool = json.loads(row.document)["figures_sha256"] == figures
    return told


def _files(archived: Vouched, counts: Counted) -> Iterator[Sentence]:
    query = select(EditionFile, Edition.period_key, Edition.number).join(Edition, Edition.id == EditionFile.edition_id)
    rows = db.session.execute(query.order_by(EditionFile.id).options(undefer(EditionFile.content)))
    for file, period, number in rows:
        counts["files"] += 1
        name = f"{period} edition {number} {file.unit_key} {file.language}"
        found = hashlib.sha256(file.content).hexdigest()
        if found != file.sha256 or archived.pop(name, {}).get("sha256") != found:
            yield Sentence("The archived PDF %(name)s is not what was rendered.", name=name)
    for name in archived:
        yield Sentence("The archived PDF %(name)s is not there any more.", name=name)


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
        estimate_row_facts,
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
